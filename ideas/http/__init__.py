"""What both doors know of a request: who asks, when, in which language, and how an answer is tagged."""

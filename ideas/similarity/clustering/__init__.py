"""Labels from texts and graphs: near-duplicates, subjects, what became of them, and the words that name them."""

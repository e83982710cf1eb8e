"""Mail: what is said, and its delivery from the outbox."""

"""The demonstration: its files, and what it puts in an empty database."""

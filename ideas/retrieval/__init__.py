"""Finding by likeness and by words: the live indexes, similar ideas, search."""

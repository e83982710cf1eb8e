"""What a spreadsheet would take for a formula, the apostrophe that keeps it a text, and how that is read back."""

# The full-width forms are folded to the others by some programs.
FORMULA = frozenset("=+-@\t\r＝＋－＠")
MARK = "'"


def is_formula(cell: object) -> bool:
    """Tell whether a spreadsheet might run this cell."""
    return isinstance(cell, str) and cell[:1] in FORMULA


def needs_mark(cell: str) -> bool:
    """Tell whether a text is kept behind a mark: a formula, or what would be taken for one that has its mark.

    >>> [needs_mark(text) for text in ("=1", "'=1", "'a", "")]
    [True, True, False, False]
    """
    return is_formula(cell.lstrip(MARK))


def mark_formula(cell: str) -> str:
    """Return `cell` as a spreadsheet shows it and does not run it."""
    return MARK + cell if needs_mark(cell) else cell


def unmark_formula(cell: str) -> str:
    """Return the text that `mark_formula` was given.

    >>> [unmark_formula(mark_formula(text)) for text in ("=1", "'=1", "'a", "a")]
    ['=1', "'=1", "'a", 'a']
    """
    return cell[1:] if cell.startswith(MARK) and needs_mark(cell) else cell

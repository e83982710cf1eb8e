"""What a spreadsheet would take for a formula, the apostrophe that keeps it a text, and how that is read back.

A cell is not only where our file says that it begins: a program that cuts lines at `;` or at tabs, as those of some
countries do, begins one after each of them, and one that knows no quotes begins one at each line of a text.
"""

import re

# The full-width forms are folded to the others by some programs.
FORMULA = frozenset("=+-@\t\r＝＋－＠")
MARK = "'"
_SIGNS = re.escape("".join(sorted(FORMULA)))
# What a program may pass over before it looks for a formula.
_LEAD = '[ "\u00a0\u202f]*'
_PLACE = re.compile(f"(?:^|(?<=[;\t\r\n]))({_LEAD})({MARK}*)(?=[{_SIGNS}])")
_HINT = re.compile(f"[;\t\r\n]{_LEAD}{MARK}*[{_SIGNS}]")  # the same, quickly


def needs_mark(cell: str) -> bool:
    r"""Tell whether a text is kept behind marks: it holds a formula, or what would be taken for one that has its mark.

    >>> [needs_mark(text) for text in ("=1", "'=1", "'a", "", "a;=1", "a=1", "a\n- b")]
    [True, True, False, False, True, False, True]
    """
    return bool(_HINT.search(f"\n{cell}"))


def mark_formula(cell: str) -> str:
    r"""Return `cell` as a spreadsheet shows it and does not run it, wherever it cuts it.

    >>> mark_formula("=1"), mark_formula('oui; "=1')
    ("'=1", 'oui; "\'=1')
    """
    return _PLACE.sub(rf"\1\2{MARK}", cell)


def unmark_formula(cell: str) -> str:
    """Return the text that `mark_formula` was given.

    >>> [unmark_formula(mark_formula(text)) for text in ("=1", "'=1", "'a", "a", "a;'=1")]
    ['=1', "'=1", "'a", 'a', "a;'=1"]
    """
    return _PLACE.sub(lambda found: found[1] + found[2][1:], cell)

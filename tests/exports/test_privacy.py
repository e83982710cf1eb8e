"""What must not leave with the data: one pass over every cell that people wrote in, whatever table it is of."""

import json

import pytest

from ideas.exports.columns import CHANGED, KINDS, SWEPT, Column, Table
from ideas.exports.tables import TABLES, make_figures

MAIL, TELEPHONE = "zoe@zythum.example", "06 98 76 54 32"
TYPED = f"{MAIL} {TELEPHONE}"
# Kept by the code or by a rule of the database to a closed list; a campaign is described by its owner.
CLOSED = {
    "publication",
    "handling",
    "profile",
    "theme",
    "format",
    "names_people",
    "channel",
    "language",
    "state",
    "level",
    "wave",
    "high_value",
    "kind",
    "role",
}


def test_small_numbers_of_people_are_left_empty():
    rows = make_figures([("voters", "", 4), ("voters", "x", 5), ("ideas_by_theme", "health", 1), ("voters", "y", 0)])
    assert [(row.value, row.suppressed) for row in rows] == [(None, True), (5, False), (1, False), (0, False)]


def test_a_column_that_does_not_say_what_it_holds_cannot_be():
    with pytest.raises(ValueError, match="string"):
        Column("x", "string", "", "")


def test_only_what_the_code_keeps_to_a_list_is_published_unswept():
    unswept = {
        c.name
        for table in TABLES
        for c in table.columns
        if KINDS[c.kind] in ("string", "list") and c.kind not in (*SWEPT, "hash")
    }
    assert unswept <= CLOSED | {"use_kinds", "obstacles", "figure", "subject"}
    swept = [table for table in TABLES if any(c.kind in SWEPT for c in table.columns)]
    assert all(CHANGED in table.header for table in swept)


@pytest.mark.parametrize("kind", SWEPT)
def test_every_kind_of_text_is_swept_and_told(kind):
    table = Table("t", "t", "t", [Column("c", kind, "", ""), Column(CHANGED, "boolean", "", "")])
    value, clean = (
        ([TYPED, "bus"], ["bus"]) if kind == "words" else (f"https://x.example/?a={MAIL}", "https://x.example/")
    )
    rows = [type("Row", (), {"__init__": lambda self, c: setattr(self, "c", c)})(c) for c in (clean, value, None)]
    columns = table.read(rows)
    assert columns[1] == [False, True, False] and columns[0][0] == clean and columns[0][2] is None
    assert "zythum" not in json.dumps(columns[0]) and "98" not in json.dumps(columns[0])

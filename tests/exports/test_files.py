"""Tables as files: what is written comes back, and however many rows there are."""

import csv
import io
import json
import tracemalloc
from types import SimpleNamespace as a

from hypothesis import given
from hypothesis import strategies as st

from ideas.domain.spreadsheets import needs_mark
from ideas.exports import files
from ideas.exports.columns import Column, Table
from ideas.exports.tables import DECISIONS


@given(
    st.lists(st.tuples(st.text(), st.integers() | st.none(), st.lists(st.sampled_from("abc")).map(tuple)), min_size=1)
)
def test_any_text_comes_back_from_csv_and_from_json_lines(rows):
    table = Table(
        "t", "t", "t", [Column("text", "code", "", ""), Column("n", "integer", "", ""), Column("l", "codes", "", "")]
    )
    columns = table.read([a(text=text, n=n, l=chosen) for text, n, chosen in rows])
    read = list(csv.reader(io.StringIO(table.write_csv(columns), newline="")))
    expected = [[f"'{t}" if needs_mark(t) else t, "" if n is None else str(n), "|".join(c)] for t, n, c in rows]
    assert [row[:3] for row in read] == expected
    lines = [json.loads(line) for line in table.write_lines(columns).removesuffix("\n").split("\n")]
    assert [tuple(line.values()) for line in lines] == [(t, n, list(c)) for t, n, c in rows]


def test_memory_does_not_grow_with_the_rows(tmp_path):
    def measure(count):
        rows = (a(**dict.fromkeys(DECISIONS.header, "x" * 50)) for _ in range(count))
        tracemalloc.start()
        files._write_table(tmp_path, DECISIONS, rows)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert measure(10_000) < 1.2 * measure(2_000)

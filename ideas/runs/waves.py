"""The waves among the ideas that a run reads, found from its graph of likenesses and the times of sending."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from ideas.domain.waves import FELLOWS, LIKENESS, find_waves
from ideas.similarity.neighbours.duplicate_rows import find_duplicate_rows


def find_sent_together(matrix: Any, graph: Any, sent_at: Mapping[int, datetime]) -> list[list[int]]:
    """Return the waves among the rows of `matrix`, linked by `graph`; rows without a time are of none."""
    edges = graph.tocoo()
    alike = (edges.data >= LIKENESS) & (edges.row < edges.col)
    links = [*zip(edges.row[alike].tolist(), edges.col[alike].tolist(), strict=True)]
    links += _link_equal(find_duplicate_rows(matrix).groups.tolist(), sent_at)
    return find_waves(sent_at, links)


def _link_equal(kinds: Sequence[int], sent_at: Mapping[int, datetime]) -> Iterator[tuple[int, int]]:
    """Link each row to the next ones that are equal: the graph links all of them to the first few of them alone."""
    order = sorted((kinds[row], at, row) for row, at in sent_at.items())
    for _kind, equal in groupby(order, key=itemgetter(0)):
        rows = [row for _, _, row in equal]
        for step in range(1, FELLOWS + 1):
            yield from zip(rows, rows[step:], strict=False)

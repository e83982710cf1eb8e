"""What people decided on texts, as a tree obeys it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.clustering.average_link import NO_GROUP
from ideas.similarity.clustering.constraints import check_consistent

Pair = tuple[int, int]


class Decisions(NamedTuple):
    """Decisions on places in a list of texts.

    `together` and `apart`: pairs. `placed`: text → the group it belongs to, whatever names it: texts of one group are
    together, texts of two groups apart; so a reviewed subject is a group, and a text moved there is placed in it.
    """

    together: Sequence[Pair] = ()
    apart: Sequence[Pair] = ()
    placed: Mapping[int, Hashable] = {}

    def check(self) -> None:
        """Raise `Contradiction`, with the chain of pairs, when these cannot all hold."""
        check_consistent(
            [(*pair, pair) for pair in self.together],
            [(*pair, pair) for pair in self.apart],
            {text: (group, (text, group)) for text, group in self.placed.items()},
        )

    def number_placed(self, count: int) -> NDArray[np.int64]:
        """Number the group of each text, `NO_GROUP` for one that nobody placed."""
        numbers: dict[Hashable, int] = {}
        placed = np.full(count, NO_GROUP, dtype=np.int64)
        for text, group in sorted(self.placed.items()):
            placed[text] = numbers.setdefault(group, len(numbers))
        return placed

    def pairs_together(self) -> list[Pair]:
        """List the pairs that are one from the start: a group is a chain of its texts."""
        firsts: dict[Hashable, int] = {}
        return [*self.together, *((firsts.setdefault(group, text), text) for text, group in self.placed.items())]


NOTHING_DECIDED = Decisions()

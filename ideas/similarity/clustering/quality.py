"""How near proposed clusters are to the groups that people accepted.

Two labellings of the same texts are compared; a text alone (-1) is a group of its own. All figures lie in
[0, 1] except the adjusted Rand index, which is 0 for chance, 1 for the same groups, and may be negative.
Cost: one sort of the texts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ideas.similarity.clustering.labels import count_shared, single_out
from ideas.similarity.clustering.lineage import pair_groups


@dataclass(frozen=True)
class Quality:
    """The figures shown for one run against the groups that reviewers accepted."""

    text_count: int
    pair_precision: float
    pair_recall: float
    pair_f1: float
    adjusted_rand: float
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    share_moved: float


def measure(proposed: ArrayLike, accepted: ArrayLike) -> Quality:
    """Compare `proposed` labels with `accepted` ones, text by text in the same order.

    Texts that nobody has reviewed should be left out of both.
    """
    proposed, accepted = single_out(proposed), single_out(accepted)
    if len(proposed) != len(accepted):
        raise ValueError(f"{len(proposed)} proposed labels cannot be compared with {len(accepted)} accepted ones.")
    pair_precision, pair_recall = measure_pairs(proposed, accepted)
    bcubed_precision, bcubed_recall = measure_bcubed(proposed, accepted)
    return Quality(
        text_count=len(proposed),
        pair_precision=pair_precision,
        pair_recall=pair_recall,
        pair_f1=_mean_of_two(pair_precision, pair_recall),
        adjusted_rand=measure_adjusted_rand(proposed, accepted),
        bcubed_precision=bcubed_precision,
        bcubed_recall=bcubed_recall,
        bcubed_f1=_mean_of_two(bcubed_precision, bcubed_recall),
        share_moved=measure_share_moved(proposed, accepted),
    )


def measure_pairs(proposed: ArrayLike, accepted: ArrayLike) -> tuple[float, float]:
    """Precision and recall over pairs: of the pairs put together, how many should be; and the reverse.

    With no pair to judge the figure is 1: nothing wrong was said, nothing was missed.
    """
    both, in_proposed, in_accepted, _ = _count_pairs(proposed, accepted)
    return (both / in_proposed if in_proposed else 1.0, both / in_accepted if in_accepted else 1.0)


def measure_adjusted_rand(proposed: ArrayLike, accepted: ArrayLike) -> float:
    """Adjusted Rand index (Hubert and Arabie, 1985)."""
    both, in_proposed, in_accepted, pairs = _count_pairs(proposed, accepted)
    expected = in_proposed * in_accepted / pairs if pairs else 0.0
    best = (in_proposed + in_accepted) / 2
    return 1.0 if best == expected else (both - expected) / (best - expected)


def measure_bcubed(proposed: ArrayLike, accepted: ArrayLike) -> tuple[float, float]:
    """B-cubed precision and recall (Bagga and Baldwin, 1998): the mean, over texts, of each text's own figure."""
    proposed, accepted = single_out(proposed), single_out(accepted)
    if not len(proposed):
        return 1.0, 1.0
    lefts, rights, counts = count_shared(proposed, accepted)
    precision = np.sum(counts**2 / _sizes(proposed, lefts)) / len(proposed)
    recall = np.sum(counts**2 / _sizes(accepted, rights)) / len(accepted)
    return float(precision), float(recall)


def measure_share_moved(proposed: ArrayLike, accepted: ArrayLike) -> float:
    """The share of texts a reviewer had to move, once each accepted group is paired with its best proposal."""
    proposed, accepted = single_out(proposed), single_out(accepted)
    lefts, rights, counts = count_shared(proposed, accepted)
    paired = pair_groups(lefts, rights, counts)
    return 1.0 - float(counts[paired].sum()) / len(proposed) if len(proposed) else 0.0


def _count_pairs(proposed: ArrayLike, accepted: ArrayLike) -> tuple[int, int, int, int]:
    proposed, accepted = single_out(proposed), single_out(accepted)
    _, _, counts = count_shared(proposed, accepted)
    sizes = (counts, np.unique(proposed, return_counts=True)[1], np.unique(accepted, return_counts=True)[1])
    both, in_proposed, in_accepted = (int(np.sum(size * (size - 1)) // 2) for size in sizes)
    return both, in_proposed, in_accepted, len(proposed) * (len(proposed) - 1) // 2


def _sizes(labels, wanted):
    values, counts = np.unique(labels, return_counts=True)
    return counts[np.searchsorted(values, wanted)]


def _mean_of_two(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

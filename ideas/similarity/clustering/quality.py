"""How near proposed clusters are to the groups that people accepted.

Two labellings of the same texts are compared; a text alone (-1) is a group of its own. All figures lie in
[0, 1] except the adjusted Rand index, which is 0 for chance, 1 for the same groups, and may be negative.
Cost: a few sorts of the texts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix, pair_confusion_matrix

from ideas.similarity.clustering.labels import single_out
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
    if not len(proposed):
        return Quality(0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, share_moved=0.0)
    pair_precision, pair_recall = _measure_pairs(proposed, accepted)
    # Rows: accepted groups; columns: proposed clusters; cells: texts in both.
    shared = contingency_matrix(accepted, proposed, sparse=True).tocoo()
    bcubed_precision, bcubed_recall = _measure_bcubed(shared)
    moved = 1 - shared.data[pair_groups(shared.row, shared.col, shared.data)].sum() / len(proposed)
    return Quality(
        text_count=len(proposed),
        pair_precision=pair_precision,
        pair_recall=pair_recall,
        pair_f1=_harmonic_mean(pair_precision, pair_recall),
        adjusted_rand=float(adjusted_rand_score(accepted, proposed)),
        bcubed_precision=bcubed_precision,
        bcubed_recall=bcubed_recall,
        bcubed_f1=_harmonic_mean(bcubed_precision, bcubed_recall),
        share_moved=float(moved),
    )


def _measure_pairs(proposed, accepted) -> tuple[float, float]:
    """Return precision and recall over pairs: of the pairs put together, how many should be; and the reverse.

    With no pair to judge the figure is 1: nothing wrong was said, nothing was missed.
    """
    (_, only_proposed), (only_accepted, both) = pair_confusion_matrix(accepted, proposed).tolist()
    in_proposed, in_accepted = both + only_proposed, both + only_accepted
    return both / in_proposed if in_proposed else 1.0, both / in_accepted if in_accepted else 1.0


def _measure_bcubed(shared) -> tuple[float, float]:
    """Return B-cubed precision and recall (Bagga & Baldwin 1998): the means, over texts, of each text's own figures."""
    accepted_sizes, proposed_sizes = (np.asarray(shared.sum(axis=axis)).ravel() for axis in (1, 0))
    squares = shared.data.astype(np.float64) ** 2
    text_count = shared.data.sum()
    precision = np.sum(squares / proposed_sizes[shared.col]) / text_count
    recall = np.sum(squares / accepted_sizes[shared.row]) / text_count
    return float(precision), float(recall)


def _harmonic_mean(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

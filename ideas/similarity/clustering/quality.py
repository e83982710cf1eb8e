"""How near proposed groups are to those that people accepted, and what it costs to go from one to the other.

Two labellings of the same texts are compared; a text alone (-1) is a group of its own. All figures lie in [0, 1] except
the adjusted Rand index, which is 0 for chance, 1 for the same groups, and may be negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ideas.similarity.clustering.labels import count_shared, single_out


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
    acts_per_text: float


def measure(proposed: ArrayLike, accepted: ArrayLike) -> Quality:
    """Compare `proposed` labels with `accepted` ones, text by text in the same order.

    Texts that nobody has reviewed should be left out of both.
    """
    # Imported here: a second and a half that a process which measures nothing must not pay.
    from sklearn.metrics import adjusted_rand_score
    from sklearn.metrics.cluster import pair_confusion_matrix

    proposed, accepted = single_out(proposed), single_out(accepted)
    if len(proposed) != len(accepted):
        raise ValueError(f"{len(proposed)} proposed labels cannot be compared with {len(accepted)} accepted ones.")
    (_, wrong), (missed, right) = pair_confusion_matrix(accepted, proposed).tolist()
    pair_precision, pair_recall = _share(right, right + wrong), _share(right, right + missed)
    bcubed_precision, bcubed_recall = measure_bcubed(proposed, accepted)
    return Quality(
        text_count=len(proposed),
        pair_precision=pair_precision,
        pair_recall=pair_recall,
        pair_f1=_mean_of_two(pair_precision, pair_recall),
        adjusted_rand=float(adjusted_rand_score(accepted, proposed)),
        bcubed_precision=bcubed_precision,
        bcubed_recall=bcubed_recall,
        bcubed_f1=_mean_of_two(bcubed_precision, bcubed_recall),
        acts_per_text=count_acts(proposed, accepted) / max(1, len(proposed)),
    )


def measure_bcubed(proposed: ArrayLike, accepted: ArrayLike) -> tuple[float, float]:
    """B-cubed precision and recall (Bagga and Baldwin, 1998): the mean, over texts, of each text's own figure."""
    proposed, accepted = single_out(proposed), single_out(accepted)
    if not len(proposed):
        return 1.0, 1.0
    lefts, rights, counts = count_shared(proposed, accepted)
    precision = np.sum(counts**2 / np.bincount(proposed)[lefts]) / len(proposed)
    recall = np.sum(counts**2 / np.bincount(accepted)[rights]) / len(accepted)
    return float(precision), float(recall)


def count_acts(proposed: ArrayLike, accepted: ArrayLike) -> int:
    """Count the fragments to take out of a group that is not theirs, then those to join to their own."""
    proposed, accepted = single_out(proposed), single_out(accepted)
    fragments = len(count_shared(proposed, accepted)[0])
    return 2 * fragments - len(np.unique(proposed)) - len(np.unique(accepted))


def _share(part: int, whole: int) -> float:
    """Divide; of nothing, nothing wrong was said and nothing was missed."""
    return part / whole if whole else 1.0


def _mean_of_two(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

"""Where a text goes before the next run: with its nearest, or nowhere yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

FEWEST_VOICES = 0.25  # of likeness, added over the neighbours of one cluster


def place(neighbours: Sequence[tuple[int, float]], barred: Iterable[int] = ()) -> int:
    """Return the cluster that the nearest texts vote for, -1 when none has voices enough.

    `neighbours`: (cluster or -1, likeness) of the ten nearest; `barred`: clusters that hold a text it must be kept
    apart from. A voice weighs its likeness; of equal clusters the lower number wins.
    """
    voices: dict[int, float] = {}
    for cluster, likeness in neighbours:
        if cluster >= 0:
            voices[cluster] = voices.get(cluster, 0.0) + likeness
    for cluster in barred:
        voices.pop(cluster, None)
    best = max(voices, key=lambda cluster: (voices[cluster], -cluster), default=-1)
    return best if best >= 0 and voices[best] >= FEWEST_VOICES else -1

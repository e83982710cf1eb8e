"""How many mistakes of the hand lead from one word to another."""

from __future__ import annotations


def count_edits(one: str, other: str, *, most: int) -> int:
    """Count the letters to add, drop, change, or exchange with the next one; more than `most` are not counted on.

    >>> count_edits("trian", "train", most=2), count_edits("medcin", "medecin", most=2), count_edits("a", "xyz", most=1)
    (1, 1, 2)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    current = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        earlier, before = before, current
        current = [row]
        for column, facing in enumerate(other, 1):
            cost = min(before[column] + 1, current[-1] + 1, before[column - 1] + (letter != facing))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == facing:
                cost = min(cost, earlier[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
    return current[-1]

"""A text as an index reads it: its stems by number, weighed as those of the corpus were."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import Base
from ideas.similarity.index.delta_segment import Fresh
from ideas.similarity.text import french
from ideas.similarity.text.vocabulary import MOST_STEMS, smooth_idf

_MOST_REPAIRED = 8
# In so short a query, a stem that next to nobody writes may be a mistake: close ones, far more written, are asked too.
_SHORT = 8
_TIMES_MORE = 10
_TEXTS_FOR_A_MISTAKE = 100_000


class Weighed(NamedTuple):
    """Distinct stems, by number, and their weights."""

    numbers: NDArray[np.int64]
    weights: NDArray[np.float64]


def weigh(text: str, language: str | None, base: Base, fresh: Fresh) -> Weighed:
    """Weigh a text to keep, to length one; a stem never seen is learnt, and is as rare as can be."""
    read = _read(text, language, base, fresh)
    for place in np.flatnonzero(read.numbers < 0):
        read.numbers[place] = fresh.learn(read.stems[place], read.written[place])
    return Weighed(read.numbers, read.weights / (np.linalg.norm(read.weights) or 1))


def ask(text: str, language: str | None, base: Base, fresh: Fresh) -> Weighed:
    """Weigh a text to search, to length one; for a stem that may be a mistake, those close to it are asked."""
    read = _read(text, language, base, fresh)
    known = read.numbers >= 0
    numbers, weights = [read.numbers[known]], [read.weights[known]]
    length = np.square(read.weights).sum()
    for place in np.flatnonzero(_may_be_mistakes(read.numbers, base))[:_MOST_REPAIRED]:
        close, closeness = _close(read.stems[place], read.numbers[place], base)
        if not len(close):
            continue
        meant = read.times[place] * _rarity(close, base)
        numbers.append(close)
        weights.append(meant * closeness)
        if not known[place]:  # it weighs what its likeliest meaning does
            length += meant[0] ** 2 - read.weights[place] ** 2
    if len(numbers) == 1:
        return Weighed(numbers[0], weights[0] / np.sqrt(length or 1))
    distinct, places = np.unique(np.concatenate(numbers), return_inverse=True)
    return Weighed(distinct, np.bincount(places, np.concatenate(weights), len(distinct)) / np.sqrt(length or 1))


class _Read(NamedTuple):
    """For each stem of a text: its first written form, its number (-1: unknown), log tf, and weight (tf × idf)."""

    stems: list[str]
    written: list[str]
    numbers: NDArray[np.int64]
    times: NDArray[np.float64]
    weights: NDArray[np.float64]


def _read(text: str, language: str | None, base: Base, fresh: Fresh) -> _Read:
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    language = french.known(language)
    for word in french.words(text):
        if stem := french.stem(word, language):
            counts[stem] += 1
            written.setdefault(stem, word)
    stems = list(counts)
    numbers = base.numbers(stems)
    for place in np.flatnonzero(numbers < 0):
        numbers[place] = fresh.numbers.get(stems[place], -1)
    times = 1 + np.log(np.array(list(counts.values()), dtype=np.float64))
    weights = times * _rarity(numbers, base)
    heaviest = np.sort(np.argsort(-weights, kind="stable")[:MOST_STEMS])
    kept = [stems[place] for place in heaviest]
    return _Read(kept, [written[stem] for stem in kept], numbers[heaviest], times[heaviest], weights[heaviest])


def _rarity(numbers: NDArray[np.int64], base: Base) -> NDArray[np.float64]:
    """Answer the idf of stems; one that came after the base was built is as rare as can be."""
    return smooth_idf(base.frequencies_of(numbers), len(base.ids)).astype(np.float64)


def _may_be_mistakes(numbers: NDArray[np.int64], base: Base) -> NDArray[np.bool_]:
    unknown = numbers < 0
    if len(numbers) > _SHORT:
        return unknown
    is_base = (numbers >= 0) & (numbers < len(base.marks))
    return unknown | (is_base & (base.frequencies_of(numbers) <= 1 + len(base.ids) // _TEXTS_FOR_A_MISTAKE))


def _close(stem: str, number: int, base: Base) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    close, closeness = base.spelling.close(stem)
    if number >= 0:
        far_more = base.frequencies[close] >= _TIMES_MORE * base.frequencies[number]
        close, closeness = close[far_more], closeness[far_more]
    return close.astype(np.int64), closeness

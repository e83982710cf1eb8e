"""A text as an index reads it: its stems by number, with the weights that the base segment's texts have."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.index.base_segment import BaseSegment
from ideas.similarity.index.delta_segment import DeltaSegment
from ideas.similarity.index.letter_distance import count_edits
from ideas.similarity.text import french
from ideas.similarity.text.vocabulary import MAX_STEMS
from ideas.similarity.text.weights import smooth_idf, sublinear_tf

_MAX_CORRECTED = 8  # stems
# In so short a query, a stem that next to nobody writes may be a mistake: close ones, far commoner, are searched too.
_SHORT = 8  # stems
_TIMES_COMMONER = 10
_TEXTS_PER_MISTAKE = 100_000
_LONG = 8  # letters from which two mistakes are likelier than another word


class WeightedStems(NamedTuple):
    """Distinct stems, by number, and their weights."""

    numbers: NDArray[np.int64]
    weights: NDArray[np.float64]


def weigh_text(text: str, language: str | None, base: BaseSegment, delta: DeltaSegment) -> WeightedStems:
    """Return the stems of a text to add, to length one; a new stem gets a number in the delta, and the largest idf."""
    read = _read(text, language, base, delta)
    for place in np.flatnonzero(read.numbers < 0):
        read.numbers[place] = delta.number_stem(read.stems[place], read.written[place])
    return WeightedStems(read.numbers, read.weights / (np.linalg.norm(read.weights) or 1))


def weigh_query(text: str, language: str | None, base: BaseSegment, delta: DeltaSegment) -> WeightedStems:
    """Return the stems of a text to search, to length one; for one that may be misspelt, the stems close to it."""
    read = _read(text, language, base, delta)
    known = read.numbers >= 0
    numbers, weights = [read.numbers[known]], [read.weights[known]]
    square = np.square(read.weights).sum()
    for place in np.flatnonzero(_may_be_misspelt(read.numbers, base))[:_MAX_CORRECTED]:
        close, closeness = _suggest(read, int(place), base, language)
        if not len(close):
            continue
        corrected = read.tf[place] * _idf(close, base)
        numbers.append(close)
        weights.append(corrected * closeness)
        if not known[place]:  # an unknown stem weighs what its closest suggestion does
            square += corrected[0] ** 2 - read.weights[place] ** 2
    if len(numbers) == 1:
        return WeightedStems(numbers[0], weights[0] / np.sqrt(square or 1))
    distinct, places = np.unique(np.concatenate(numbers), return_inverse=True)
    summed = np.bincount(places, np.concatenate(weights), len(distinct))
    return WeightedStems(distinct, summed / np.sqrt(square or 1))


class _ReadText(NamedTuple):
    """For each stem of a text: itself, its first written form, its number (-1: unknown), its tf, its tf × idf."""

    stems: list[str]
    written: list[str]
    numbers: NDArray[np.int64]
    tf: NDArray[np.float64]
    weights: NDArray[np.float64]


def _read(text: str, language: str | None, base: BaseSegment, delta: DeltaSegment) -> _ReadText:
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    language = french.supported_language(language)
    for word in french.words(text):
        if stem := french.stem(word, language):
            counts[stem] += 1
            written.setdefault(stem, word)
    stems = list(counts)
    numbers = base.number_stems(stems)
    for place in np.flatnonzero(numbers < 0):
        numbers[place] = delta.numbers.get(stems[place], -1)
    tf = sublinear_tf(list(counts.values()))
    weights = tf * _idf(numbers, base)
    heaviest = np.sort(np.argsort(-weights, kind="stable")[:MAX_STEMS])
    kept = [stems[place] for place in heaviest]
    return _ReadText(kept, [written[stem] for stem in kept], numbers[heaviest], tf[heaviest], weights[heaviest])


def _idf(numbers: NDArray[np.int64], base: BaseSegment) -> NDArray[np.float64]:
    """Return the idf of stems, the largest there is for one that came after the base segment was built."""
    return smooth_idf(base.count_texts(numbers), len(base.ids)).astype(np.float64)


def _may_be_misspelt(numbers: NDArray[np.int64], base: BaseSegment) -> NDArray[np.bool_]:
    unknown = numbers < 0
    if len(numbers) > _SHORT:
        return unknown
    in_base = (numbers >= 0) & (numbers < len(base.hashes))
    return unknown | (in_base & (base.count_texts(numbers) <= 1 + len(base.ids) // _TEXTS_PER_MISTAKE))


def _suggest(
    read: _ReadText, place: int, base: BaseSegment, language: str | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the stems that one may be by mistake: a word that nobody wrote yet is more often just another word."""
    stem, number = read.stems[place], read.numbers[place]
    close, closeness = base.spelling.suggest(stem)
    known = french.supported_language(language)
    words = [base.read_word(one) for one in close.tolist()]
    is_mistake = np.array([_is_mistake(read.written[place], word, known) for word in words], dtype=bool)
    close, closeness = close[is_mistake], closeness[is_mistake]
    if number >= 0:
        commoner = base.frequencies[close] >= _TIMES_COMMONER * base.frequencies[number]
        close, closeness = close[commoner], closeness[commoner]
    return close.astype(np.int64), closeness


def _is_mistake(written: str, meant: str, language: str) -> bool:
    """Tell whether one word may be another one mistyped; a mistake can hide from the stemmer where the stem ends."""
    pairs = ((french.fold(written), french.fold(meant)), (french.stem(written, language), french.stem(meant, language)))
    return any(_is_near(*pair) for pair in pairs)


def _is_near(one: str, other: str) -> bool:
    allowed = 1 if len(one) < _LONG else 2
    return count_edits(one, other, most=allowed) <= allowed

"""How strongly a text made of several fields says each of its terms, whatever the others say.

A term counts for the weight of each field that says it, less in a long field, and the sum grows ever more slowly: the
term frequency of BM25F (Robertson, Zaragoza & Taylor 2004), with lengths compared to a fixed one so that a text added
tomorrow changes nothing of those of today.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ideas.similarity.text.search_terms import list_forms, list_terms

_SATURATION = 1.2
_LENGTH_SHARE = 0.4
_USUAL_LENGTH = 25  # terms of a field of sentences
_SCALE = 255


class WeightedField(NamedTuple):
    """A part of a text, and how much a word counts there."""

    text: str
    weight: float


class Document(NamedTuple):
    """A text as a word index reads it: the impact, 1 to 255, of each term; the terms of words written otherwise."""

    impacts: dict[str, int]
    forms: dict[str, str]


def weigh_fields(fields: Iterable[WeightedField], language: str | None = None) -> Document:
    """Return what some fields say together."""
    strengths: dict[str, float] = defaultdict(float)
    forms: dict[str, str] = {}
    for field in fields:
        terms = list_terms(field.text, language)
        length = 1 + _LENGTH_SHARE * max(0, len(terms) / _USUAL_LENGTH - 1)
        for term, times in Counter(terms).items():
            strengths[term] += field.weight * times / length
        forms |= list_forms(field.text, language)
    impacts = {term: max(1, round(_SCALE * one / (one + _SATURATION))) for term, one in strengths.items()}
    return Document(impacts, forms)

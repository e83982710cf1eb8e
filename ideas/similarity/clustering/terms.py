"""Stems written again as people write them in some texts.

Two words that come together more often than not (« qualité de l’air ») are one term. A word mostly met as a measure of
detail (« par commune », « chaque jour », « rue par rue ») tells how people want the data, not what of: it is left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from ideas.similarity.text import french

TOGETHER = 0.5  # of the texts that have the rarer word: how often two words must come together to be one term
WIDEST_GAP = 2  # stop words between the two words of a term
MOSTLY = 0.5  # of the times a word is written: as a measure of detail

# Words whole, hyphens inside: « rendez-vous », « Wi-Fi »; their parts are what stems are made of.
_find_words = re.compile(r"[^\W_]{2,}").finditer
_DETAIL_BEFORE = re.compile(r"(?:\b(?:par|chaque|tous les|toutes les|each|every|per|by)\s+)\Z", re.IGNORECASE)
_DETAIL_AFTER = re.compile(r"\s+(?:par|après|by)\s+", re.IGNORECASE)
_LONGEST_BEFORE = len("toutes les ") + 2
_HYPHENED_BEFORE = re.compile(r"(?:[^\W_]+-)+\Z")
_HYPHENED_AFTER = re.compile(r"(?:-[^\W_]+)+")
_find_letters = re.compile(r"[^\W_]+").findall
_SMALL_WORDS = "a au aux d de des du en in l la le les of the un une à"
_LINKS = frozenset(_SMALL_WORDS.split())
_NOT_ONE_PHRASE = frozenset('.,;:!?()[]«»"\n/|')


def write_terms(stems: dict[str, str], texts: Iterable[tuple[str, Any]]) -> list[str]:
    """Write `stems`, the best first, as the texts (each with its language) do; two of them as one term.

    `stems` says how all write each: a capital there is that of a name, here it may be that of a sentence.
    """
    wanted = {stem: rank for rank, stem in enumerate(stems)}
    texts_with: Counter[str] = Counter()
    forms: defaultdict[Any, Counter[str]] = defaultdict(Counter)  # of a stem, or of a pair of them
    details: Counter[str] = Counter()
    for text, language in texts:
        found = _read(text, language, wanted)
        texts_with.update({stem for stem, *_ in found})
        for stem, start, end, _gap in found:
            forms[stem][_write(text, [(stem, start, end)], stems)] += 1
            details[stem] += _is_detail(text, start, end)
        for pair, form in _pairs(text, found, stems).items():
            forms[pair][form] += 1
    plain = {stem for stem in texts_with if details[stem] <= MOSTLY * forms[stem].total() and not _is_small(stem)}
    return [_commonest(forms[key]) for key in _join(wanted, plain, texts_with, forms)]


def _read(text: str, language: Any, wanted: dict[str, int]) -> list[tuple[str, int, int, int]]:
    """List the wanted stems of a text, where each starts and ends, and how many words that say nothing precede it."""
    found, gap = [], WIDEST_GAP + 1
    language = french.supported_language(language)
    for match in _find_words(text):
        stem = french.stem(match.group(), language)
        if stem in wanted:
            found.append((stem, match.start(), match.end(), gap))
        gap = 0 if stem in wanted else gap + 1 if not stem else WIDEST_GAP + 1
    return found


def _pairs(text: str, found: list[tuple[str, int, int, int]], stems: dict[str, str]) -> dict[tuple[str, str], str]:
    """Find the pairs of wanted stems that only small words part, as first written."""
    pairs: dict[tuple[str, str], str] = {}
    for (one, start, middle, _), (other, after, end, gap) in pairwise(found):
        if one != other and gap <= WIDEST_GAP and _is_link(text[middle:after]):
            pairs.setdefault((one, other), _write(text, [(one, start, middle), (other, after, end)], stems))
    return pairs


def _is_link(between: str) -> bool:
    return not _NOT_ONE_PHRASE & set(between) and set(_find_letters(between.lower())) <= _LINKS


def _join(
    wanted: dict[str, int], plain: set[str], texts_with: Counter[str], forms: dict[Any, Counter[str]]
) -> list[Any]:
    """List the pairs that are one term and the stems left, from the best."""
    pairs = [key for key in forms if isinstance(key, tuple) and plain.issuperset(key)]
    used: set[str] = set()
    ranked: list[tuple[int, Any]] = []
    for pair in sorted(pairs, key=lambda pair: (-forms[pair].total(), pair)):
        times, rarer = forms[pair].total(), min(texts_with[stem] for stem in pair)
        if times >= 2 and times >= TOGETHER * rarer and not used & set(pair):
            used |= set(pair)
            ranked.append((min(wanted[stem] for stem in pair), pair))
    ranked += [(wanted[stem], stem) for stem in plain - used]
    return [key for _, key in sorted(ranked, key=lambda term: term[0])]


def _write(text: str, words: list[tuple[str, int, int]], stems: dict[str, str]) -> str:
    """Write a stretch of a text, from the first of `words` to the last, hyphened words whole."""
    start, end = words[0][1], words[-1][2]
    # Few words have a hyphen, and looking back for one reads the text from its start.
    if text.startswith("-", start - 1) and (before := _HYPHENED_BEFORE.search(text[:start])):
        start = before.start()
    if text.startswith("-", end) and (after := _HYPHENED_AFTER.match(text, end)):
        end = after.end()
    written = text[start:end]
    for stem, first, last in words:
        if stems[stem].islower():
            written = written[: first - start] + text[first:last].lower() + written[last - start :]
    return written


def _is_detail(text: str, start: int, end: int) -> bool:
    """Tell « par rue », « chaque rue », and both words of « rue par rue »."""
    if _DETAIL_BEFORE.search(text, max(0, start - _LONGEST_BEFORE), start):
        return True
    after = _DETAIL_AFTER.match(text, end)
    return after is not None and text[after.end() :].lower().startswith(text[start:end].lower())


def _is_small(stem: str) -> bool:
    """Tell « 12 », which names nothing by itself, from « 2025 », « covid19 » and « article 12 »."""
    return stem.isdigit() and len(stem) < 4


def _commonest(forms: Counter[str]) -> str:
    """Choose the commonest form whatever its capitals, then the commonest capitals of that form."""
    folded: Counter[str] = Counter()
    for form, times in forms.items():
        folded[form.lower()] += times
    return min(forms, key=lambda form: (-folded[form.lower()], form.lower(), -forms[form], form))

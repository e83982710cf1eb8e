"""In which words: what tells a cluster apart, and why two texts are alike.

A keyword is a stem that weighs more in a cluster than in the rest, shown as people most often write it. Two words that
nearly always come together (« qualité de l’air ») are shown as one term.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from ideas.similarity import french
from ideas.similarity.labels import ALONE
from ideas.similarity.vectors import Corpus

MOST_READ = 200  # texts of a cluster that are read for its terms: more would not change them
TOGETHER = 0.5  # of the texts that have the rarer word: how often two words must come together to be one term
WIDEST_GAP = 2  # stop words between the two words of a term
MOST_COMPARED = 1_000  # members whose pairs are all compared

_find_words = re.compile(r"[^\W_]{2,}").finditer


@dataclass(frozen=True)
class Member:
    """How alike a text is to the rest of its cluster (0 to 1), and which member it is least alike."""

    likeness: float
    weakest: int
    weakest_likeness: float


@dataclass(frozen=True)
class Portrait:
    """A cluster in figures and words; places are those of the texts in the corpus."""

    size: int
    cohesion: float
    keywords: list[str]
    closest: tuple[int, int, float, list[tuple[str, float]]]
    members: dict[int, Member]


def keywords(texts: Sequence[str], labels: ArrayLike, *, count: int = 8) -> dict[int, list[str]]:
    """List the words that tell each label apart, the most telling first, as they are written. -1 is left out."""
    return find_keywords(Corpus.fit(texts), texts, labels, count=count)


def explain(text_a: str, text_b: str, language: str | None = None) -> list[tuple[str, float]]:
    """List the words that two texts share, as the first writes them, with their share of the likeness (sum 1)."""
    corpus = Corpus.fit([text_a, text_b], [language, language])
    return explain_pair(corpus, 0, 1)


def explain_pair(corpus: Corpus, first: int, second: int, *, count: int | None = None) -> list[tuple[str, float]]:
    """List the words that two texts of a corpus share, with their share of the likeness, the largest first."""
    products = corpus.matrix[[first]].multiply(corpus.matrix[[second]]).tocoo()
    order = np.lexsort((products.col, -products.data))[:count]
    whole = float(products.data.sum())
    return [(corpus.vocabulary.written[products.col[i]], round(float(products.data[i]) / whole, 4)) for i in order]


def find_keywords(
    corpus: Corpus, texts: Sequence[str], labels: ArrayLike, *, count: int = 8, languages: Sequence[Any] | None = None
) -> dict[int, list[str]]:
    """Do what `keywords` does on a corpus already fitted to the same `texts`."""
    labels = np.asarray(labels)
    rows = np.flatnonzero(labels != ALONE)
    names, places = np.unique(labels[rows], return_inverse=True)
    if not len(names):
        return {}
    chooser = csr_array((np.ones(len(rows), np.float32), (places, rows)), shape=(len(names), len(labels)))
    sums = csr_array(chooser @ corpus.matrix)
    sizes = np.bincount(places)
    whole = np.asarray(corpus.matrix.sum(axis=0)).ravel()
    found = {}
    for at, name in enumerate(names.tolist()):
        start, end = sums.indptr[at : at + 2]
        columns, inside = sums.indices[start:end], sums.data[start:end]
        outside = (whole[columns] - inside) / max(1, len(labels) - sizes[at])
        scores = inside / sizes[at] - outside
        best = columns[np.lexsort((columns, -scores))[: 2 * count]].tolist()
        members = rows[places == at][:MOST_READ].tolist()
        found[name] = _join_terms(corpus, [(texts[m], languages[m] if languages else None) for m in members], best)[
            :count
        ]
    return found


def draw_portraits(
    corpus: Corpus, texts: Sequence[str], labels: ArrayLike, *, languages: Sequence[Any] | None = None
) -> dict[int, Portrait]:
    """Describe every cluster: its words, its cohesion, its closest pair, and each member's place in it."""
    labels = np.asarray(labels)
    words = find_keywords(corpus, texts, labels, languages=languages)
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], list(words))
    ends = np.searchsorted(labels[order], list(words), side="right")
    return {
        label: _draw(corpus, order[start:end], words[label])
        for label, start, end in zip(words, starts.tolist(), ends.tolist(), strict=True)
    }


def _draw(corpus: Corpus, members: NDArray[np.int64], words: list[str]) -> Portrait:
    rows = corpus.matrix[members]
    likenesses = _likeness_to_others(rows)
    compared = rows[:MOST_COMPARED]
    pairs = np.clip((rows @ compared.T).toarray(), 0, 1)
    np.fill_diagonal(pairs, 2.0)
    weakest = pairs.argmin(axis=1)
    np.fill_diagonal(pairs, -1.0)
    first, second = sorted(np.unravel_index(pairs.argmax(), pairs.shape))
    closest = int(members[first]), int(members[second])
    return Portrait(
        size=len(members),
        cohesion=round(float(likenesses.mean()), 4),
        keywords=words,
        closest=(*closest, round(float(pairs.max()), 4), explain_pair(corpus, *closest, count=8)),
        members={
            int(member): Member(
                round(float(likeness), 4), int(members[weak]), round(max(0.0, float(pairs[at, weak])), 4)
            )
            for at, (member, likeness, weak) in enumerate(zip(members, likenesses, weakest.tolist(), strict=True))
        },
    )


def _likeness_to_others(rows: csr_array) -> NDArray[np.float64]:
    """Answer the cosine of each row with the sum of the other rows."""
    whole = np.asarray(rows.sum(axis=0), dtype=np.float64).ravel()
    own = np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64).ravel()
    with_whole = rows @ whole
    length_of_others = np.sqrt(np.maximum(whole @ whole - 2 * with_whole + own, 1e-12))
    return np.clip((with_whole - own) / length_of_others, 0, 1)


def _join_terms(corpus: Corpus, members: Sequence[tuple[str, Any]], best: list[int]) -> list[str]:
    """Write the best stems as words, two of them as one term where people write them side by side."""
    stems = {corpus.vocabulary.stems[column]: rank for rank, column in enumerate(best)}
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    forms: dict[tuple[str, str], Counter[str]] = {}
    for text, language in members:
        seen, seen_pairs = _read_terms(text, language, stems)
        alone.update(seen)
        pairs.update(seen_pairs.keys())
        for pair, form in seen_pairs.items():
            forms.setdefault(pair, Counter())[form] += 1
    used: set[str] = set()
    terms: list[tuple[int, str]] = []
    for pair, times in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        rarer = min(alone[pair[0]], alone[pair[1]])
        if times >= 2 and times >= TOGETHER * rarer and not used & set(pair):
            used |= set(pair)
            terms.append((min(stems[pair[0]], stems[pair[1]]), _commonest(forms[pair])))
    terms += [(rank, corpus.vocabulary.written[best[rank]]) for stem, rank in stems.items() if stem not in used]
    return [term for _, term in sorted(terms)]


def _read_terms(text: str, language: Any, stems: dict[str, int]) -> tuple[set[str], dict[tuple[str, str], str]]:
    """Find the wanted stems of a text, and the pairs of them that only stop words part, as first written."""
    seen: set[str] = set()
    pairs: dict[tuple[str, str], str] = {}
    last: tuple[str, int, int] | None = None
    gap = 0
    for match in _find_words(text):
        stem = french.stem(match.group(), french.known(language))
        if not stem:
            gap += 1
            continue
        if stem in stems:
            seen.add(stem)
            if last and gap <= WIDEST_GAP and last[0] != stem and _is_one_phrase(text[last[2] : match.start()]):
                pairs.setdefault((last[0], stem), text[last[1] : match.end()].lower())
            last = (stem, match.start(), match.end())
        else:
            last = None
        gap = 0
    return seen, pairs


def _is_one_phrase(between: str) -> bool:
    return not set(between) & set('.,;:!?()[]«»"\n/|')


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))

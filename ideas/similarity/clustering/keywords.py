"""Keywords: what tells a cluster apart, and why two texts are similar.

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

from ideas.similarity.text import french
from ideas.similarity.text.tfidf import Corpus

MOST_READ = 200  # texts of a cluster that are read for its terms: more would not change them
TOGETHER = 0.5  # of the texts that have the rarer word: how often two words must come together to be one term
WIDEST_GAP = 2  # stop words between the two words of a term
MOST_COMPARED = 1_000  # members whose pairs are all compared

_find_words = re.compile(r"[^\W_]{2,}").finditer


@dataclass(frozen=True)
class Member:
    """How similar a text is to the rest of its cluster (0 to 1), and to which member it is least similar."""

    likeness: float
    weakest: int
    weakest_likeness: float


@dataclass(frozen=True)
class ClusterSummary:
    """A cluster in figures and words; places are those of the texts in the corpus."""

    size: int
    cohesion: float
    keywords: list[str]
    closest: tuple[int, int, float, list[tuple[str, float]]]
    members: dict[int, Member]


def keywords(
    texts: Sequence[str], labels: ArrayLike, *, count: int = 8, languages: Sequence[str | None] | None = None
) -> dict[int, list[str]]:
    """List the words that tell each label apart, most telling first, as people write them. -1 is left out."""
    return find_keywords(Corpus.fit(texts, languages), texts, labels, count=count, languages=languages)


def explain(text_a: str, text_b: str, language: str | None = None) -> list[tuple[str, float]]:
    """List the words that two texts share, as the first writes them, with their share of the likeness (sum 1)."""
    corpus = Corpus.fit([text_a, text_b], [language, language])
    return explain_pair(corpus, 0, 1)


def explain_pair(corpus: Corpus, first: int, second: int, *, count: int | None = None) -> list[tuple[str, float]]:
    """List the words that two texts of a corpus share, with their share of the likeness, largest first."""
    matrix = corpus.matrix
    # Straight from the arrays: SciPy takes ten times as long for two rows, and a run explains every near pair.
    one, other = (slice(*matrix.indptr[row : row + 2].tolist()) for row in (first, second))
    columns, *places = np.intersect1d(
        matrix.indices[one], matrix.indices[other], assume_unique=True, return_indices=True
    )
    products = matrix.data[one][places[0]].astype(np.float64) * matrix.data[other][places[1]]
    shares = products / products.sum() if len(products) else products
    order = np.lexsort((columns, -shares))[:count]
    return [(corpus.vocabulary.written[columns[at]], round(float(shares[at]), 6)) for at in order]


def find_keywords(
    corpus: Corpus, texts: Sequence[str], labels: ArrayLike, *, count: int = 8, languages: Sequence[Any] | None = None
) -> dict[int, list[str]]:
    """Do what `keywords` does on a corpus already fitted to the same `texts`."""
    labels = np.asarray(labels)
    order = np.argsort(labels, kind="stable")
    order = order[np.searchsorted(labels[order], 0) :]
    names, starts, sizes = np.unique(labels[order], return_index=True, return_counts=True)
    if not len(names):
        return {}
    chooser = csr_array(
        (np.ones(len(order), np.float32), order, np.append(starts, len(order))), shape=(len(names), len(labels))
    )
    sums = csr_array(chooser @ corpus.matrix)
    whole = np.asarray(corpus.matrix.sum(axis=0)).ravel()
    found = {}
    for at, (name, start, size) in enumerate(zip(names.tolist(), starts.tolist(), sizes.tolist(), strict=True)):
        best = _find_telling(sums, at, whole, size, len(labels))[: 2 * count].tolist()
        read = order[start : start + min(size, MOST_READ)].tolist()
        members = [(texts[place], languages[place] if languages else None) for place in read]
        found[name] = _join_terms(corpus, members, best)[:count]
    return found


def _find_telling(sums: csr_array, at: int, whole: NDArray, size: int, count: int) -> NDArray[np.int32]:
    """List the stems of a cluster by how much more they weigh in the mean of its texts than in that of the others."""
    start, end = sums.indptr[at : at + 2]
    columns, inside = sums.indices[start:end], sums.data[start:end]
    scores = inside / size - (whole[columns] - inside) / max(1, count - size)
    return columns[np.lexsort((columns, -scores))]


def summarize_clusters(
    corpus: Corpus, texts: Sequence[str], labels: ArrayLike, *, languages: Sequence[Any] | None = None
) -> dict[int, ClusterSummary]:
    """Describe every cluster: its words, its cohesion, its closest pair, and each member's place in it."""
    labels = np.asarray(labels)
    words = find_keywords(corpus, texts, labels, languages=languages)
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], list(words))
    ends = np.searchsorted(labels[order], list(words), side="right")
    return {
        label: _summarize(corpus, order[start:end], words[label])
        for label, start, end in zip(words, starts.tolist(), ends.tolist(), strict=True)
    }


def _summarize(corpus: Corpus, members: NDArray[np.int64], words: list[str]) -> ClusterSummary:
    rows = corpus.matrix[members]
    likenesses = _likeness_to_others(rows)
    weakest, weakest_likenesses, (first, second, greatest) = _compare_members(rows)
    closest = int(members[first]), int(members[second])
    return ClusterSummary(
        size=len(members),
        cohesion=round(float(likenesses.mean()), 4),
        keywords=words,
        closest=(*closest, round(greatest, 4), explain_pair(corpus, *closest, count=8)),
        members={
            int(member): Member(round(float(likeness), 4), int(members[weak]), round(float(weak_likeness), 4))
            for member, likeness, weak, weak_likeness in zip(
                members, likenesses, weakest.tolist(), weakest_likenesses, strict=True
            )
        },
    )


def _compare_members(rows: csr_array) -> tuple[NDArray[np.int64], NDArray[np.float32], tuple[int, int, float]]:
    """Find the member least similar to each, with their likeness, and the two most similar of all.

    Of a cluster of more than `MOST_COMPARED`, each member is compared with the first that many: enough to see a weak
    link, at a cost that follows the size of the cluster and not its square.
    """
    compared = rows[:MOST_COMPARED].T.tocsr()
    weakest = np.zeros(rows.shape[0], dtype=np.int64)
    likenesses = np.zeros(rows.shape[0], dtype=np.float32)
    closest = (0, min(1, rows.shape[0] - 1), 0.0)
    for start in range(0, rows.shape[0], MOST_COMPARED):
        pairs = np.clip((rows[start : start + MOST_COMPARED] @ compared).toarray(), 0, 1)
        places = np.arange(start, start + len(pairs))
        own = np.flatnonzero(places < pairs.shape[1])
        pairs[own, places[own]] = 2.0
        weakest[places], likenesses[places] = pairs.argmin(axis=1), pairs.min(axis=1)
        pairs[own, places[own]] = -1.0
        first, second = np.unravel_index(pairs.argmax(), pairs.shape)
        if pairs[first, second] > closest[2]:
            one, other = sorted((int(start + first), int(second)))
            closest = (one, other, float(pairs[first, second]))
    return weakest, np.minimum(likenesses, 1), closest


def _likeness_to_others(rows: csr_array) -> NDArray[np.float64]:
    """Return the cosine of each row and the sum of the other rows."""
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
    terms += [
        (rank, corpus.vocabulary.written[best[rank]])
        for stem, rank in stems.items()
        if stem not in used and not _is_small_number(stem)
    ]
    return [term for _, term in sorted(terms)]


def _read_terms(text: str, language: Any, stems: dict[str, int]) -> tuple[set[str], dict[tuple[str, str], str]]:
    """Find the wanted stems of a text, and the pairs of them that only stop words part, as first written."""
    seen: set[str] = set()
    pairs: dict[tuple[str, str], str] = {}
    last: tuple[str, int, int] | None = None
    gap = 0
    for match in _find_words(text):
        stem = french.stem(match.group(), french.supported_language(language))
        if not stem:
            gap += 1
            continue
        if stem in stems:
            seen.add(stem)
            if last and gap <= WIDEST_GAP and last[0] != stem and _is_one_phrase(text[last[2] : match.start()]):
                pairs.setdefault((last[0], stem), text[last[1] : match.end()])
            last = (stem, match.start(), match.end())
        else:
            last = None
        gap = 0
    return seen, pairs


def _is_one_phrase(between: str) -> bool:
    return not set(between) & set('.,;:!?()[]«»"\n/|')


def _is_small_number(stem: str) -> bool:
    """Tell « 12 », which names nothing by itself, from « 2025 », « covid19 » and « article 12 »."""
    return stem.isdigit() and len(stem) < 4


def _commonest(forms: Counter[str]) -> str:
    """Choose the commonest form whatever its capitals, then the commonest capitals of that form."""
    folded: Counter[str] = Counter()
    for form, times in forms.items():
        folded[form.lower()] += times
    return min(forms, key=lambda form: (-folded[form.lower()], form.lower(), -forms[form], form))

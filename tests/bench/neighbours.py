"""Rows on short texts: how far is the first text of the same subject, for one that the index does not hold.

What is asked is what somebody has typed so far: the title of a text kept out, against the whole of the others.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial

import numpy as np

from ideas.similarity.index import SimilarIndex
from ideas.similarity.text.french import stems
from tests.bench.reviewed import is_reviewed, read_reviewed
from tests.bench.rows import row

PARTS = 8
QUERIES = 2000
LOOKED = 50  # neighbours
ALONE = "seul-"  # begins the labels of what no other text says


@dataclass(frozen=True)
class KeptOut:
    """Texts to index and the label of each, None where nobody said one; texts asked for, and the label of each."""

    texts: list[str]
    labels: list[str | None]
    asked: list[str]
    sought: list[str]
    language: str


@row("a neighbour of a short text", "ideas", kind="subject")
@row("a neighbour of a short text", "ideas", kind="reviewed")
def find_neighbours(case):
    def index(kept):
        found = SimilarIndex.build(range(len(kept.texts)), kept.texts, [kept.language] * len(kept.texts))
        return lambda asked: [hit.id for hit in found.search(asked, LOOKED, language=kept.language)]

    _judge(case, index)


@row("a neighbour of a short text", "scikit-learn, same stems", kind="subject", needs="sklearn")
@row("a neighbour of a short text", "scikit-learn, same stems", kind="reviewed", needs="sklearn")
def find_neighbours_with_sklearn(case):
    """Rank by plain cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    def index(kept):
        vectorizer = TfidfVectorizer(analyzer=partial(stems, language=kept.language), sublinear_tf=True)
        vectors = vectorizer.fit_transform(kept.texts)

        def search(asked):
            cosines = (vectorizer.transform([asked]) @ vectors.T).toarray()[0]
            order = np.argsort(-cosines, kind="stable")
            # Texts that share nothing would come in the order of the file, which is that of the subjects.
            return order[cosines[order] > 0]

        return search

    _judge(case, index)


def _judge(case, index):
    """Note the mean reciprocal rank of the first text of the same label, and how often it is the very first."""
    parts = [(kept, index(kept)) for kept in _keep_out(*_read(case))]
    count = sum(len(kept.asked) for kept, _ in parts)
    found = case.measure(lambda: [[search(asked)[:LOOKED] for asked in kept.asked] for kept, search in parts], count)
    ranks = [
        next((rank for rank, place in enumerate(places, 1) if kept.labels[place] == sought), np.inf)
        for (kept, _), lists in zip(parts, found, strict=True)
        for places, sought in zip(lists, kept.sought, strict=True)
    ]
    case.note(reciprocal_rank=np.mean(np.reciprocal(ranks)), first=np.mean(np.equal(ranks, 1)))


def _keep_out(texts, titles, labels, language):
    """Yield each part of the texts, kept out of the others in turn."""
    order = random.Random(0).sample(range(len(texts)), len(texts))
    for part in range(PARTS):
        out = set(order[part::PARTS])
        rest = [place for place in range(len(texts)) if place not in out]
        left = {labels[place] for place in rest} - {None}
        asked = [place for place in sorted(out) if labels[place] in left][: QUERIES // PARTS]
        yield KeptOut(
            [texts[place] for place in rest],
            [labels[place] for place in rest],
            [titles[place] for place in asked],
            [labels[place] for place in asked],
            language,
        )


def _read(case):
    if not is_reviewed(case.file):
        labelled = case.labelled
        return labelled.texts, labelled.titles, labelled.labels, labelled.language
    reviewed = read_reviewed(case.file)
    read = dict(zip(reviewed.places, reviewed.readings["subject"][0], strict=True))
    labels = [None if read.get(place, ALONE).startswith(ALONE) else read[place] for place in range(len(reviewed.texts))]
    return reviewed.texts, [text.split("\n")[0] for text in reviewed.texts], labels, "fr"

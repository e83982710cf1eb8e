"""Rows on labelled texts: how near the groups are to what people said, what a swapped plural or a typo costs."""

from __future__ import annotations

import random
import re

import numpy as np

from ideas.similarity import near_duplicates, subjects
from ideas.similarity.clustering import quality
from ideas.similarity.index import SimilarIndex
from tests.bench.rows import row

QUERIES = 2000


@row("near-duplicates", "ideas", kind="near")
def group_near(case):
    near_duplicates(case.texts[:3000])
    _judge(case, lambda: near_duplicates(case.texts, languages=case.languages))


@row("near-duplicates", "scikit-learn DBSCAN, cosine 0.6", kind="near", needs="sklearn")
def group_near_with_sklearn(case):
    from sklearn.cluster import DBSCAN

    _judge(case, lambda: DBSCAN(eps=0.4, min_samples=2, metric="cosine").fit_predict(_vectors(case.texts)))


@row("near-duplicates", "string_grouper", kind="near", needs="string_grouper")
def group_near_with_string_grouper(case):
    import pandas as pd
    from string_grouper import group_similar_strings

    texts = pd.Series(case.texts)

    def group():
        return group_similar_strings(texts)["group_rep_index"].to_numpy()

    _judge(case, group)


@row("subjects", "ideas, number not told", kind="subject")
def group_subjects(case):
    subjects(case.texts[:3000])
    _judge(case, lambda: subjects(case.texts, languages=case.languages))


@row("subjects", "KMeans, number told", kind="subject", needs="sklearn")
def group_subjects_with_kmeans(case):
    from sklearn.cluster import KMeans

    told = len(set(case.labelled.labels))
    _judge(case, lambda: KMeans(told, n_init=3, random_state=0).fit_predict(_vectors(case.texts)))


def swap_number(text):
    """Write each word of three letters or more in the other number, as a hurried person would."""
    return re.sub(r"[^\W_]{3,}", lambda word: _swapped(word.group()), text)


def _swapped(word):
    for ending, other in (("eaux", "eau"), ("aux", "al"), ("al", "aux"), ("s", ""), ("x", ""), ("eau", "eaux")):
        if word.endswith(ending):
            return word.removesuffix(ending) + other
    return f"{word}s"


def mistype(text, chance):
    """Change one letter in one word of three."""
    words = text.split()
    for place in range(0, len(words), 3):
        at = chance.randrange(len(words[place]))
        words[place] = words[place][:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + words[place][at + 1 :]
    return " ".join(words)


def _queries(case):
    chance = random.Random(0)
    chosen = chance.sample(range(len(case.texts)), min(QUERIES, len(case.texts)))
    swapped = [swap_number(case.texts[place]) for place in chosen]
    mistyped = [mistype(case.texts[place], chance) for place in chosen]
    return chosen, swapped, mistyped


@row("the original comes first", "ideas", kind="near")
def find_again(case):
    index = SimilarIndex.build(range(len(case.texts)), case.texts, languages=case.languages)
    chosen, swapped, mistyped = _queries(case)

    def firsts(queries):
        found = [index.search(query, 2) for query in queries]
        # Of two equal texts, either is the original.
        return np.mean(
            [_is_first(case, place, [one.id for one in hits]) for place, hits in zip(chosen, found, strict=True)]
        )

    case.note(swapped_plurals=case.measure(lambda: firsts(swapped), len(chosen)), typos=firsts(mistyped))


@row("the original comes first", "scikit-learn defaults", kind="near", needs="sklearn")
def find_again_with_sklearn(case):
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer()
    vectors = vectorizer.fit_transform(case.texts)
    chosen, swapped, mistyped = _queries(case)

    def firsts(queries):
        scores = (vectorizer.transform(queries) @ vectors.T).toarray()
        return np.mean([_is_first(case, place, [row.argmax()]) for place, row in zip(chosen, scores, strict=True)])

    case.note(swapped_plurals=case.measure(lambda: firsts(swapped), len(chosen)), typos=firsts(mistyped))


def _is_first(case, place, found):
    return bool(found) and case.texts[found[0]] == case.texts[place]


def _judge(case, group):
    found = quality.measure(case.measure(group), np.unique(case.labelled.labels, return_inverse=True)[1])
    case.note(bcubed_f1=found.bcubed_f1, adjusted_rand=found.adjusted_rand)


def _vectors(texts):
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=True, strip_accents="unicode").fit_transform(texts)

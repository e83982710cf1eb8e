"""Rows on texts that reviewers grouped by reading them: how near the requests and subjects are, what they would cost.

A file `…_subjects.jsonl` holds the labels of two readings (`subject_a`, `request_a`, `subject_b`, `request_b`) by the
`id` of texts of a file of the same folder whose name begins the same, or by the `number` of the demonstration's ideas.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideas.runs.inputs import idea_text
from ideas.similarity import tree
from ideas.similarity.clustering import quality
from ideas.similarity.clustering.labels import number_groups
from ideas.similarity.clustering.levels import REQUESTS, SUBJECTS
from ideas.similarity.text.tfidf import Corpus
from tests.bench.corpus import DEMONSTRATION, read_rows
from tests.bench.rows import row

ENDING = "_subjects"
CUTS = {"subject": SUBJECTS, "request": REQUESTS}


class Told(NamedTuple):
    """What somebody sent."""

    title: str
    data_wanted: str
    planned_use: str


@dataclass(frozen=True)
class Reviewed:
    """All the texts, their supports; the places of those that were read; the labels of each reading, by level."""

    rows: list[Told]
    languages: list[str]
    supports: list[int]
    places: list[int]
    readings: dict[str, list[list[str]]]

    @cached_property
    def texts(self) -> list[str]:
        """What the engine reads of each."""
        return [idea_text(*one) for one in self.rows]


def is_reviewed(path: Path) -> bool:
    return path.name.split(".")[0].endswith(ENDING)


def read_reviewed(path: Path) -> Reviewed:
    labels = read_rows(path)
    if "number" in labels[0]:
        key, rows = "number", [json.loads(line) for line in DEMONSTRATION.read_text(encoding="utf-8").splitlines()]
        told = [Told(one["title"], one["data_wanted"], one["planned_use"]) for one in rows]
    else:
        begins = path.name.split(".")[0].removesuffix(ENDING)
        source = next(one for one in sorted(path.parent.glob(f"{begins}*")) if not is_reviewed(one))
        key, rows = "id", read_rows(source)
        told = [Told(one["title"], one["body"], "") for one in rows]
    at = {one[key]: place for place, one in enumerate(rows)}
    return Reviewed(
        told,
        [one.get("language", "fr") for one in rows],
        [one.get("weight", one.get("votes")) or 1 for one in rows],
        [at[label[key]] for label in labels],
        {level: [[label[f"{level}_{reading}"] for label in labels] for reading in "ab"] for level in CUTS},
    )


def _judge(case, group):
    """Group the texts of the file at both levels, and note the mean of the figures of both readings."""
    reviewed = read_reviewed(case.file)
    cut = case.measure(partial(group, reviewed), len(reviewed.texts))
    for level, likeness in CUTS.items():
        found = cut(likeness)[reviewed.places]
        judged = [quality.measure(found, np.unique(read, return_inverse=True)[1]) for read in reviewed.readings[level]]
        case.note(
            **{
                f"{level}_{name}": np.mean([getattr(one, figure) for one in judged])
                for name, figure in (("f1", "bcubed_f1"), ("pair_f1", "pair_f1"), ("acts", "acts_per_text"))
            }
        )


@row("requests and subjects", "ideas", kind="reviewed")
def cut_tree(case):
    tree(["bus", "vélo"])  # from warm imports
    _judge(case, lambda reviewed: tree(reviewed.texts, languages=reviewed.languages).cut)


@row("requests and subjects", "AgglomerativeClustering, same vectors and cuts", kind="reviewed", needs="sklearn")
def cut_with_sklearn(case):
    from sklearn.cluster import AgglomerativeClustering

    def group(reviewed):
        matrix = Corpus.fit(reviewed.texts, reviewed.languages).matrix
        distances = np.clip(1 - (matrix @ matrix.T).toarray(), 0, None)
        return lambda likeness: number_groups(
            AgglomerativeClustering(
                None, metric="precomputed", linkage="average", distance_threshold=1 - likeness
            ).fit_predict(distances)
        )

    _judge(case, group)


@row("requests and subjects", "HDBSCAN, same vectors", kind="reviewed", needs="sklearn")
def group_with_hdbscan(case):
    from sklearn.cluster import HDBSCAN

    def group(reviewed):
        matrix = Corpus.fit(reviewed.texts, reviewed.languages).matrix
        distances = np.clip(1 - (matrix @ matrix.T).toarray(), 0, None).astype(np.float64)
        labels = HDBSCAN(min_cluster_size=2, metric="precomputed", copy=True).fit_predict(distances)
        return lambda _likeness: labels

    _judge(case, group)

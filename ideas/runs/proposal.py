"""What the engine proposes for the inputs of a run, obeying what people imposed; nothing is written here."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ideas.domain.jobs import Phase
from ideas.runs.inputs import Imposed, Inputs
from ideas.similarity.clustering import groups, keywords, lineage, quality
from ideas.similarity.clustering.constraints import Blocks, keep_apart
from ideas.similarity.clustering.keywords import ClusterSummary, Member
from ideas.similarity.clustering.labels import number_groups
from ideas.similarity.neighbours.knn_graph import build_knn_graph
from ideas.similarity.text.tfidf import Corpus

NEAR_NEIGHBOURS = 10
NearPair = tuple[int, int, float, list[tuple[str, float]]]  # two places, their likeness, the words they share


@dataclass(frozen=True)
class Proposal:
    """Places are those of the inputs. A cluster number that is not in `existing` is new."""

    labels: list[int]
    clusters: dict[int, ClusterSummary]
    members: dict[int, Member]
    near_pairs: list[NearPair]
    events: tuple[lineage.Event, ...]
    existing: frozenset[int]
    quality: dict[str, float]


def propose(
    inputs: Inputs,
    accepted: dict[int, int],
    existing: Iterable[int],
    *,
    resolution: float = 1.0,
    seed: int = 0,
    dask: str | None = None,
    tell: Callable[[float, Phase], None] = lambda _share, _phase: None,
) -> Proposal:
    """Group the ideas, name the groups after the clusters of the run before, describe them and measure them.

    `tell` is given how far this is, as a share of the whole run, and what is done.
    """
    existing = frozenset(existing)
    tell(0.1, Phase.COMPARING)
    corpus = Corpus.fit(inputs.texts, inputs.languages)
    graph = groups.subject_graph(corpus, address=dask or "")
    near = build_knn_graph(corpus.matrix, NEAR_NEIGHBOURS, groups.PROPOSED, address=dask or "")
    tell(0.5, Phase.GROUPING)
    labels, events = _find_clusters(graph, inputs, existing, resolution, seed)
    tell(0.7, Phase.DESCRIBING)
    portraits = keywords.summarize_clusters(corpus, inputs.texts, labels, languages=inputs.languages)
    return Proposal(
        labels=labels.tolist(),
        clusters=portraits,
        members={place: member for portrait in portraits.values() for place, member in portrait.members.items()},
        near_pairs=_find_near_pairs(corpus, near, inputs.imposed),
        events=events,
        existing=existing,
        quality=_measure(labels, inputs, accepted),
    )


def _find_clusters(
    graph: Any, inputs: Inputs, existing: frozenset[int], resolution: float, seed: int
) -> tuple[np.ndarray, tuple[lineage.Event, ...]]:
    imposed = inputs.imposed
    blocks = Blocks.of(len(inputs.ids), _pairs(imposed.together), _pairs(imposed.apart))
    previous = np.asarray(inputs.previous, dtype=np.int64)
    # Whoever moves the resolution wants to see its effect: only then does the run before not weigh on this one.
    start = _start(previous) if inputs.resolution == resolution else None
    found = groups.group_subjects(graph, blocks, resolution=resolution, seed=seed, start=start)
    traced = lineage.trace(previous, found, existing=existing)
    named = traced.ids.copy()
    fixed = set()
    for place, cluster in imposed.places.items():
        named[blocks.texts(int(blocks.of_text[place]))] = cluster
        fixed.add(int(blocks.of_text[place]))
    final = keep_apart(named, graph, blocks, fixed, traced.next_id)
    return final, lineage.tell(previous, final, existing)


def _start(previous: np.ndarray) -> np.ndarray | None:
    return number_groups(previous) if (previous >= 0).any() else None


def _pairs(constraints: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    return [(one, other) for one, other, _decision in constraints]


def _find_near_pairs(corpus: Corpus, graph: Any, imposed: Imposed) -> list[NearPair]:
    """List near-duplicates to merge, those that a person kept apart left out."""
    apart = {tuple(sorted(pair)) for pair in _pairs(imposed.apart)}
    edges = groups.near_edges(corpus.matrix, graph).tocoo()
    listed = zip(edges.row.tolist(), edges.col.tolist(), edges.data.tolist(), strict=True)
    return [
        (one, other, round(likeness, 4), keywords.explain_pair(corpus, one, other, count=8))
        for one, other, likeness in listed
        if one < other and (one, other) not in apart
    ]


def _measure(labels: np.ndarray, inputs: Inputs, accepted: dict[int, int]) -> dict[str, float]:
    """Compare with what reviewers accepted, over the ideas they accepted; nothing when there is none."""
    reviewed = [place for place, number in enumerate(inputs.ids) if number in accepted]
    if not reviewed:
        return {}
    judged = quality.measure(labels[reviewed], [accepted[inputs.ids[place]] for place in reviewed])
    return {name: round(value, 4) for name, value in asdict(judged).items()}

"""What the engine proposes for the inputs of a run, obeying what people decided; nothing is written here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ideas.domain.clusters import Grain, find_cut
from ideas.domain.jobs import Phase
from ideas.domain.lineage import follow
from ideas.runs.inputs import Inputs
from ideas.runs.obedience import ALONE, bind, find_parts
from ideas.runs.waves import find_sent_together
from ideas.similarity.clustering import duplicates, quality
from ideas.similarity.clustering.decisions import NOTHING_DECIDED, Decisions
from ideas.similarity.clustering.keywords import explain_pairs
from ideas.similarity.clustering.levels import REQUESTS, SUBJECTS, LearntCut, grow_tree, learn_cut
from ideas.similarity.clustering.members import list_members
from ideas.similarity.clustering.names import GroupName, name_groups
from ideas.similarity.clustering.reading_order import find_reading_places
from ideas.similarity.clustering.robustness import measure_robustness
from ideas.similarity.clustering.summaries import ClusterSummary, summarize_clusters
from ideas.similarity.clustering.tree import Tree
from ideas.similarity.neighbours.knn_graph import build_knn_graph
from ideas.similarity.text.tfidf import Corpus

NEIGHBOURS, FAINTEST = 10, 0.1
SHOWN_NEAR, SHOWN_WORDS = 5, 5
NearPair = tuple[int, int, float, list[tuple[str, float]]]  # two places, their likeness, the words they share
Labels = NDArray[np.int64]


class Cuts(NamedTuple):
    """Mean likenesses at which the tree is cut; `learnt` tells how well the cut agrees with what people confirmed.

    `by_grain`: how many subjects the machine alone would find for each grain that an owner may want, and how many ideas
    it would leave alone; `grain` is the one that was obeyed, none when another cut was asked for.
    """

    subjects: float
    requests: float
    learnt: LearntCut | None
    grain: Grain | None
    by_grain: dict[Grain, tuple[int, int]]


class Description(NamedTuple):
    """What is said of groups, by label."""

    summaries: dict[int, ClusterSummary]
    names: dict[int, GroupName]


@dataclass(frozen=True)
class FoundGroups:
    """Groups of one level, by label: their numbers when they keep one, what is said of them, how often found again."""

    labels: Labels
    numbers: Mapping[int, int]
    summaries: Mapping[int, ClusterSummary]
    names: Mapping[int, GroupName]
    robustness: Mapping[int, float]


@dataclass(frozen=True)
class Proposal:
    """Places are those of the inputs; the requests of a label lie in one subject.

    `own_groups`: where the tree that obeys nobody puts each; `joined`: to which other place it joins each, and how
    alike the two clusters that they lead are; None for what leads to the end. `reading_places`: which is read after
    which, when those of no subject are read one by one.
    """

    subjects: FoundGroups
    requests: FoundGroups
    near_pairs: list[NearPair]
    near: list[list[tuple[int, float, list[str]]]]
    waves: list[list[int]]
    own_groups: list[int]
    joined: list[tuple[int, float] | None]
    reading_places: list[int]
    cuts: Cuts
    quality: dict[str, float]


def propose(
    inputs: Inputs,
    *,
    grain: Grain = Grain.USUAL,
    subject_cut: float | None = None,
    request_cut: float | None = None,
    dask: str | None = None,
    tell: Callable[[float, Phase], None] = lambda _share, _phase: None,
) -> Proposal:
    """Grow the tree, cut it, name what is found after what is public, and describe it.

    `tell` is given how far this is, as a share of the whole run, and what is done.
    """
    tell(0.1, Phase.COMPARING)
    corpus = Corpus.fit(inputs.texts, inputs.languages)
    grow = partial(grow_tree, corpus, inputs.texts, address=dask or "")
    free = grow(NOTHING_DECIDED)
    places = {number: place for place, number in enumerate(inputs.ids)}
    tell(0.4, Phase.GROUPING)
    cuts = _choose_cuts(free, inputs, grain, subject_cut, request_cut)
    subjects, decisions = _find_subjects(grow, free, inputs, places, cuts.subjects)
    requests = _find_requests(free, subjects, inputs, places, cuts.requests)
    placed = sorted(decisions.placed.items())
    tell(0.6, Phase.DESCRIBING)
    own = free.cut(cuts.subjects)
    graph = build_knn_graph(corpus.matrix, NEIGHBOURS, FAINTEST, address=dask or "")
    signed: dict[int, int] = {int(subjects[place]): int(str(cluster)) for place, cluster in placed}
    signed.pop(ALONE, None)
    again = measure_robustness(corpus, inputs.texts, subjects, decisions, likeness=cuts.subjects, address=dask or "")
    described = _describe(corpus, inputs, subjects)
    return Proposal(
        subjects=FoundGroups(
            subjects, follow(inputs.subjects, _by_idea(inputs, subjects), signed), *described, robustness=again
        ),
        requests=FoundGroups(
            requests,
            follow(inputs.requests, _by_idea(inputs, requests), {}),
            *_describe_requests(corpus, inputs, requests, subjects, described),
            robustness={},
        ),
        near_pairs=_find_near_pairs(corpus, graph, inputs, places),
        near=_find_near(corpus, graph),
        waves=find_sent_together(corpus.matrix, graph, {at: sent for at, sent in enumerate(inputs.sent_at) if sent}),
        own_groups=own.tolist(),
        joined=_list_joined(free),
        reading_places=find_reading_places(free, np.where(subjects == ALONE, inputs.supports, 0)).tolist(),
        cuts=cuts,
        quality=_measure(own, inputs, places),
    )


def _choose_cuts(
    free: Tree,
    inputs: Inputs,
    grain: Grain,
    subject_cut: float | None,
    request_cut: float | None,
) -> Cuts:
    """Choose where to cut: as asked, else as reviewers' decisions or labelled texts teach, then as the grain says."""
    places = {number: place for place, number in enumerate(inputs.ids)}
    sets = [[places[idea] for idea in ideas] for ideas in inputs.bindings.list_sets()]
    learnt = learn_cut(free, sets, SUBJECTS) if sets else None
    usual = learnt.likeness if learnt else SUBJECTS
    subjects = subject_cut if subject_cut is not None else find_cut(grain, usual)
    by_grain = {one: _count_groups(free.cut(find_cut(one, usual))) for one in Grain}
    # Requests lie in subjects, and no finer than asked.
    requests = request_cut if request_cut is not None else REQUESTS
    return Cuts(subjects, max(subjects, requests), learnt, grain if subject_cut is None else None, by_grain)


def _list_joined(tree: Tree) -> list[tuple[int, float] | None]:
    joined: list[tuple[int, float] | None] = [None] * tree.count
    for (head, place), likeness in zip(tree.pairs.tolist(), tree.likeness.tolist(), strict=True):
        joined[place] = head, round(likeness, 6)
    return joined


def _count_groups(labels: Labels) -> tuple[int, int]:
    """Return how many groups there are, and how many texts are in none."""
    return int(labels.max(initial=ALONE)) + 1, int((labels == ALONE).sum())


def _find_subjects(
    grow: Callable[[Decisions], Tree], free: Tree, inputs: Inputs, places: dict[int, int], cut: float
) -> tuple[Labels, Decisions]:
    """Cut a tree that obeys; where an idea was put among others, a first tree tells where most of these are."""
    bindings = inputs.bindings
    decisions = bind(bindings, places)
    if bindings.put:
        labels = _cut(grow, free, decisions, cut)
        decisions = bind(bindings, places, find_parts(bindings, places, labels))
    labels = _cut(grow, free, decisions, cut).copy()
    labels[[places[idea] for idea in bindings.out]] = ALONE
    labels = _drop_singles(labels)
    # What a person put somewhere is a subject there, even in no company.
    singles = [place for place in sorted(decisions.placed) if labels[place] == ALONE]
    labels[singles] = labels.max(initial=ALONE) + 1 + np.arange(len(singles))
    return labels, decisions


def _cut(grow: Callable[[Decisions], Tree], free: Tree, decisions: Decisions, cut: float) -> Labels:
    is_free = not (decisions.together or decisions.apart or decisions.placed)
    return (free if is_free else grow(decisions)).cut(cut)


def _find_requests(free: Tree, subjects: Labels, inputs: Inputs, places: dict[int, int], cut: float) -> Labels:
    """Cut a tree that no signature binds, or all that a person signed would be one request; inside subjects only."""
    found = free.cut(cut)
    apart = {frozenset((places[pair.one], places[pair.other])) for pair in inputs.bindings.distinct}
    both: dict[tuple[int, int], int] = {}
    inside = np.full(len(found), ALONE, dtype=np.int64)
    for place in np.flatnonzero((found != ALONE) & (subjects != ALONE)).tolist():
        inside[place] = both.setdefault((int(subjects[place]), int(found[place])), len(both))
    for pair in apart:
        one, other = sorted(pair)
        if inside[one] == inside[other]:
            inside[other] = ALONE
    return _drop_singles(inside)


def _drop_singles(labels: Labels) -> Labels:
    """Leave alone what is in a group of its own."""
    counts = np.bincount(labels[labels != ALONE], minlength=1)
    return np.where((labels != ALONE) & (counts[labels] > 1), labels, ALONE)


def _by_idea(inputs: Inputs, labels: Labels) -> dict[int, int]:
    return {number: label for number, label in zip(inputs.ids, labels.tolist(), strict=True) if label != ALONE}


def _describe(corpus: Corpus, inputs: Inputs, labels: Labels) -> Description:
    given: dict[str, Any] = {"languages": inputs.languages, "authors": inputs.authors}
    return Description(
        summarize_clusters(corpus, inputs.texts, labels, **given),
        name_groups(corpus, inputs.titles, labels, supports=inputs.supports, **given),
    )


def _describe_requests(
    corpus: Corpus, inputs: Inputs, requests: Labels, subjects: Labels, described: Description
) -> Description:
    """Describe requests; of a subject that is one request, which most are, all is known."""
    whole = {}
    for request, members in list_members(requests):
        subject = int(subjects[members[0]])
        if len(members) == described.summaries[subject].size:
            whole[request] = subject
    own = np.where(np.isin(requests, list(whole)), ALONE, requests)
    summaries, names = _describe(corpus, inputs, own)
    summaries |= {request: described.summaries[subject] for request, subject in whole.items()}
    names |= {request: described.names[subject] for request, subject in whole.items()}
    return Description(dict(sorted(summaries.items())), names)


def _find_near_pairs(corpus: Corpus, graph: Any, inputs: Inputs, places: dict[int, int]) -> list[NearPair]:
    """List near-duplicates to merge, those that a person told apart left out."""
    bindings = inputs.bindings
    apart = {tuple(sorted((places[pair.one], places[pair.other]))) for pair in bindings.apart + bindings.distinct}
    edges = duplicates.near_edges(corpus.matrix, graph).tocoo()
    listed = zip(edges.row.tolist(), edges.col.tolist(), edges.data.tolist(), strict=True)
    near = [(*pair, likeness) for *pair, likeness in listed if pair[0] < pair[1] and tuple(pair) not in apart]
    words = explain_pairs(corpus, [one for one, *_ in near], [other for _, other, _ in near], count=8)
    return [(one, other, round(likeness, 4), why) for (one, other, likeness), why in zip(near, words, strict=True)]


def _find_near(corpus: Corpus, graph: Any) -> list[list[tuple[int, float, list[str]]]]:
    """List for each idea those most like it, with the words that count most in it."""
    places = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
    order = np.lexsort((graph.indices, -graph.data, places))
    best = order[np.arange(len(order)) - graph.indptr[places] < SHOWN_NEAR]
    places, others = places[best].tolist(), graph.indices[best].tolist()
    words = explain_pairs(corpus, places, others, count=SHOWN_WORDS)
    found: list[list[tuple[int, float, list[str]]]] = [[] for _ in range(graph.shape[0])]
    for place, other, likeness, why in zip(places, others, graph.data[best].tolist(), words, strict=True):
        found[place].append((other, round(likeness, 4), [word for word, _share in why]))
    return found


def _measure(labels: Labels, inputs: Inputs, places: dict[int, int]) -> dict[str, float]:
    """Compare what the machine finds by itself with what reviewers confirmed, over the ideas of these."""
    sets: list[Sequence[int]] = [[places[idea] for idea in ideas] for ideas in inputs.bindings.list_sets()]
    if not sets:
        return {}
    reviewed = [place for members in sets for place in members]
    accepted = [number for number, members in enumerate(sets) for _place in members]
    judged = quality.measure(labels[reviewed], accepted)
    return {name: round(value, 4) for name, value in asdict(judged).items()}

"""The tree: the average link that SciPy computes densely, blind to order, and bound by what people decided."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from scipy.spatial.distance import squareform
from sklearn.cluster import AgglomerativeClustering

from ideas.similarity.clustering import average_link, average_link_kernels
from ideas.similarity.clustering.constraints import Contradiction
from ideas.similarity.clustering.decisions import Decisions
from ideas.similarity.clustering.labels import number_groups
from ideas.similarity.clustering.reading_order import find_reading_places
from ideas.similarity.clustering.tree import grow_on_graph

CUTS = (0.1, 0.25, 0.5, 0.75)


def tree_of(graph, decisions=None):
    count = graph.shape[0]
    return grow_on_graph(csr_array(graph), np.arange(count), np.ones(count, dtype=bool), decisions or Decisions())


@st.composite
def complete_graphs(draw):
    """Likenesses whose means are all different and none 0, so that there is one tree only."""
    count = draw(st.integers(2, 24))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return squareform(rng.uniform(0.01, 0.99, count * (count - 1) // 2))


@st.composite
def sparse_graphs(draw):
    """Few values, so that ties are many; absent links; texts that nothing links."""
    count = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.choice([0.25, 0.5, 0.75, 1.0, 0.3, 0.9], (count, count)) * (
        rng.random((count, count)) < draw(st.sampled_from([0.05, 0.2, 0.6]))
    )
    graph = np.triu(values, 1)
    return graph + graph.T


@given(complete_graphs())
def test_on_a_complete_graph_the_tree_is_that_of_scipy(likeness):
    dense = linkage(squareform(1 - likeness - np.eye(len(likeness)), checks=False), "average")
    tree = tree_of(likeness)
    assert np.allclose(1 - tree.merges.likeness, dense[:, 2])
    assert _clusters(tree.merges.pairs) == _clusters(dense[:, :2].astype(int))
    for cut in CUTS:
        expected = number_groups(fcluster(dense, 1 - cut, "distance"))
        assert np.array_equal(tree.cut(cut), expected)


def test_scikit_learn_makes_the_same_groups():
    rng = np.random.default_rng(1)
    likeness = squareform(rng.random(60 * 59 // 2))
    peer = AgglomerativeClustering(None, metric="precomputed", linkage="average", distance_threshold=0.5)
    assert np.array_equal(tree_of(likeness).cut(0.5), number_groups(peer.fit_predict(1 - likeness - np.eye(60))))


@given(sparse_graphs())
def test_the_compiled_form_makes_the_same_merges(graph):
    sizes = np.arange(1, len(graph) + 1)
    links = average_link.combine(*_ends(graph), np.rint(graph[graph > 0] * 2**20).astype(np.int64), len(graph))
    groups = np.where(sizes % 5, average_link.NO_GROUP, sizes % 3)
    plain, swift = (
        {(*pair, mean) for pair, mean in zip(pairs.tolist(), means.tolist(), strict=True)}
        for pairs, means in (
            average_link.merge_plainly(links, sizes, groups),
            average_link_kernels.merge_swiftly(links, sizes, groups),
        )
    )
    assert plain == swift


@given(sparse_graphs())
def test_each_merge_is_the_mean_of_its_links_and_none_is_above_its_halves(graph):
    tree = tree_of(graph)
    members = {text: [text] for text in range(len(graph))}
    for (one, other), likeness in zip(tree.pairs.tolist(), tree.likeness.tolist(), strict=True):
        assert np.isclose(graph[np.ix_(members[one], members[other])].mean(), likeness)
        members[one] += members.pop(other)
    assert (np.diff(tree.likeness) <= 0).all()
    left = list(members.values())
    assert all(not graph[np.ix_(one, other)].any() for one in left for other in left if one is not other)


@given(sparse_graphs())
def test_cuts_are_nested(graph):
    labels = [tree_of(graph).cut(cut) for cut in (0.9, 0.6, 0.3, 0.01)]
    for fine, coarse in pairwise(labels):
        assert all(len(set(coarse[fine == label].tolist())) == 1 for label in set(fine.tolist()) - {-1})


@given(sparse_graphs(), st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_nothing(graph, seed):
    """Kinds are numbered by contents: the rows come in any order, each with its own kind."""
    order = np.random.default_rng(seed).permutation(len(graph))
    filled = np.ones(len(graph), dtype=bool)
    tree, other = (grow_on_graph(csr_array(graph), kinds, filled) for kinds in (np.arange(len(graph)), order))
    for cut in CUTS:
        assert np.array_equal(number_groups(tree.cut(cut)[order]), other.cut(cut))


@given(complete_graphs(), st.data())
def test_texts_of_a_kind_count_as_the_many_they_are(graph, data):
    times = np.array(data.draw(st.lists(st.integers(1, 3), min_size=len(graph), max_size=len(graph))))
    kinds = np.repeat(np.arange(len(graph)), times)
    whole = graph + np.eye(len(graph))
    dense = whole[np.ix_(kinds, kinds)] - np.eye(len(kinds))
    contracted = grow_on_graph(csr_array(graph), kinds, np.ones(len(graph), dtype=bool))
    assert np.allclose(contracted.merges.likeness, tree_of(dense).merges.likeness)


def test_texts_that_say_nothing_are_alone():
    tree = grow_on_graph(csr_array((2, 2)), np.array([0, 0, 1, 1]), np.array([True, False]))
    assert tree.cut(0.5).tolist() == [0, 0, -1, -1]


@st.composite
def decided(draw):
    """A graph and decisions that can all hold: made from a hidden grouping."""
    graph = draw(sparse_graphs())
    count = len(graph)
    assume(count > 1)
    hidden = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    texts = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(texts, texts), max_size=20))
    placed = {text: f"n° {hidden[text]}" for text in draw(st.lists(texts, max_size=6))}
    together = [(one, other) for one, other in pairs if hidden[one] == hidden[other]]
    apart = [(one, other) for one, other in pairs if hidden[one] != hidden[other]]
    return graph, Decisions(together, apart, placed)


@given(decided(), st.sampled_from(CUTS), st.booleans())
def test_what_people_decided_is_obeyed_at_every_cut(case, cut, twins):
    graph, decisions = case
    kinds = np.zeros(len(graph), dtype=np.int64) if twins else np.arange(len(graph))
    graph = csr_array((1, 1)) if twins else csr_array(graph)
    tree = grow_on_graph(graph, kinds, np.ones(graph.shape[0], dtype=bool), decisions)
    labels = tree.cut(cut)
    assert all(labels[one] == labels[other] and (one == other or labels[one] >= 0) for one, other in decisions.together)
    assert all(labels[one] != labels[other] or labels[one] == -1 for one, other in decisions.apart)
    for one, group in decisions.placed.items():
        for other, another in decisions.placed.items():
            alike = one == other or (labels[one] == labels[other] >= 0)
            assert alike == (group == another)


@given(decided())
def test_decisions_bind_the_compiled_form_as_they_do_the_plain_one(case):
    graph, decisions = case
    with pytest.MonkeyPatch.context() as patched:
        trees = []
        for few in (-1, 10_000):
            patched.setattr(average_link, "_FEW", few)
            trees.append(tree_of(graph, decisions))
    assert np.array_equal(trees[0].pairs, trees[1].pairs) and np.array_equal(trees[0].likeness, trees[1].likeness)


@given(decided())
@settings(max_examples=50)
def test_what_decisions_do_not_touch_merges_as_before(case):
    """A refusal is no likeness: where nothing is kept apart in a component, its merges are those of the free tree."""
    graph, decisions = case
    touched = {text for pair in [*decisions.together, *decisions.apart] for text in pair} | set(decisions.placed)
    free, bound = tree_of(graph), tree_of(graph, decisions)
    for text in set(range(len(graph))) - touched:
        for cut in CUTS:
            with_it = np.flatnonzero(free.cut(cut) == free.cut(cut)[text]) if free.cut(cut)[text] >= 0 else [text]
            if free.cut(0.0)[text] == -1 or not touched & set(np.flatnonzero(free.cut(0.0) == free.cut(0.0)[text])):
                label = bound.cut(cut)[text]
                assert (label == -1) == (len(with_it) == 1)
                assert label == -1 or set(np.flatnonzero(bound.cut(cut) == label)) == set(with_it)


@pytest.mark.parametrize(
    "decisions, chain",
    [
        (Decisions([(0, 1), (1, 2)], [(2, 0)]), [(1, 2), (0, 1), (2, 0)]),
        (Decisions([(0, 1)], placed={0: "6", 1: "7"}), [(0, "6"), (0, 1), (1, "7")]),
        (Decisions(apart=[(0, 1)], placed={0: "6", 1: "6"}), [(0, "6"), (1, "6"), (0, 1)]),
    ],
    ids=["a chain of pairs", "two groups for what is together", "one group for what is apart"],
)
def test_what_contradicts_itself_is_refused_with_its_chain(decisions, chain):
    with pytest.raises(Contradiction) as refused:
        tree_of(np.ones((3, 3)) - np.eye(3), decisions)
    assert refused.value.chain == chain


def test_an_empty_tree_has_no_merge():
    tree = tree_of(np.zeros((0, 0)))
    assert tree.cut(0.1).tolist() == [] and len(tree.merges.pairs) == 0


def _ends(graph):
    return np.nonzero(graph)


def _clusters(pairs):
    held = [frozenset([text]) for text in range(len(pairs) + 1)]
    for one, other in pairs.tolist():
        held.append(held[one] | held[other])
    return set(held)


@given(sparse_graphs(), st.data())
def test_leaves_are_read_branch_by_branch_the_most_supported_first(graph, data):
    tree = tree_of(graph)
    supports = data.draw(st.lists(st.integers(0, 9), min_size=tree.count, max_size=tree.count))
    places = find_reading_places(tree, supports)
    assert sorted(places) == list(range(tree.count))
    assert supports[places.argmin()] == max(supports)
    branches = {text: [text] for text in range(tree.count)}
    for head, joined in tree.pairs.tolist():
        one, other = branches[head], branches.pop(joined)
        first, second = sorted((one, other), key=lambda branch: min(places[branch]))
        assert max(supports[text] for text in first) >= max(supports[text] for text in second)
        assert max(places[first]) + 1 == min(places[second])
        branches[head] = one + other

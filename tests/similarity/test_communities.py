"""Communities: seeds agree, small ones are not lost in giants, and what was found stays."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import adjusted_rand_score

from ideas.similarity.clustering.groups import group_subjects, subject_graph
from ideas.similarity.clustering.leiden import NEW, _find_outliers, _split_outliers, find_communities
from ideas.similarity.clustering.lineage import trace
from ideas.similarity.text.tfidf import Corpus
from tests.bench.corpus import read_real, resample


def link(size, links):
    rows, columns, weights = zip(*links, strict=True)
    half = csr_array((weights, (rows, columns)), shape=(size, size))
    return csr_array(half + half.T)


def ring_of_cliques(count, size):
    """Cliques, each tied to the next by one link: modularity joins them two by two when they are many."""
    inside = [(k * size + i, k * size + j, 1.0) for k in range(count) for j in range(size) for i in range(j)]
    return link(count * size, [*inside, *((k * size, (k + 1) % count * size + 1, 1.0) for k in range(count))])


def test_a_small_community_is_not_lost_in_a_giant_one():
    giant = [(i, (i + step) % 60, 1.0) for i in range(60) for step in (1, 2, 3)]
    lost = [(60 + i, 60 + j, 1.0) for j in range(5) for i in range(j)]
    others = [(65 + i, 65 + (i + step) % 60, 1.0) for i in range(60) for step in (1, 2, 3)]
    graph = link(125, [*giant, *others, *lost, (0, 60, 1.0), *((61 + i, 70 + i, 1.0) for i in range(4))])
    found, sizes = np.repeat([0, 1], [65, 60]), np.ones(125, dtype=int)
    let_go = [0] * 60 + [2] * 5 + [1] * 60
    assert _split_outliers(graph, found, sizes, 1.0, np.full(125, NEW)).tolist() == let_go
    assert _split_outliers(graph, found, sizes, 1.0, np.array(let_go)).tolist() == let_go
    assert _split_outliers(graph, found, sizes, 1.0, found).tolist() == found.tolist(), "the run before judged it"


def test_a_part_that_leans_on_its_community_stays():
    clique = [(i, j, 1.0) for j in range(4) for i in range(j)]
    other = [(i + 4, j + 4, 1.0) for j in range(6) for i in range(j)]
    community = link(10, [*clique, *other, (0, 5, 1.0), (1, 6, 1.0)])
    parts, sizes = np.repeat([0, 1], [4, 6]), np.ones(10, dtype=int)
    strengths = np.asarray(community.sum(axis=1)).ravel()
    assert _find_outliers(community, parts, strengths, sizes).tolist() == [-1, -1]
    tied_elsewhere = strengths + np.repeat([1.5, 0.0], [4, 6])
    assert _find_outliers(community, parts, tied_elsewhere, sizes).tolist() == [0, -1]


def test_the_same_graph_gives_the_same_labels_whatever_came_before():
    graph, sizes = ring_of_cliques(6, 4), np.ones(24, dtype=int)
    first = find_communities(graph, sizes, seed=3)
    find_communities(ring_of_cliques(3, 5), np.ones(15, dtype=int), seed=9)
    assert find_communities(graph, sizes, seed=3).tobytes() == first.tobytes()


@pytest.fixture(scope="module")
def blurred():
    """300 texts on ten subjects that share half of their words, and their subjects."""
    rng = np.random.default_rng(1)
    subject = rng.integers(0, 10, 300)
    own = [[f"theme{s}mot{i}" for i in range(30)] for s in range(10)]
    shared = [f"commun{i}" for i in range(60)]
    return [" ".join([*rng.choice(own[s], 6), *rng.choice(shared, 6)]) for s in subject], subject


def test_seeds_agree(blurred):
    graph = subject_graph(Corpus.fit(blurred[0]))
    first, second = (group_subjects(graph, seed=seed) for seed in (0, 1))
    assert adjusted_rand_score(first, second) > 0.9
    assert adjusted_rand_score(first, blurred[1]) > 0.8


def test_ids_stay_when_a_fifth_more_texts_arrive(blurred):
    texts, known = blurred[0], 250
    before = group_subjects(subject_graph(Corpus.fit(texts[:known])))
    previous = np.append(before, np.full(len(texts) - known, -1))
    lineage = trace(previous, group_subjects(subject_graph(Corpus.fit(texts)), start=previous))
    assert lineage.share_kept >= 0.85
    assert np.mean(lineage.ids[:known] == before) >= 0.85


def test_a_run_again_on_the_same_texts_moves_next_to_nothing():
    texts = resample(read_real(None), 3000)
    graph = subject_graph(Corpus.fit(texts))
    previous = group_subjects(graph)
    lineage = trace(previous, group_subjects(graph, start=previous))
    assert lineage.share_kept > 0.95 and np.mean(lineage.ids == previous) > 0.95


def test_an_empty_graph_has_no_community():
    assert find_communities(csr_array((0, 0)), np.zeros(0, dtype=int)).tolist() == []

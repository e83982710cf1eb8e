"""The exact neighbour graph."""

import random
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, csr_matrix
from sparse_dot_topn import sp_matmul_topn

from ideas.similarity import neighbour_graph
from ideas.similarity.neighbours import blocked_join, knn_graph, prepared_rows, scipy_join
from ideas.similarity.neighbours.knn_graph import build_knn_graph
from ideas.similarity.neighbours.top_k import round_up_float32
from ideas.similarity.text.tfidf import Corpus

TEXTS = ["Horaires des bus", "horaire du bus", "les bus en retard", "", "Cantines scolaires", "menus des cantines"]
HUGE = " ".join(f"mot{i}" for i in range(700))

some_words = st.text(alphabet="abcdefgh", min_size=2, max_size=3)
some_texts = st.lists(
    st.one_of(st.lists(some_words, max_size=12).map(" ".join), st.sampled_from(["", "bus", "\0", HUGE, "le la les"])),
    max_size=40,
)


def random_matrix(size, words, seed, longest=12):
    chance = random.Random(seed)
    common = [f"mot{int(chance.paretovariate(0.6)) % words}" for _ in range(10 * words)]
    texts = [" ".join(chance.choices(common, k=chance.randint(0, longest))) for _ in range(size)]
    return Corpus.fit(texts).matrix


@pytest.fixture
def compiled(monkeypatch):
    monkeypatch.setattr(knn_graph, "_FEW_ROWS", 0)


def same_bytes(one, other):
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in ("indptr", "indices", "data"))


def every_likeness(matrix):
    """Measure every pair, in double precision."""
    scores = np.minimum((matrix.astype(np.float64) @ matrix.astype(np.float64).T).toarray(), 1)
    np.fill_diagonal(scores, 0)
    return scores


def the_best(scores, k, likeness):
    """Return the k largest of each row, 0 for those below `likeness`."""
    best = -np.sort(-scores, axis=1)[:, :k]
    return np.where(best >= likeness - 1e-6, best, 0)


def test_alike_texts_are_linked_both_ways():
    graph = neighbour_graph(TEXTS)
    assert (graph != graph.T).nnz == 0 and not graph.diagonal().any()
    assert graph[0, 1] == 1 and graph[4, 5] > 0.3 and graph[0, 4] == 0
    assert graph.data.min() >= 0.3 and graph.data.max() <= 1
    assert isinstance(graph, csr_array) and graph.dtype == np.float32


def test_of_equal_neighbours_the_first_is_kept():
    graph = build_knn_graph(Corpus.fit(["bus", "bus", "bus", "bus"]).matrix, k=1)
    assert graph.toarray().tolist() == [[0, 1, 1, 1], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]]


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["bus"], ["bus", "train"]])
def test_too_few_words_make_an_empty_graph(texts, compiled):
    graph = neighbour_graph(texts)
    assert graph.shape == (len(texts), len(texts)) and graph.nnz == 0


@pytest.mark.parametrize("likeness", [0.3, 0.6, 0.7, 0.8, 1.0])
def test_the_bound_is_kept_in_double_precision_too(likeness):
    bound = round_up_float32(likeness)
    assert float(bound) >= likeness > float(np.nextafter(bound, np.float32(0)))


@pytest.mark.parametrize("k, likeness", [(0, 0.3), (10, 0), (10, 1.1), (10, -1)])
def test_a_bound_without_sense_is_refused(k, likeness):
    with pytest.raises(ValueError, match="at least 1"):
        build_knn_graph(random_matrix(5, 5, 0), k, likeness)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k, likeness", [(1, 0.05), (3, 0.3), (10, 0.5), (200, 0.2), (10, 1.0)])
def test_the_graph_is_that_of_every_pair(seed, k, likeness, compiled):
    matrix = random_matrix(150, 60, seed)
    scores = every_likeness(matrix)
    graph = build_knn_graph(matrix, k, likeness).toarray()
    assert graph[graph > 0] == pytest.approx(scores[graph > 0], abs=1e-6)
    assert the_best(graph, k, likeness) == pytest.approx(the_best(scores, k, likeness), abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_each_row_is_that_of_sparse_dot_topn(seed, compiled, monkeypatch):
    monkeypatch.setattr(blocked_join, "TILE", 256)
    matrix = random_matrix(1500, 2000, seed)
    peer = csr_array(sp_matmul_topn(csr_matrix(matrix), csr_matrix(matrix.T), top_n=1500, threshold=0.3))
    peer.setdiag(0)
    difference = peer - build_knn_graph(matrix, 1500, 0.3)
    far = np.abs(difference.data) > 1e-6
    assert np.abs(difference.data[far]) == pytest.approx(0.3, abs=1e-6)  # on the bound, each rounds its own way


@given(some_texts, st.sampled_from([1, 2, 10]), st.sampled_from([0.05, 0.3, 0.6, 1.0]), st.sampled_from([3, 16, 8192]))
@settings(max_examples=80, deadline=None)
def test_compiled_and_plain_give_the_same_bytes(texts, k, likeness, tile):
    matrix = Corpus.fit(texts).matrix
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocked_join, "TILE", tile)
        reference = build_knn_graph(matrix, k, likeness)
        patch.setattr(knn_graph, "_FEW_ROWS", 0)
        assert same_bytes(build_knn_graph(matrix, k, likeness), reference)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_the_number_of_jobs_changes_no_byte(jobs, compiled, monkeypatch):
    matrix = random_matrix(2000, 300, 7, longest=20)
    reference = plain_graph(matrix, monkeypatch)
    monkeypatch.setattr(blocked_join, "TILE", 256)
    assert same_bytes(build_knn_graph(matrix, 5, 0.3, jobs), reference)


def plain_graph(matrix, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(knn_graph, "_FEW_ROWS", 10**9)
        return build_knn_graph(matrix, 5, 0.3)


def test_without_numba_the_graph_is_the_same(compiled, monkeypatch):
    matrix = random_matrix(400, 100, 3)
    reference = build_knn_graph(matrix, 5, 0.3)
    monkeypatch.setitem(sys.modules, "numba", None)
    for module in ("compiling", "neighbours.tile_join", "neighbours.blocked_join"):
        monkeypatch.delitem(sys.modules, f"ideas.similarity.{module}")
        monkeypatch.delattr(f"ideas.similarity.{module}")
    monkeypatch.setattr(scipy_join, "_CELLS_AT_ONCE", 10_000)
    assert same_bytes(build_knn_graph(matrix, 5, 0.3), reference)
    assert "ideas.similarity.neighbours.blocked_join" not in sys.modules


def test_rows_longer_than_a_text_may_be_stay_exact(compiled):
    chance = np.random.default_rng(0)
    matrix = csr_array(chance.random((30, 9000), dtype=np.float32) * (chance.random((30, 9000)) < 0.5))
    matrix = csr_array(matrix / np.sqrt(matrix.power(2).sum(axis=1))[:, None], dtype=np.float32)
    assert build_knn_graph(matrix, 29, 0.2).toarray() == pytest.approx(every_likeness(matrix), abs=1e-6)


def test_rows_are_mapped_back_from_their_folder(tmp_path):
    prepared = prepared_rows.prepare_rows(random_matrix(100, 50, 1), np.arange(100), 0.3)
    prepared.save(tmp_path)
    again = prepared_rows.PreparedRows.open(tmp_path)
    assert all(np.array_equal(one, other) for one, other in zip(prepared, again, strict=True))


def test_a_hundred_thousand_identical_texts_cost_no_more_than_one(compiled):
    graph = neighbour_graph(["train"] * 100_000 + ["vélo", "vélos"], k=3)
    assert graph[[0]].nnz == 99_999 and graph[[99_999]].nnz == 3
    assert graph[100_000, 100_001] == 1 and graph[0, 100_000] == 0

"""The exact neighbour graph."""

import numpy as np
import pytest

from ideas.similarity import neighbour_graph
from ideas.similarity.join import nearest, smallest_float32
from ideas.similarity.vectors import Corpus

TEXTS = ["Horaires des bus", "horaire du bus", "les bus en retard", "", "Cantines scolaires", "menus des cantines"]


def test_alike_texts_are_linked_both_ways():
    graph = neighbour_graph(TEXTS)
    assert (graph != graph.T).nnz == 0 and not graph.diagonal().any()
    assert graph[0, 1] == pytest.approx(1) and graph[4, 5] > 0.3 and graph[0, 4] == 0
    assert graph.data.min() >= 0.3 and graph.data.max() <= 1


def test_of_equal_neighbours_the_first_is_kept():
    graph = nearest(Corpus.fit(["bus", "bus", "bus", "bus"]).matrix, k=1)
    assert graph.toarray().tolist() == [[0, 1, 1, 1], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]]


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["bus"]])
def test_too_few_words_make_an_empty_graph(texts):
    graph = neighbour_graph(texts)
    assert graph.shape == (len(texts), len(texts)) and graph.nnz == 0


@pytest.mark.parametrize("likeness", [0.3, 0.6, 0.7, 0.8, 1.0])
def test_the_bound_is_kept_in_double_precision_too(likeness):
    bound = smallest_float32(likeness)
    assert float(bound) >= likeness > float(np.nextafter(bound, np.float32(0)))

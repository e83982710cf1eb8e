"""Near-duplicates: what is put together, and what never is."""

import numpy as np
from scipy.sparse import csr_array

from ideas.similarity.clustering.duplicates import _lead, near_duplicates


def test_texts_that_say_the_same_are_together_and_the_rest_alone():
    labels = near_duplicates(["horaires des bus de Brest", "prix du gaz", "Les horaires de bus à Brest", "", "vélo"])
    assert labels.tolist() == [0, -1, 0, -1, -1]


def test_two_common_words_do_not_make_a_duplicate_of_longer_texts():
    assert near_duplicates(["bus ville horaires prix", "bus ville arbres écoles"], likeness=0.3).tolist() == [-1, -1]


def test_identical_short_texts_are_duplicates():
    assert near_duplicates(["cadastre", "Cadastre", "autre chose"]).tolist() == [0, 0, -1]


def test_a_chain_does_not_join_its_ends():
    words = [f"mot{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    chain = [" ".join(words[i : i + 10]) for i in range(0, 16, 2)]
    labels = near_duplicates(chain)
    assert labels[0] != labels[-1]


def test_a_huge_component_is_led_not_chained():
    size = 6
    rows = np.arange(size - 1)
    half = csr_array((np.full(size - 1, 0.7), (rows, rows + 1)), shape=(size, size))
    leaders = _lead(csr_array(half + half.T), np.arange(size))
    assert len(set(leaders.tolist())) > 1
    assert all(abs(leader - text) <= 1 for text, leader in enumerate(leaders.tolist()))

"""Near-duplicates and subjects: what is put together, what never is, and that it repeats itself."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from ideas.similarity.clustering.constraints import Blocks, Contradiction, keep_apart
from ideas.similarity.clustering.groups import _lead, group_subjects, near_duplicates, subject_graph
from ideas.similarity.text.tfidf import Corpus

BUSES = ["horaires des bus de la ville", "les horaires de bus en ville", "retards des bus et horaires réels"]
POOLS = ["piscines municipales ouvertes", "fréquentation des piscines municipales", "tarifs des piscines municipales"]
TEXTS = [*BUSES, *POOLS]


def subjects(texts, *, together=(), apart=(), **how):
    graph = subject_graph(Corpus.fit(texts))
    blocks = Blocks.of(len(texts), together, apart)
    return keep_apart(group_subjects(graph, blocks, **how), graph, blocks)


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


def test_subjects_are_found_without_their_number():
    assert subjects(TEXTS).tolist() == [0, 0, 0, 1, 1, 1]


def test_what_resembles_nothing_has_no_subject():
    assert subjects([*TEXTS, "xylophone", ""]).tolist()[-2:] == [-1, -1]
    assert subjects([]).tolist() == []
    assert subjects(["seul"]).tolist() == [-1]


def test_a_higher_resolution_makes_more_subjects(rng_texts):
    coarse, fine = (subjects(rng_texts, resolution=r).max() for r in (0.1, 8.0))
    assert fine > coarse


def test_the_same_texts_give_the_same_subjects(rng_texts):
    assert subjects(rng_texts).tobytes() == subjects(rng_texts).tobytes()


def test_people_decide(rng_texts):
    together, apart = [(0, 50), (50, 90)], [(0, 1), (2, 3), (1, 2), (90, 7)]
    labels = subjects(rng_texts, together=together, apart=apart)
    assert len({labels[0], labels[50], labels[90]}) == 1 and labels[0] >= 0
    assert all(labels[one] != labels[other] or labels[one] == -1 for one, other in apart)


@pytest.mark.parametrize("seed", range(5))
def test_any_consistent_set_of_decisions_is_obeyed(rng_texts, seed):
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 6, len(rng_texts))
    pairs = rng.integers(0, len(rng_texts), (60, 2)).tolist()
    together = [(a, b) for a, b in pairs if a != b and kinds[a] == kinds[b]]
    apart = [(a, b) for a, b in pairs if kinds[a] != kinds[b]]
    labels = subjects(rng_texts, together=together, apart=apart, seed=seed)
    assert all(labels[a] == labels[b] >= 0 for a, b in together)
    assert all(labels[a] != labels[b] or labels[a] == -1 for a, b in apart)


def test_what_contradicts_itself_is_refused():
    with pytest.raises(Contradiction) as refused:
        subjects(TEXTS, together=[(0, 1), (1, 2)], apart=[(2, 0)])
    assert refused.value.chain == [(1, 2), (0, 1), (2, 0)]


@pytest.fixture(scope="module")
def rng_texts():
    """120 texts on six subjects, each with words of its own and words of all."""
    rng = np.random.default_rng(3)
    own = [[f"theme{subject}mot{i}" for i in range(12)] for subject in range(6)]
    shared = [f"commun{i}" for i in range(30)]
    return [
        " ".join([*rng.choice(own[i % 6], 6, replace=False), *rng.choice(shared, 5, replace=False)]) for i in range(120)
    ]

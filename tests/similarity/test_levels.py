"""Requests and subjects: two cuts of one tree, the same in any order, learnt from what people reviewed."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from ideas.similarity import compose, requests, subjects, tree
from ideas.similarity.clustering import levels
from ideas.similarity.clustering.constraints import Contradiction
from ideas.similarity.clustering.decisions import Decisions
from ideas.similarity.clustering.labels import number_groups
from ideas.similarity.clustering.robustness import measure_robustness, thin
from ideas.similarity.clustering.tree import grow_on_graph
from ideas.similarity.text.tfidf import Corpus

BUSES = ["horaires des bus de la ville", "les horaires de bus en ville", "retards des bus et horaires réels"]
POOLS = ["piscines municipales ouvertes", "fréquentation des piscines municipales", "tarifs des piscines municipales"]
TEXTS = [*BUSES, *POOLS]
DEMONSTRATION = Path(__file__).parents[2] / "ideas" / "demo" / "ideas.jsonl"


@pytest.fixture(scope="module")
def wishes():
    ideas = map(json.loads, DEMONSTRATION.read_text(encoding="utf-8").splitlines())
    return [compose(idea["title"], f"{idea['data_wanted']}\n{idea['planned_use']}") for idea in ideas]


def test_subjects_are_found_without_their_number():
    assert subjects(TEXTS).tolist() == [0, 0, 0, 1, 1, 1]


def test_what_resembles_nothing_is_alone():
    assert subjects([*TEXTS, "xylophone", ""]).tolist()[-2:] == [-1, -1]
    assert subjects([]).tolist() == []
    assert requests(["seul"]).tolist() == [-1]


def test_a_request_is_within_one_subject(wishes):
    asked, handled = requests(wishes), subjects(wishes)
    assert asked.max() > 20
    assert all(len(set(handled[asked == request].tolist())) == 1 for request in range(asked.max() + 1))


def test_texts_in_ten_other_orders_make_the_same_groups(wishes):
    here = subjects(wishes)
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(wishes))
        there = subjects([wishes[place] for place in order])
        assert np.array_equal(number_groups(here[order]), there)


def test_the_knobs_of_the_first_version_say_that_they_do_nothing():
    with pytest.warns(UserWarning, match="do nothing"):
        assert subjects(TEXTS, resolution=16, seed=3).tolist() == subjects(TEXTS).tolist()


def test_people_decide():
    labels = subjects(TEXTS, together=[(0, 5)], apart=[(0, 1), (3, 4)])
    assert labels[0] == labels[5] and labels[0] != labels[1] and labels[3] != labels[4]
    with pytest.raises(Contradiction):
        tree(TEXTS, together=[(0, 1), (1, 2)], apart=[(2, 0)])


def test_a_moved_text_goes_with_those_ideas():
    corpus = Corpus.fit(TEXTS)
    bound = levels.grow_tree(corpus, TEXTS, Decisions(placed={3: 12, 4: 12, 0: 12}))
    labels = bound.cut(levels.SUBJECTS)
    assert labels[0] == labels[3] == labels[4] != labels[1]


@pytest.fixture
def nested():
    """Thirty pairs alike at .9, two by two at .35, all at .05."""
    count = 60
    places = np.arange(count)
    graph = np.full((count, count), 0.05)
    graph[places[:, None] // 4 == places // 4] = 0.35
    graph[places[:, None] // 2 == places // 2] = 0.9
    np.fill_diagonal(graph, 0)
    return grow_on_graph(csr_array(graph), places, np.ones(count, dtype=bool))


@pytest.mark.parametrize("size, low, high", [(2, 0.35, 0.9), (4, 0.05, 0.35)], ids=["pairs", "fours"])
def test_the_cut_is_learnt_from_reviewed_sets(nested, size, low, high):
    reviewed = [list(range(start, start + size)) for start in range(0, 48, size)]
    learnt = levels.learn_cut(nested, reviewed, default=0.5 if size == 4 else 0.2)
    assert low < learnt.likeness <= high
    assert learnt.agreement > learnt.agreement_of_default and learnt.agreement == pytest.approx(1)


def test_few_reviewed_sets_leave_the_default(nested):
    assert levels.learn_cut(nested, [[0, 1], [2, 3]], default=0.2).likeness == 0.2
    assert levels.learn_cut(nested, [], default=0.2) == (0.2, 1.0, 1.0, 0)


def test_a_cut_that_does_no_better_leaves_the_default(nested):
    assert levels.learn_cut(nested, [[place, place + 1] for place in range(0, 40, 2)], default=0.4).likeness == 0.4


def test_a_group_that_hangs_by_a_word_is_less_robust_than_copies(wishes):
    hanging = ["cadastre et chemins ruraux", "cadastre vert des arbres"]
    texts = [*["horaires des bus de la ville de Brest"] * 3, *hanging, *wishes]
    labels = np.full(len(texts), -1)
    labels[:3], labels[3:5] = 0, 1
    shares = measure_robustness(Corpus.fit(texts), texts, labels)
    assert shares == {0: 1.0, 1: shares[1]} and shares[1] < 1
    assert measure_robustness(Corpus.fit(texts[::-1]), texts[::-1], labels[::-1]) == shares


def test_a_tenth_of_the_words_is_thinned_and_rows_stay_of_length_one(wishes):
    matrix = Corpus.fit(wishes).matrix
    hashes = levels.hash_texts(wishes)
    thinned = thin(matrix, hashes, 0)
    assert thinned.nnz == pytest.approx(0.9 * matrix.nnz, rel=0.01)
    assert np.allclose(thinned.multiply(thinned).sum(axis=1), 1, atol=1e-5)
    assert (thin(matrix, hashes, 1) != thinned).nnz

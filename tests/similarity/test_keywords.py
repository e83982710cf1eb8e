"""Words: as people write them, telling clusters apart, and shares that add up."""

import pytest

from ideas.similarity.clustering.keywords import explain, keywords
from ideas.similarity.clustering.summaries import summarize_clusters
from ideas.similarity.text.tfidf import Corpus

AIR = ["La qualité de l’air à Lille", "Mesurer la qualité de l’air près des écoles", "qualité de l’air et pollution"]
BUS = ["Horaires des bus", "Les bus en retard", "Arrêts de bus accessibles"]


def test_keywords_are_written_as_people_write_them_and_common_pairs_are_one_term():
    words = keywords([*AIR, *BUS], [0, 0, 0, 1, 1, 1])
    assert words[0][0] == "qualité de l’air"
    assert words[1][0] == "bus"
    assert not {"qualité", "air"} & set(words[0])


def test_unclustered_texts_give_no_words():
    assert keywords(["bus", "train"], [-1, -1]) == {}


def test_at_most_as_many_words_as_asked():
    assert len(keywords([*AIR, *BUS], [0, 0, 0, 1, 1, 1], count=2)[1]) == 2


def test_shares_of_a_pair_add_up_to_the_whole():
    shared = explain("Horaires des bus de nuit", "bus de nuit : horaires ?")
    assert {word for word, _ in shared} == {"Horaires", "bus", "nuit"} or {w.lower() for w, _ in shared} == {
        "horaires",
        "bus",
        "nuit",
    }
    assert sum(share for _, share in shared) == pytest.approx(1, abs=0.01)


def test_texts_with_nothing_in_common_share_no_word():
    assert explain("bus", "piscine") == []
    assert explain("", "") == []


def test_a_summary_tells_the_closest_pair_and_the_weakest_link():
    texts = ["bus ville horaires", "bus ville horaires réels", "bus campagne", *AIR]
    summary = summarize_clusters(Corpus.fit(texts), texts, [5, 5, 5, 8, 8, 8])[5]
    assert summary.closest[:2] == (0, 1)
    assert summary.members[0].weakest == 2
    assert summary.members[2].likeness < summary.members[0].likeness
    assert 0 < summary.cohesion < 1

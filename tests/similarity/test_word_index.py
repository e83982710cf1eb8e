"""Searching by words: what answers comes first, however it is typed, and in whatever order the texts came in."""

import random

import pytest

from ideas.similarity.index import WordIndex
from ideas.similarity.index.word_segments import ALL, ANY, MOST
from ideas.similarity.text.field_impacts import WeightedField, weigh_fields
from ideas.similarity.text.search_terms import list_terms, read_query, split_found

TEXTS = {
    1: "Horaires des trains régionaux, gare par gare",
    2: "Médecins généralistes qui prennent de nouveaux patients",
    3: "Effectifs des écoles primaires, logement social et loyers",
    4: "Bornes de recharge : tarif et état de fonctionnement",
    5: "Le budget de la R&D publique, et le logiciel libre en C++",
    6: "Trains de nuit : retards et prix des billets",
}


def document(text):
    return weigh_fields([WeightedField(text, 1)])


def build(texts=TEXTS):
    return WordIndex.build(list(texts), [document(text) for text in texts.values()])


def find(index, query, level=ALL, **given):
    return index.rank(read_query(query), **given).list_level(level)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("train", {1, 6}),
        ("TRAINS retard", {6}),
        ("trian", {1, 6}),
        ("medcins", {2}),
        ("écoels", {3}),
        ("logment", {3}),
        ("génér", {2}),
        ("R&D", {5}),
        ("c++", {5}),
        ("train école", set()),
        ("47", set()),
        ("xyzzy", set()),
    ],
)
def test_a_word_is_found_however_it_is_typed(query, found):
    assert set(find(build(), query)) == found


def test_words_are_asked_for_all_then_most_then_any():
    index = build()
    assert find(index, "bornes recharge trottinette") == []
    assert find(index, "bornes recharge trottinette", MOST) == [4]
    assert find(index, "bornes piscines trottinette", ANY) == [4]


def test_a_word_understood_everywhere_is_not_required():
    index = build()
    assert find(index, "données trains") == []
    assert set(find(index, "données trains", understood={"donne"})) == {1, 6}
    assert find(index, "données", understood={"donne"}) == []


def test_a_word_that_a_quarter_of_the_texts_say_is_not_required_beside_a_rarer_one():
    texts = {number: f"commune numéro {number}" for number in range(100, 140)} | {1: "piscine"}
    index = build(texts)
    assert find(index, "piscine commune") == [1]
    assert len(find(index, "commune")) == 40


def test_the_title_counts_more_than_the_rest_and_a_long_text_less():
    fields = [
        ("eau", "Les analyses du robinet"),
        ("robinet", "Les analyses de l’eau"),
        ("x", "eau " + "de tout autre chose " * 60),
    ]
    documents = [weigh_fields([WeightedField(title, 4), WeightedField(body, 1)]) for title, body in fields]
    assert find(WordIndex.build([1, 2, 3], documents), "eau") == [1, 2, 3]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_does_not_depend_on_how_the_texts_came_in(seed, tmp_path):
    chance = random.Random(seed)
    numbers = chance.sample(sorted(TEXTS), len(TEXTS))
    index = build({number: TEXTS[number] for number in numbers[:3]} | {99: "Trains d’hier"})
    index.save(tmp_path / "index")
    for number in numbers[3:]:
        index.add(number, document(TEXTS[number]))
    index.remove(99)
    index.add(6, document(TEXTS[6]))
    queries = ("train", "trian", "logment", "tarif", "prix des trains")
    for one in (index, WordIndex.open(tmp_path / "index")):
        ranked = [one.rank(read_query(query)) for query in queries]
        reference = [build().rank(read_query(query)) for query in queries]
        assert [[hit.list_level(level) for level in range(3)] for hit in ranked] == [
            [hit.list_level(level) for level in range(3)] for hit in reference
        ]


def test_what_is_removed_is_found_no_more_and_suggests_nothing():
    index = build()
    index.remove(2)
    assert (find(index, "médecins"), find(index, "medcins"), index.ids()) == ([], [], set(TEXTS) - {2})


def test_adding_what_is_there_writes_nothing(tmp_path):
    index = build()
    index.save(tmp_path / "index")
    (log,) = (tmp_path / "index").glob("journal.*")
    index.add(1, document(TEXTS[1]))
    assert log.stat().st_size == 0
    index.add(1, document("Autre chose"))
    index.add(1, document("Autre chose"))
    assert len(log.read_bytes().splitlines()) == 1
    assert (find(index, "gare"), find(index, "autre chose")) == ([], [1])


def test_an_empty_index_answers():
    index = WordIndex.build([], [])
    assert (find(index, "train"), index.ids()) == ([], set())
    index.add(1, document("Un train"))
    assert find(index, "trian") == [1]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("R&D, C++", ["r&d", "c++"]),
        ("🚲 à 3 roues", ["rou", "🚲", "3"]),
        ("n°", []),
        ("???", []),
        ("10 km", ["10", "km"]),
    ],
)
def test_signs_that_mean_something_are_terms(text, terms):
    assert list_terms(text) == terms


def test_a_text_is_cut_where_it_says_a_term_and_loses_nothing():
    text = "L’école <b>et les ÉCOLES</b>, en C++"
    pieces = list(split_found(text, {"ecol", "c++"}, "fr"))
    assert [piece for piece, found in pieces if found] == ["école", "ÉCOLES", "C++"]
    assert "".join(piece for piece, _ in pieces) == text

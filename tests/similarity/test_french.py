"""From a written word to its stem."""

import pytest

from ideas.similarity.text.french import fold, stem, stems, words


@pytest.mark.parametrize(
    "one, other",
    [
        ("données", "DONNEES"),
        ("hôpital", "hôpitaux"),
        ("Œuvre", "oeuvres"),
        ("e\u0301cole", "école"),
        ("régional", "regionaux"),
        ("matériau", "matériaux"),
        ("niveau", "niveaux"),
        ("enjeu", "enjeux"),
        ("travail", "travaux"),
        ("vélo", "vélos"),
        ("délai", "délais"),
        ("loisir", "loisirs"),
        ("français", "françaises"),
        ("hori\xadzon", "horizons"),
    ],
)
def test_two_ways_of_writing_one_word_meet(one, other):
    assert stems(one) == stems(other) != []


def test_elision_leaves_the_word_alone():
    assert words("l'eau, d’aujourd’hui; qu'il") == ["eau", "aujourd", "hui", "qu", "il"]
    assert stems("l'eau d’aujourd’hui qu'il") == ["eau"]


@pytest.mark.parametrize("word", ["avec", "où", "même", "the", "étaient", "ÊTRE"])
def test_a_stop_word_has_no_stem(word):
    assert stem(word) == ""


def test_a_word_keeps_its_meaning_in_its_own_language():
    assert stem("car", "fr") == "" and stem("car", "en") == "car"
    assert stem("but", "en") == "" and stem("but", "fr") == "but"


def test_english_is_stemmed_as_english():
    assert stem("queries", "en") == stem("query", "en-GB") == "queri"
    assert stem("nationally", "de") == stem("nationally", "fr")


@pytest.mark.parametrize("text", ["", " ", "\0", "a b c", "…!?", "\ud800", "🚲"])
def test_a_text_without_words_has_no_stems(text):
    assert stems(text) == []


def test_folding_drops_marks_and_ligatures():
    assert list(map(fold, ["Çà", "ŒUVRE", "Æther", "ﬁn", "İzmir"])) == ["ca", "oeuvre", "aether", "fin", "izmir"]

"""Names and words of groups: said by two, at home in a sentence, never how finely people want their data."""

import pytest

from ideas.similarity import compose, keywords
from ideas.similarity.clustering.names import name_groups, shorten
from ideas.similarity.text.tfidf import Corpus

TITLES = [
    "Bornes de recharge : l’état réel des bornes de la ville",
    "mon idée du jour",
    "Bornes de recharge en panne",
    "Piscines : horaires",
    "horaires des piscines",
]
BODIES = [
    "L’état des bornes de recharge, en panne ou non.",
    "Savoir quelles bornes de recharge sont en panne.",
    "Les bornes de recharge en panne, et depuis quand.",
    "Les horaires des piscines.",
    "Les horaires des piscines et des bassins.",
]
LABELS = [0, 0, 0, 1, 1]
TEXTS = [compose(title, body) for title, body in zip(TITLES, BODIES, strict=True)]


def name(**known):
    return {label: name.text for label, name in name_groups(Corpus.fit(TEXTS), TITLES, LABELS, **known).items()}


def test_the_name_is_the_title_that_says_most_of_what_all_say():
    assert name() == {0: "Bornes de recharge en panne", 1: "Piscines : horaires"}


def test_support_decides_between_titles_as_good():
    assert name(supports=[0, 0, 0, 0, 90])[1] == "Horaires des piscines"


def test_no_author_alone_names_a_group():
    poisoned = ["Votez Dupont Dupont Dupont", "Dupont président", "Compteurs de vélos", "Vélos : les compteurs"]
    corpus = Corpus.fit([compose(title, "compteurs de vélos") for title in poisoned])
    named = name_groups(corpus, poisoned, [0] * 4, authors=["d", "d", "a", "b"])[0]
    assert "Dupont" not in named.text
    texts = [compose(title, "compteurs de vélos") for title in poisoned]
    assert "Dupont" in " ".join(keywords(texts, [0] * 4)[0])
    assert "Dupont" not in " ".join(keywords(texts, [0] * 4, authors=["d", "d", "a", "b"])[0])


def test_the_order_of_rows_changes_no_name():
    there = name_groups(Corpus.fit(TEXTS[::-1]), TITLES[::-1], LABELS[::-1])
    assert {label: name.text for label, name in there.items()} == name()


@pytest.mark.parametrize(
    "title, shown",
    [
        ("horaires des piscines", "Horaires des piscines"),
        ("DROIT à la FIBRE", "DROIT à la FIBRE"),
        ("MISE EN LIGNE DES ACTES", "Mise en ligne des actes"),
        ("Article 24 - Ouverture des données", "Ouverture des données"),
        ("Places de l’hôpital : combien de lits ouverts, et où, service par service ?", "Places de l’hôpital"),
        ("Musées : combien d’œuvres dorment dans les réserves de chaque musée de France ?", None),
        ("mot " * 40, "Mot " + "mot " * 28 + "mot…"),
    ],
    ids=["a capital", "written so", "shouted", "where it stands", "a breath", "too short a head", "endless"],
)
def test_a_title_is_shortened_where_it_breathes(title, shown):
    assert shorten(title, tell=lambda part: min(len(part), 30)) == (shown or title)


def test_how_finely_people_want_data_is_no_word_of_a_group():
    texts = ["Qualité de l’air rue par rue", "La qualité de l’air, rue par rue, heure par heure", "L’air de chaque rue"]
    assert keywords([*texts, "bus"], [0, 0, 0, -1])[0][0] == "qualité de l’air"
    assert not {"rue", "heure"} & set(keywords([*texts, "bus"], [0, 0, 0, -1])[0])


def test_a_measure_of_detail_that_is_the_subject_stays():
    texts = ["Les rues à sens unique", "Rues à sens unique : la carte", "Sens unique rue par rue"]
    assert "rue" in keywords([*texts, "bus"], [0, 0, 0, -1])[0]


def test_words_with_hyphens_are_whole_and_names_keep_their_capitals():
    texts = ["Délais de rendez-vous à Lyon", "rendez-vous : les délais", "Rendez-vous médicaux de Lyon"]
    words = keywords([*texts, "bus"], [0, 0, 0, -1])[0]
    assert "rendez-vous" in " ".join(words) and "Lyon" in " ".join(words)

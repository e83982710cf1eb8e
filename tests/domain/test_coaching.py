"""Hints on phrases as people write them: what is missing is asked for, what is said is not asked again."""

import pytest

from ideas.domain.coaching import FIELD_OF, HINTS, Hint, is_vague, list_hints

USE = "Prévenir les voyageurs et mesurer la desserte des villages."


def hints(need, use=USE, title="", **given):
    return list_hints({"title": title, "data_wanted": need, "planned_use": use} | given)


@pytest.mark.parametrize(
    "text",
    [
        "Toutes les données",
        "Je voudrais avoir accès à toutes les données publiques de l’État",
        "Plus de transparence, merci",
        "open data",
        "Des infos utiles pour les citoyens",
        "",
    ],
)
def test_a_need_that_names_no_thing_is_asked_which(text):
    assert hints(text) == [Hint.OBJECT]


@pytest.mark.parametrize("text", ["Horaires des cars", "Prix de l’eau", "Le nombre de médecins", "Liste des crèches"])
def test_a_thing_that_is_named_is_not_asked_for(text):
    assert not is_vague(text) and Hint.OBJECT not in hints(text)


@pytest.mark.parametrize(
    "text",
    [
        "Les passages des cars en Bretagne",
        "Les horaires des piscines à Rennes",
        "Les prélèvements d’eau dans le Finistère",
        "Les ventes de maisons, par commune",
        "Les prix des carburants dans toute la France",
        "Les comptages de vélos de ma ville",
        "Les arrêtés de circulation en outre-mer",
        "Les horaires, arrêt par arrêt, de la Sarthe",
    ],
)
def test_a_territory_that_is_named_is_not_asked_for(text):
    assert Hint.TERRITORY not in hints(text, use="Attendre moins sous la pluie")


def test_a_territory_that_was_chosen_is_not_asked_for():
    need = "Les horaires réels des cars, chaque jour"
    assert Hint.TERRITORY in hints(need, use="Attendre moins")
    assert Hint.TERRITORY not in hints(need, use="Attendre moins", territory_code="D35")


def test_a_person_is_no_territory():
    assert Hint.TERRITORY in hints("Les réponses données à Mme Durand, chaque mois", use="Attendre moins")


@pytest.mark.parametrize(
    "text",
    [
        "Les horaires réels, arrêt par arrêt",
        "Les effectifs des classes, par école",
        "Le niveau de la Loire en temps réel",
        "Les ventes de pesticides, chaque année",
        "Les prix des carburants depuis 2015",
        "Le prix de l’eau, mis à jour tous les mois",
        "La qualité de l’air, heure par heure",
    ],
)
def test_a_detail_that_is_given_is_not_asked_for(text):
    assert Hint.DETAIL not in hints(text)


@pytest.mark.parametrize("text", ["Les horaires des cars, par exemple", "Les effectifs des classes en Bretagne"])
def test_a_need_without_detail_is_asked_for_some(text):
    assert Hint.DETAIL in hints(text)
    assert Hint.DETAIL not in hints(text, detail_level="par commune")
    assert Hint.DETAIL not in hints(text, freshness="chaque mois")


@pytest.mark.parametrize("text", ["Savoir", "Je ne sais pas", "Une application mobile", "Réutiliser les données", "x"])
def test_a_use_that_says_nothing_is_asked_for(text):
    assert hints("Les horaires des cars de France, arrêt par arrêt", text) == [Hint.USE]


@pytest.mark.parametrize("text", [USE, "Savoir où me baigner", "Choisir une école", "Comparer les loyers"])
def test_a_use_that_is_told_is_not_asked_for(text):
    assert Hint.USE not in hints("Les horaires des cars", text)


def test_what_looks_personal_is_said():
    assert Hint.PERSONAL in hints("Les horaires de France par arrêt, demander à Mme Durand")
    assert Hint.PERSONAL not in hints("Les horaires de France par arrêt")


def test_a_full_idea_is_left_in_peace():
    assert hints("Les passages réels des cars de Bretagne, arrêt par arrêt, chaque jour") == []


def test_every_hint_has_words_and_all_but_one_a_field():
    assert HINTS.keys() == set(Hint) and FIELD_OF.keys() == set(Hint) - {Hint.PERSONAL}

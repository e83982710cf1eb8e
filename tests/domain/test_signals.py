"""What in the texts of an idea asks for a second look."""

import pytest

from ideas.domain.signals import SIGNAL_NAMES, Signal, find_links, find_signals


@pytest.mark.parametrize(
    "text, links",
    [
        ("Voir https://exemple.fr/a?b=1, merci", ["https://exemple.fr/a?b=1"]),
        ("Voir www.exemple.fr.", ["www.exemple.fr"]),
        ("Voir bit.ly/3xYz ou exemple.co.uk/offre", ["bit.ly/3xYz", "exemple.co.uk/offre"]),
        ("Les jeux de data.gouv.fr et transport.data.gouv.fr, en CSV", []),
        ("Un fichier.csv/json, en km/h, et/ou par M./Mme", []),
        ("Écrire à jean@exemple.fr/", []),
    ],
)
def test_addresses_are_links_and_names_of_sites_are_not(text, links):
    assert find_links(text) == links


def test_each_signal_is_found_in_any_text_and_the_gravest_weighs_most():
    found = find_signals(
        {
            "title": "Appelez le 06 12 34 56 78",
            "data_wanted": "Écrire à a@b.fr, voir www.exemple.fr",
            "planned_use": "chez Mme Durand, 12 rue de la Paix",
        }
    )
    assert found == Signal.TELEPHONE | Signal.MAIL | Signal.POSTAL | Signal.NAME | Signal.LINK
    assert list(SIGNAL_NAMES) == sorted(SIGNAL_NAMES, reverse=True) and len(SIGNAL_NAMES) == len(Signal) - 1


def test_nothing_is_found_in_a_request_that_names_offices_streets_and_companies():
    text = "M. le maire, la voirie, 12 cours d’eau et les SIRET des sociétés Dupont et fils : 732 829 320 00074."
    assert find_signals({"title": text, "data_wanted": text, "planned_use": text}) == Signal(0)

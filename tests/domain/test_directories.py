"""What people type finds the entry they mean, or the names most like it."""

import pytest

from ideas.domain.directories import Named, find_entry, is_not_known, list_near

PLACES = [
    Named("FR", "France", ("FR",)),
    Named("R01", "Guadeloupe (01)", ("R01",)),
    Named("R53", "Bretagne (53)", ("R53",)),
    Named("D01", "Ain (01)", ("D01", "01")),
    Named("D35", "Ille-et-Vilaine (35)", ("D35", "35")),
    Named("D974", "La Réunion (974)", ("D974", "974")),
    Named("D971", "Guadeloupe (971)", ("D971", "971")),
]
HOLDERS = [Named("1", "Institut national de la statistique et des études économiques (Insee)", ("insee",))]


@pytest.mark.parametrize(
    "typed, key",
    [
        ("Ille-et-Vilaine (35)", "D35"),
        ("ille et vilaine", "D35"),
        ("35", "D35"),
        ("d35", "D35"),
        ("  BRETAGNE ", "R53"),
        ("reunion", "D974"),
        ("la réunion", "D974"),
        ("Guadeloupe", "R01"),
        ("Guadeloupe (971)", "D971"),
        ("01", "D01"),
        ("France", "FR"),
        ("Rennes", None),
        ("", None),
        ("(", None),
    ],
)
def test_a_place_is_found_as_people_write_it(typed, key):
    found = find_entry(typed, PLACES)
    assert (found and found.key) == key


@pytest.mark.parametrize("typed", ["insee", "INSEE", "Institut national de la statistique et des etudes economiques"])
def test_a_body_is_found_by_its_acronym_and_by_its_name(typed):
    assert find_entry(typed, HOLDERS) is HOLDERS[0]


def test_what_is_nearly_right_is_offered():
    assert list_near("Ile et Villaine", PLACES) == ["Ille-et-Vilaine (35)"]
    assert list_near("Bretange", PLACES) == ["Bretagne (53)"]
    assert list_near("zzzzzz", PLACES) == []


@pytest.mark.parametrize("typed", ["Je ne sais pas", "je ne sais pas.", "inconnu"])
def test_not_knowing_is_an_answer(typed):
    assert is_not_known(typed) and not is_not_known("Insee")

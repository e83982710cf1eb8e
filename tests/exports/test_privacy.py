"""What must not leave with the data."""

import pytest

from ideas.exports.privacy import without_addresses
from ideas.exports.tables import make_figures


@pytest.mark.parametrize("text", ["a@b.fr", "x.y+z@sous.domaine.example", "prénom@mairie.fr", "A@B.FR,c@d.eu"])
def test_every_kind_of_address_is_removed(text):
    assert "@" not in without_addresses(f"voir {text} merci")


@pytest.mark.parametrize("text", ["à 3 € @ Paris", "@datagouvfr", "a@b"])
def test_what_is_no_address_stays(text):
    assert without_addresses(text) == text


def test_small_numbers_of_people_are_left_empty():
    rows = make_figures([("voters", "", 4), ("voters", "x", 5), ("ideas_by_theme", "health", 1), ("voters", "y", 0)])
    assert [(row.value, row.suppressed) for row in rows] == [(None, True), (5, False), (1, False), (0, False)]

"""A way back leads to a page of ours, as browsers read addresses; a number in an address is one that a row may have."""

import pytest

from ideas.domain.numbers import row_number
from ideas.http.addresses import own_path

OURS = ["/", "/idees?tri=recentes", "/idees/12-accents-é#i12", "/idees?suite=//evil.example"]
ELSEWHERE = [
    *("//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example"),
    *("\n//evil.example", " //evil.example", "https://evil.example", "https:evil.example", "http:/evil.example"),
    *("evil.example", "javascript:alert(1)", "data:text/html,x", "/\x00", "?x=1", "#x", "http://[", "", None),
]


@pytest.mark.parametrize("address", OURS)
def test_a_way_back_may_be_any_page_of_ours(address):
    assert own_path(address) == address


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_way_back_leads_nowhere_else(address):
    assert own_path(address) == ""


def test_a_full_address_of_this_site_is_a_way_back(app):
    with app.test_request_context("/", base_url="https://idees.example"):
        assert own_path("https://idees.example/idees?page=2") == "/idees?page=2"
        assert own_path("https://idees.example.evil/") == own_path("https://idees.example//evil.example/") == ""


@pytest.mark.parametrize("text, number", [("12", 12), (str(2**31 - 1), 2**31 - 1), (str(2**31), 0), ("9" * 30, 0)])
def test_a_number_of_a_row_fits_every_database(text, number):
    assert row_number(text) == number


@pytest.mark.parametrize("text", [None, "", "x", "-1", "1.5", " 1", "²"])
def test_what_is_no_number_of_a_row_is_none(text):
    assert row_number(text) == 0

"""Every page that a link leads to, as each kind of person, on a telephone and on a desk, by day and by night."""

import re

import pytest

from tests.browser.inspection import list_faults

MANY = 60  # addresses; a site whose pages have no end would otherwise never be walked through
STARTS = ("/", "/idees/nouvelle", "/plan-du-site", "/idees/999999")
LOOKS = {"telephone": (360, "light"), "desk": (1280, "light"), "night": (1280, "dark")}
# The owner may open all that a moderator may, so the larger windows walk the widest and the narrowest way only.
WALKS = [
    *(("telephone", role) for role in (None, "contributor", "moderator", "owner")),
    *((look, role) for look in ("desk", "night") for role in (None, "owner")),
]


def kind_of(address):
    """What addresses of one kind of page share: numbers, slugs and choices are forgotten."""
    path, _, query = address.partition("?")
    return re.sub(r"/\d[^/]*", "/1", path), "lang=en" in query, *sorted(re.findall(r"(\w+)=", query))[:1]


def addresses(page, site):
    found = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => new URL(link.getAttribute('href'), location).href.split('#')[0])"
    )
    return [one.removeprefix(site.address) for one in found if one.startswith(f"{site.address}/")]


def is_page(address):
    return not re.search(r"\.\w{2,8}$|^/(api|static|donnees)/", address.partition("?")[0])


def walk(page, site):
    """Visit one page of each kind, breadth first."""
    waiting, known = list(STARTS), set()
    while waiting and len(known) < MANY:
        address = waiting.pop(0)
        if is_page(address) and kind_of(address) not in known:
            known.add(kind_of(address))
            page.goto(address)
            yield address
            waiting += addresses(page, site)


@pytest.mark.parametrize("look, role", WALKS)
def test_every_page_is_sound(open_page, site, look, role):
    width, colours = LOOKS[look]
    page = open_page("/", role=role, width=width, colours=colours)
    faults = {address: list_faults(page) for address in walk(page, site)}
    assert len(faults) >= 12
    assert not [fault for found in faults.values() for fault in found]

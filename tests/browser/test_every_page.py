"""Every page that a link leads to, as each kind of person, on a telephone and on a desk, by day and by night."""

import re

import pytest

from tests.browser.inspection import COLOURS, list_faults

MANY = 60  # addresses; a site whose pages have no end would otherwise never be walked through
STARTS = ("/", "/idees/nouvelle", "/plan-du-site", "/idees/999999")
TELEPHONE, DESK = 360, 1280
# Whoever may open the fewest and the most pages is looked at on a desk and by night too.
# A moderator opens nothing that the owner does not.
WALKS = [(None, True), ("contributor", False), ("owner", True)]


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


@pytest.mark.parametrize("role, on_a_desk", WALKS)
def test_every_page_is_sound(open_page, site, role, on_a_desk):
    page = open_page("/", role=role, width=TELEPHONE)
    page.emulate_media(reduced_motion="reduce")  # a colour that is still changing is no colour to judge
    faults = {address: look(page, on_a_desk=on_a_desk) for address in walk(page, site)}
    assert len(faults) >= 12
    assert not [fault for found in faults.values() for fault in found]


def look(page, *, on_a_desk):
    """List the faults of a page that is open on a telephone; then those that a desk adds, and the night."""
    found = list_faults(page)
    if on_a_desk:
        page.set_viewport_size({"width": DESK, "height": 800})
        found += list_faults(page, narrow=())
        page.emulate_media(color_scheme="dark")
        found += list_faults(page, narrow=(), rules=COLOURS)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": TELEPHONE, "height": 800})
    return found

"""Every page that a link leads to, as each kind of person, on a telephone and on a desk, by day and by night."""

import re

import pytest

from tests.browser.inspection import COLOURS, list_faults

MANY = 150  # addresses; a site whose pages have no end would otherwise never be walked through
STARTS = ("/", "/idees/nouvelle", "/plan-du-site", "/rien")
TELEPHONE, DESK = 360, 1280
# Whoever may open the fewest and the most pages is looked at on a desk and by night too.
# A moderator opens nothing that the owner does not.
WALKS = [(None, "/"), ("contributor", ()), ("owner", ("/moderation", "/triage", "/traitement", "/gestion", "/notes"))]


def kind_of(address):
    """What addresses of one kind of page share: numbers, slugs, bodies, the campaign and choices are forgotten."""
    path, _, query = address.partition("?")
    chosen = [name for name in sorted(re.findall(r"(\w+)=", query)) if name not in ("lang", "campagne")]
    path = re.sub(r"^/producteurs/[^/]+", "/producteurs/1", re.sub(r"/\d[^/]*", "/1", path))
    return re.sub(r"^/nouvelles/[^/]+", "/nouvelles/1", path), "lang=en" in query, *chosen[:1]


def addresses(page, site):
    found = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => new URL(link.getAttribute('href'), location).href.split('#')[0])"
    )
    return [one.removeprefix(site.address) for one in found if one.startswith(f"{site.address}/")]


def is_page(address):
    return not re.search(r"\.\w{2,8}$|^/(api|static|donnees)/", address.partition("?")[0])


def walk(page, site, *, in_english):
    """Visit one page of each kind, breadth first."""
    waiting, known = list(STARTS), set()
    while waiting and len(known) < MANY:
        address = waiting.pop(0)
        is_chosen = in_english or "lang=en" not in address
        if is_page(address) and is_chosen and kind_of(address) not in known:
            known.add(kind_of(address))
            page.goto(address)
            yield address
            waiting += addresses(page, site)


@pytest.mark.parametrize("role, on_a_desk", WALKS)
def test_every_page_is_sound(open_page, site, role, on_a_desk):
    page = open_page("/", role=role, width=TELEPHONE)
    page.emulate_media(reduced_motion="reduce")  # a colour that is still changing is no colour to judge
    faults = {}
    for one in walk(page, site, in_english=not role):
        # In English the words change, and with them what a narrow screen holds: the rest was judged in French.
        faults[one] = look(page, on_a_desk=one.startswith(on_a_desk) and "lang=en" not in one)
    assert 30 <= len(faults) < MANY
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

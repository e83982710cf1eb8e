"""What the look owes to whoever sees it otherwise: larger text, another zone, few bytes, no mouse."""

import pytest

PAGES = ("/", "/idees", "/idees/47", "/idees/nouvelle", "/aide", "/stats", "/connexion", "/mentions-legales", "/sujets")
FIRST_VISIT = 300_000
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def window(browser, site):
    """Opens a window as given: `window(viewport=…, timezone_id=…)`."""
    contexts = []

    def open_window(**given):
        usual = {"viewport": {"width": 360, "height": 740}, "locale": "fr-FR", "timezone_id": "Europe/Paris"}
        contexts.append(browser.new_context(base_url=site.address, **usual | given))
        return contexts[-1].new_page()

    yield open_window
    for context in contexts:
        context.close()


def test_text_twice_as_large_fits_a_telephone(window):
    page = window()
    wider = []
    for address in PAGES:
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wider += [address] if page.evaluate(WIDER) else []
    assert not wider


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion"])
def test_the_first_idea_is_seen_without_scrolling_a_telephone(window, zone):
    page = window(timezone_id=zone)
    page.goto("/idees")
    assert page.locator(".card").first.bounding_box()["y"] <= 380


@pytest.mark.parametrize(
    "zone, said", [("Europe/Paris", None), ("Indian/Reunion", "chez vous"), ("America/Guadeloupe", "chez vous")]
)
def test_the_closing_hour_is_said_in_the_zone_of_whoever_reads(window, zone, said):
    page = window(timezone_id=zone)
    page.goto("/idees")
    place = page.locator("[data-instant]")
    assert place.is_visible() is bool(said)
    assert not said or place.inner_text().startswith(said)


def test_without_scripts_the_hour_is_that_of_paris_and_the_help_says_the_others(window):
    page = window(java_script_enabled=False)
    page.goto("/idees")
    assert not page.locator("[data-instant]").is_visible()
    assert "(Paris)" in page.locator(".phase").inner_text()
    page.goto("/aide")
    assert "La Réunion" in page.locator("main").inner_text()


def test_a_first_visit_weighs_little(window):
    page = window()
    weights = []
    page.on("requestfinished", lambda request: weights.append(sum(request.sizes()[key] for key in _RECEIVED)))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(weights) <= FIRST_VISIT
    assert len(weights) <= 5


_RECEIVED = ("responseBodySize", "responseHeadersSize")


@pytest.mark.parametrize("colours", ["active", "none"])
def test_what_has_the_focus_is_seen_in_any_colours(window, colours):
    page = window(viewport={"width": 1280, "height": 800}, forced_colors=colours)
    page.goto("/idees")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_nothing_moves_for_whoever_asked_for_stillness(window):
    page = window(reduced_motion="reduce")
    page.goto("/idees")
    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    assert page.evaluate(moving) == 0
    page = window(reduced_motion="no-preference")
    page.goto("/idees")
    assert page.evaluate(moving) > 0


def test_a_screen_reader_is_told_numbers_with_their_nouns(window):
    page = window()
    page.goto("/")
    tree = page.locator("section", has=page.locator("#etat")).aria_snapshot()
    assert "idées publiées" in tree and "promises à une date" in tree
    button = page.locator(".card .vote a").first
    assert button.evaluate("e => document.getElementById(e.getAttribute('aria-labelledby').split(' ')[1]).innerText")


# Boxes that touch another one, or the line before or after them, look like one thing.
_GLUED = """() => {
  const boxes = ".btn, .card, .panel, .sheet, .notice, .tag, .answer, table, form, h2, h3, .vote, .empty, figure"
  const inFlow = e => getComputedStyle(e).position === "static"
  const seen = e => e.checkVisibility() && inFlow(e) && e.getBoundingClientRect().height > 1
  const glued = []
  for (const one of document.querySelectorAll(`main :is(${boxes})`)) {
    if (!seen(one)) continue
    for (const other of [one.previousElementSibling, one.nextElementSibling]) {
      if (!other || !seen(other)) continue
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect()
      const across = Math.max(a.left - b.right, b.left - a.right), down = Math.max(a.top - b.bottom, b.top - a.bottom)
      if (Math.max(across, down) < 3) glued.push(other.outerHTML.slice(0, 70) + " | " + one.outerHTML.slice(0, 70))
    }
  }
  return [...new Set(glued)]
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_glued_to_what_is_beside_it(open_page, width):
    page = open_page("/", role="owner", width=width)
    glued = {}
    for address in (*PAGES, "/donnees", "/registre", "/compte", "/moderation", "/triage", "/regles", "/contact"):
        page.goto(address)
        glued[address] = page.evaluate(_GLUED)
    assert not {address: found for address, found in glued.items() if found}

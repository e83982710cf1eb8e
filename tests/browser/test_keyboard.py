"""Without a mouse: only Tab, Enter, Space and what is typed; one always sees where one is."""

import pytest

from tests.browser.inspection import check_page

STOPS = 120

# Where the keyboard is: its words, and whether a person sees it.
_HERE = """() => {
  const here = document.activeElement
  if (!here || here === document.body) return null
  const style = getComputedStyle(here), box = here.getBoundingClientRect()
  const label = here.id && document.querySelector(`label[for="${here.id}"]`)
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  const hit = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 10))
  const free = !hit || here.contains(hit) || hit.contains(here) || Boolean(label && label.contains(hit))
  return {
    words: (label || here).textContent.trim().replace(/\\s+/g, " "),
    within: here.closest("article, main, header, footer")?.tagName ?? "",
    html: here.outerHTML.slice(0, 160),
    seen: drawn && inside && free,
  }
}"""


def go_to(page, words, within=""):
    """Press Tab until the control that says `words`, whatever the number of stops; each one is to be seen."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here is None:
            continue
        assert here["seen"], f"{page.url}: one does not see where one is: {here['html']}"
        if here["words"].startswith(words) and within in ("", here["within"]):
            return
    raise AssertionError(f"{page.url}: {STOPS} stops and no “{words}”")


def press(page, key):
    """Press a key that leads to another page, and look that page over."""
    with page.expect_navigation():
        page.keyboard.press(key)
    check_page(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_one_reads_supports_and_signs_in(open_page, site, width):
    page = open_page("/idees", width=width)
    go_to(page, "Aller au contenu")
    page.keyboard.press("Enter")
    title = page.locator("article h2 a").first.inner_text()
    go_to(page, title)
    press(page, "Enter")
    assert page.locator("h1").inner_text() == title
    go_to(page, "Soutenir")
    press(page, "Enter")
    email = f"clavier{width}@example.org"
    go_to(page, "Adresse électronique")
    page.keyboard.type(email)
    go_to(page, "Recevoir le code")
    press(page, "Space")
    go_to(page, "Code à six chiffres")
    page.keyboard.type(site.find_code(email))
    press(page, "Enter")
    assert "Votre soutien est compté." in page.locator("body").inner_text()
    go_to(page, "Soutenue")


def test_a_moderator_publishes_by_tab_alone(open_page):
    page = open_page("/moderation", role="moderator")
    title = page.locator("#lecture").inner_text()
    go_to(page, "Publier", "MAIN")
    press(page, "Space")
    assert "Idée publiée" in page.locator(".undo").inner_text()
    assert page.locator("#lecture").inner_text() != title
    press(page, "z")
    assert page.locator("#lecture").inner_text() == title


def test_the_queue_is_worked_with_one_key_an_act(open_page):
    page = open_page("/moderation", role="moderator")

    def read():
        return page.locator("#lecture").inner_text()

    def count():
        return page.locator(".tabs [aria-current]").first.inner_text()

    first, waiting = read(), count()
    press(page, "j")
    second = read()
    press(page, "k")
    assert read() == first != second
    press(page, "p")
    assert "Idée publiée" in page.locator(".undo").inner_text() and read() == second
    assert page.evaluate("document.activeElement.id") == "lecture"
    page.keyboard.press("r")
    press(page, "1")
    assert "Idée non publiée" in page.locator(".undo").inner_text() and read() not in (first, second)
    page.keyboard.press("x")
    assert page.locator(".waiting :checked").count() == 1
    press(page, "z")
    assert read() == second
    press(page, "z")
    assert read() == first and count() == waiting
    here = page.url
    page.keyboard.press("/")
    page.keyboard.type("p")
    assert page.locator("#q").input_value() == "p" and count() == waiting
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert "Publier" in page.locator("#touches").inner_text()
    page.locator("#sans-touches").check()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    assert read() == first and count() == waiting
    assert page.url == here


def test_reading_the_queue_moves_no_pane_off_the_screen(open_page):
    page = open_page("/moderation", role="moderator")
    for name in (".list-pane", ".reading-pane"):
        box = page.locator(name).bounding_box()
        assert box["y"] + box["height"] <= 800
    assert page.get_by_role("button", name="Publier", exact=False).first.is_visible()

"""The bench with the keyboard alone: each act costs the keys that it may, and of two reviewers at once one is told."""

from collections import defaultdict

import pytest

from tests.browser.inspection import check_page, watch
from tests.browser.site import demonstration, sign_in

# Keys besides what is typed.
MOST_KEYS = {
    "confirm": 1,
    "apart": 1,
    "undo": 1,
    "merge": 2,
    "move": 2,
    "join": 2,
    "split": 4,
    "answer": 3,
    "rename": 2,
}
UNSCROLLED = 0.8  # of the subjects, seen whole on a screen of 1,280 × 800
TOLD = 1_000  # milliseconds
# How long the desk took to turn, from the key that asked for it.
_WATCH = """
  let at = 0
  window.turns = []
  addEventListener("keydown", () => { at = performance.now() }, true)
  document.addEventListener("turned", () => { window.turns.push(performance.now() - at) })
"""
_FITS = "() => { const one = document.querySelector('.pane.middle'); return one.scrollHeight <= one.clientHeight + 1 }"


class Reviewer:
    """Somebody at the bench, their hands on the keyboard: keys are counted by act."""

    def __init__(self, browser, site, role):
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": 1280, "height": 800},
            locale="fr-FR",
            storage_state=sign_in(browser, site, role),
        )
        self.close = context.close
        self.page = watch(context.new_page())
        self.page.add_init_script(_WATCH)
        self.keys, self.taken = defaultdict(list), []

    def open(self, address="/triage"):
        self.page.goto(address)
        return self

    def type(self, *keys):
        """Press keys, without waiting for what comes of them."""
        for key in keys:
            self.page.keyboard.press(key)

    def wait(self, count):
        """Wait until the desk has turned `count` times on this page."""
        self.page.wait_for_function("count => window.turns.length >= count", arg=count)
        self.taken.append(self.page.evaluate("window.turns.at(-1)"))

    def do(self, act, *keys):
        """Press the keys of an act and wait for what it leads to, on the same page."""
        before = self.page.evaluate("window.turns.length")
        self.type(*keys)
        self.keys[act].append(len(keys))
        self.wait(before + 1)

    def go(self, act, *keys):
        """Press the keys of an act that leads to another page."""
        with self.page.expect_navigation():
            self.type(*keys)
        self.keys[act].append(len(keys))

    @property
    def said(self):
        return self.page.locator(".undo p").inner_text()

    @property
    def title(self):
        return self.page.locator("h1").inner_text()

    def has(self, selector):
        """Whether one is in sight."""
        return self.page.locator(selector).locator("visible=true").count() > 0

    def count_reviewed(self):
        return int(self.page.locator(".progress p").inner_text().split()[0])


@pytest.fixture(scope="module")
def own_site(tmp_path_factory):
    """A demonstration that this module alone reviews."""
    with demonstration(tmp_path_factory.mktemp("bench")) as running:
        yield running


@pytest.fixture(scope="module")
def hire(browser, own_site):
    """Gives the bench a reviewer: `hire("owner")`; each signs in once."""
    hired = {}

    def hire(role):
        if role not in hired:
            hired[role] = Reviewer(browser, own_site, role)
        return hired[role].open()

    yield hire
    for one in hired.values():
        one.close()


def test_of_two_reviewers_at_once_one_is_told_and_no_act_is_lost(hire):
    one, other = hire("owner"), hire("moderator")
    for _ in range(3):
        before = one.open().count_reviewed()
        other.open()
        assert one.title == other.title
        one.type("c")
        other.type("c")
        one.wait(1)
        other.wait(1)
        done = [person for person in (one, other) if "Sujet confirmé" in person.said]
        told = [
            person for person in (one, other) if "changé entre-temps" in person.said or "déjà confirmé" in person.said
        ]
        assert len(done) == len(told) == 1
        assert one.open().count_reviewed() == before + 1
    assert min(one.taken + other.taken) <= TOLD


def test_what_was_ticked_is_told_and_kept_when_somebody_else_was_faster(hire):
    one, other = hire("owner"), hire("moderator")
    one.do("rename", "n", "Control+a", *"Nouveau nom", "Enter")
    other.do("move", "x", "0")
    assert "changé entre-temps" in other.said and other.page.locator("[data-rows] :checked").count() == 1
    other.do("move", "0")
    assert "laissées sans sujet" in other.said
    other.do("undo", "z")
    one.open().do("undo", "z")


def test_the_demonstration_is_reviewed_with_the_keyboard_alone(hire):
    person = hire("owner")
    person.keys.clear()
    person.taken.clear()
    waiting = [_rename, _join, _move, _split, _apart, _cut, _answer]
    fits = []
    while person.has("[data-key=C]"):
        fits.append(person.page.evaluate(_FITS))
        while person.has("[data-key=M]"):
            person.do("merge", "m")
            assert "réunie" in person.said
        act = next((act for act in waiting if act(person)), None)
        if act:
            waiting.remove(act)
        if act is not _answer:
            person.do("confirm", "c")
            assert "Sujet confirmé" in person.said
    assert "Tout est relu ici" in person.page.locator("main").inner_text()
    assert not waiting
    assert {act: max(counts) for act, counts in person.keys.items() if max(counts) > MOST_KEYS[act]} == {}
    assert person.keys.keys() == MOST_KEYS.keys()
    assert sum(fits) >= UNSCROLLED * len(fits)
    print(f"{len(fits)} subjects, {sum(map(sum, person.keys.values()))} keys, {sum(fits) / len(fits):.0%} unscrolled")
    taken = sorted(person.taken)
    print(f"acknowledged in {taken[len(taken) // 2]:.0f} ms (half), {taken[int(0.95 * len(taken))]:.0f} ms (95 %)")
    check_page(person.page)


def _rename(person):
    name = "Un nom donné au clavier"
    before = person.page.evaluate("window.turns.length")
    person.type("n", "Control+a")
    person.page.keyboard.type(name)
    person.type("Enter")
    person.wait(before + 1)
    person.keys["rename"].append(2)
    assert person.title == name
    return True


def _join(person):
    if not person.has("[data-key=U]"):
        return False
    person.do("join", "u")
    assert "Sujets réunis" in person.said
    person.do("undo", "z")
    assert "annulée" in person.said
    return True


def _move(person):
    if not person.has("[data-key='1'][name=to]") or person.page.locator("[data-rows] > li").count() < 3:
        return False
    person.do("move", "x", "1")
    assert "déplacées" in person.said
    return True


def _split(person):
    if person.page.locator("[data-rows] > li").count() < 4:
        return False
    person.do("split", "ArrowDown", "x", "s")
    assert "Sujet partagé" in person.said
    return True


def _apart(person):
    if not person.has("[data-key=G]"):
        return False
    person.do("apart", "g")
    assert "gardées à part" in person.said
    return True


def _cut(person):
    """Cut as the tree does, after the preview; come back from it first."""
    if not person.has("[data-key='+']"):
        return False
    slider, preview = person.page.locator("#cran"), person.page.locator("#apercu")
    whole = slider.get_attribute("aria-valuetext")
    person.type("+")
    preview.get_by_text("Nouveau sujet").wait_for()
    assert slider.get_attribute("aria-valuetext").startswith("2 sujets : ")
    person.type("-")
    preview.wait_for(state="hidden")
    assert slider.get_attribute("aria-valuetext") == whole
    person.type("ArrowRight")
    preview.get_by_text("Nouveau sujet").wait_for()
    check_page(person.page)
    person.do("split", "Enter")
    person.keys["split"][-1] += 1  # the arrow
    assert "Sujet partagé" in person.said
    return True


def _answer(person):
    before = person.title
    person.type("a")
    with person.page.expect_navigation():
        person.type("7")
    assert person.page.evaluate("document.activeElement.name") == "text"
    person.page.keyboard.type("Ces données ne relèvent pas de cet appel.")
    with person.page.expect_navigation():
        person.type("Control+Enter")
    person.keys["answer"].append(3)
    assert "Réponse" in person.said and person.title != before
    return True

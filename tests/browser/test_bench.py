"""The bench with the keyboard alone: each act costs the keys that it may, and of two reviewers at once one is told."""

import pytest

from tests.browser.reviewer import MOST_KEYS, Reviewer
from tests.browser.site import demonstration, sign_in

UNSCROLLED = 0.8  # of the subjects, seen whole on a screen of 1,280 × 800
TOLD = 1_000  # milliseconds


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
            hired[role] = Reviewer(browser, own_site.address, sign_in(browser, own_site, role))
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
    assert min(one.times[""] + other.times[""]) <= TOLD


def test_what_was_ticked_is_told_and_kept_when_somebody_else_was_faster(hire):
    one, other = hire("owner"), hire("moderator")
    one.rename()
    other.do("move", "x", "0")
    assert "changé entre-temps" in other.said and other.page.locator("[data-rows] :checked").count() == 1
    other.do("move", "0")
    assert "laissées sans sujet" in other.said
    other.do("undo", "z")
    one.open().do("undo", "z")


def test_the_preview_of_a_cut_is_sound(hire):
    person = hire("owner").open("/triage?filtre=tous")
    while not person.has("[data-key='+']"):
        person.do("next", "j")
    person.type("+")
    person.page.locator("#apercu").get_by_text("Nouveau sujet").wait_for()
    person.check()


def test_the_demonstration_is_reviewed_with_the_keyboard_alone(hire):
    person = hire("owner")
    person.forget()
    waiting = [person.rename, person.join, person.move, person.split, person.set_apart, person.cut, person.answer]
    fits = []
    while not person.is_done:
        if person.is_among_alone:
            person.leave()
            continue
        fits.append(person.fits)
        while person.merge():
            pass
        act = next((act for act in waiting if act()), None)
        if act:
            waiting.remove(act)
        if act != person.answer:
            person.confirm()
    assert "Tout est relu ici" in person.page.locator("main").inner_text()
    assert not waiting and not person.lost
    assert person.list_broken() == {} and person.keys.keys() == MOST_KEYS.keys()
    assert sum(fits) >= UNSCROLLED * len(fits)
    print(f"{len(fits)} subjects, {sum(map(sum, person.keys.values()))} keys, {sum(fits) / len(fits):.0%} unscrolled")
    taken = sorted(one for times in person.times.values() for one in times)
    print(f"acknowledged in {taken[len(taken) // 2]:.0f} ms (half), {taken[int(0.95 * len(taken))]:.0f} ms (95 %)")
    person.check()

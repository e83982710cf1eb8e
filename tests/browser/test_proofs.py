"""The check before sending, in Chromium under our policy: done by a browser with scripts, waited for by another."""

import re

import pytest

from tests.browser.inspection import check_page

DONE = {"": "Le calcul est fait", "?lang=en": "The calculation is done"}


def look_like_a_program(page, button):
    """Fill in the field that nobody sees, as programs do, and send."""
    page.evaluate("() => { document.querySelector('[name=website]').value = 'https://spam.example' }")
    page.click(button)
    page.wait_for_selector("#altcha")


@pytest.fixture
def ask(open_page):
    """Asks for a sign-in mail as a program would; the page then asks for a check."""

    def ask(language="", **browser):
        page = open_page(f"/connexion{language}", **browser)
        page.fill("[name=email]", "nadia@example.org")
        look_like_a_program(page, "#adresse button")
        return page

    return ask


@pytest.mark.parametrize("language, width", [("", 360), ("?lang=en", 1280)])
def test_the_work_is_done_said_and_accepted(ask, language, width):
    page = ask(language, width=width)
    page.wait_for_selector(f"[role=status]:has-text('{DONE[language]}')")
    assert page.evaluate("() => document.activeElement.id") == "altcha", "it is read out first"
    check_page(page)
    assert page.input_value("[name=email]") == "nadia@example.org"
    page.focus("[name=email]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/connexion/code*")


def test_a_button_pressed_too_early_sends_once_the_work_is_done(ask):
    page = ask(colours="dark")
    page.evaluate("() => document.querySelector('#adresse').requestSubmit()")
    page.wait_for_url("**/connexion/code*")


def test_without_scripts_the_wait_is_said(ask):
    page = ask(scripts=False)
    assert re.search(r"Attendez 30\s+secondes", page.inner_text("#altcha"))
    page.click("#adresse button")
    assert re.search(r"envoyez de nouveau dans \d+\s+secondes", page.inner_text("#altcha"))
    assert page.input_value("[name=email]") == "nadia@example.org"


def test_a_browser_that_cannot_work_leaves_the_words_of_the_page(open_page):
    page = open_page("/connexion")
    page.add_init_script("Object.defineProperty(crypto.subtle, 'deriveBits', { value: () => Promise.reject() })")
    page.fill("[name=email]", "nadia@example.org")
    look_like_a_program(page, "#adresse button")
    page.wait_for_selector("#altcha:has-text('Attendez 30 secondes')")


def test_an_idea_is_checked_on_the_page_that_shows_it(open_page):
    page = open_page("/idees/nouvelle", width=360)
    page.fill("[name=title]", "Menus des cantines")
    page.fill("[name=data_wanted]", "Les menus de chaque jour, par école.")
    page.fill("[name=planned_use]", "Prévoir les repas du soir.")
    page.check("[name=use_kinds][value=personal]")
    page.select_option("[name=profile]", "individual")
    page.check("[name=consent]")
    look_like_a_program(page, "p.actions [name=verifier]")
    page.wait_for_selector(f"[role=status]:has-text('{DONE['']}')")
    check_page(page)
    page.click("#envoi p.actions button >> nth=0")
    page.wait_for_url("**/identification")

"""Writing an idea in a real browser: what is alike comes beside the text, and nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.inspection import list_faults

TITLE, TEXT = "Horaires des bus et cars", "Les horaires réels, arrêt par arrêt"
NEWER = "Qualité de l’eau du robinet"
SLOW = """
const asked = window.fetch;
window.fetch = async (url, options) => {
  const answer = await asked(url);
  if (String(url).includes("Horaires")) await new Promise((then) => setTimeout(then, 1500));
  return answer;
};
"""


@pytest.mark.parametrize("role", [None, "contributor"])
@pytest.mark.parametrize("width", [360, 1280])
def test_supporting_another_idea_instead_keeps_what_was_typed(open_page, role, width):
    page = open_page("/idees/nouvelle", role=role, width=width)
    page.fill("#title", TITLE)
    page.fill("#data_wanted", TEXT)
    expect(page.locator(".already ul.similar").first).to_be_visible()
    expect(page.locator("#annonce")).to_contain_text("semblable")
    expect(page.locator("#data_wanted")).to_be_focused()
    assert list_faults(page) == []
    page.locator(".already ul.similar a").first.click()
    expect(page.locator(".vote, [id^=v]").first).to_be_visible()
    page.go_back()
    expect(page.locator("#title")).to_have_value(TITLE)
    expect(page.locator("#data_wanted")).to_have_value(TEXT)
    page.goto("/idees/nouvelle")
    expect(page.locator("#data_wanted")).to_have_value(TEXT)


def test_an_answer_that_comes_late_never_takes_the_place_of_a_newer_one(open_page):
    page = open_page("/")
    page.add_init_script(SLOW)  # this network forgets to give up what is no longer wanted, and is slow for the first
    page.goto("/idees/nouvelle")
    with page.expect_request(lambda request: "Horaires" in request.url):
        page.fill("#title", TITLE)
    with page.expect_response(lambda answer: "Qualit" in answer.url):
        page.fill("#title", NEWER)
    first = page.locator(".already ul.similar a").first
    expect(first).to_contain_text("eau")
    page.wait_for_timeout(2000)
    expect(first).to_contain_text("eau")


def test_a_title_taken_back_takes_its_neighbours_back(open_page):
    page = open_page("/idees/nouvelle")
    page.fill("#title", TITLE)
    expect(page.locator(".already ul.similar").first).to_be_visible()
    page.fill("#title", "")
    expect(page.locator(".already ul.similar")).to_have_count(0)


def test_without_scripts_what_was_typed_is_still_there_on_the_way_back(open_page):
    page = open_page("/idees/nouvelle", scripts=False)
    page.fill("#title", TITLE)
    page.fill("#data_wanted", TEXT)
    page.locator("header a[href='/idees'], nav a[href='/idees']").first.click()
    page.go_back()
    expect(page.locator("#title")).to_have_value(TITLE)
    expect(page.locator("#data_wanted")).to_have_value(TEXT)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_an_idea_is_checked_changed_and_sent(open_page, scripts, width):
    page = open_page("/idees/nouvelle", scripts=scripts, width=width)
    page.fill("#title", TITLE)
    page.fill("#data_wanted", TEXT)
    page.fill("#planned_use", "Demander à Mme Durand comment attendre moins")
    page.check("input[name=use_kinds]")
    page.select_option("#profile", "individual")
    page.check("#consent")
    page.locator("main button:visible", has_text="Vérifier avant d’envoyer").last.click()
    expect(page.locator("h1")).to_have_text("Vérifiez avant d’envoyer")
    expect(page.locator("main .notice.warn").first).to_contain_text("Mme Durand")
    assert not scripts or list_faults(page) == []
    page.get_by_role("button", name="Modifier").click()
    expect(page.locator("#planned_use")).to_have_value("Demander à Mme Durand comment attendre moins")
    page.fill("#planned_use", "Attendre moins")
    page.locator("#planned_use").press("Tab")
    page.locator("main button:visible", has_text="Vérifier avant d’envoyer").last.click()
    page.get_by_role("button", name="Envoyer mon idée").last.click()
    expect(page.locator("#email")).to_be_visible()

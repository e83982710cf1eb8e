"""The pages that mails lead to: sound on a telephone and on a desk, in both languages, with and without scripts."""

import pytest

from tests.browser.inspection import check_page

OWN = ("/compte/fermeture", "/compte/soutiens", "/compte/adresse", "/compte/adresse/dead")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_of_news_are_sound(open_page, width, language):
    lang = "?lang=en" if language == "en" else ""
    page = open_page(f"/compte{lang}", role="contributor", width=width)
    check_page(page)
    news = page.get_attribute("a[href*='/nouvelles/']", "href").partition("?")[0]
    for path in (news, f"{news}/arret/suivis", f"{news}/arret/mes-idees", *OWN):
        page.goto(f"{path}{lang}")
        check_page(page)


def test_one_press_without_scripts_stops_the_mails(open_page):
    page = open_page("/compte", role="contributor", scripts=False)
    news = page.get_attribute("a[href*='/nouvelles/']", "href")
    page.goto(f"{news}/arret/suivis")
    page.click("main button")
    assert "Vous ne recevrez plus de messages" in page.inner_text("main")

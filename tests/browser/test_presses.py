"""What a press does where scripts run: an address copied, a vote that cannot leave."""

import re

from playwright.sync_api import expect


def test_the_address_of_an_idea_is_copied(open_page, site):
    page = open_page("/idees")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".card h3 a, .card h2 a").first.click()
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_role("button", name="Lien copié")).to_be_visible()
    expect(page.locator("#annonce")).to_have_text("Lien copié")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".address").inner_text()


def test_without_scripts_the_address_is_printed_alone(open_page):
    page = open_page("/idees", scripts=False)
    page.locator(".card h3 a, .card h2 a").first.click()
    assert re.match(r"http.*/idees/\d+-", page.locator(".address").inner_text())
    assert not page.get_by_role("button", name="Copier le lien").is_visible()


def test_a_vote_without_network_keeps_the_page_and_can_be_pressed_again(open_page):
    page = open_page("/idees", role="contributor", width=360)
    button = page.locator("[data-swap] button[aria-pressed=false]").first
    place = page.locator(f"#{button.locator('xpath=..').get_attribute('id')}")
    before = int(place.locator("b").inner_text())
    page.context.set_offline(True)
    button.click()
    expect(place.locator(".offline")).to_contain_text("Hors ligne")
    assert page.url.endswith("/idees")
    page.context.set_offline(False)
    place.locator("button").click()
    expect(place.locator("button")).to_have_attribute("aria-pressed", "true")
    expect(place.locator("b")).to_have_text(str(before + 1))
    expect(place.locator(".offline")).to_have_count(0)
    place.locator("button").click()
    expect(place.locator("b")).to_have_text(str(before))
    page.complaints.clear()

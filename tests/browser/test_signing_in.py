"""Signing in by a provider and by a second factor, in Chromium: our policy lets nobody leave by a form."""

import subprocess
from contextlib import contextmanager

import pyotp
import pytest

from tests.browser.inspection import check_page, watch
from tests.commands import COMMAND
from tests.openid.provider import running_provider, write_settings
from tests.servers import free_port

WHEN = ("--opens", "2026-01-05", "--closes", "2126-01-31")
CAMPAIGN = ("campaign", "create", "appel", "--title", "Vos données", "--question", "Lesquelles ?", *WHEN)
MARC = "marc@example.org"


@contextmanager
def serving(settings):
    """Serve a site with these settings until the end of the block."""
    with subprocess.Popen([COMMAND, "serve"], env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            heard = next((line for line in server.stdout if b"http://" in line), None)
            assert heard, "the site does not start"
            yield
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A small site with a provider: its address, its provider's, and a sign-in link of a moderator."""
    var, port = tmp_path_factory.mktemp("signing-in"), free_port()
    address = f"http://127.0.0.1:{port}"
    with running_provider(address) as issuer:
        settings = {
            "IDEAS_VAR": str(var / "var"),
            "IDEAS_SECRET_KEY": "only for tests " * 3,
            "IDEAS_ORIGIN": address,
            "IDEAS_OPENID": write_settings(var / "openid.toml", issuer),
            "PORT": str(port),
            "PYTHONUNBUFFERED": "1",
        }
        for words in (("migrate",), CAMPAIGN, ("role", MARC, "moderator")):
            subprocess.run([COMMAND, *words], env=settings, check=True, capture_output=True)
        link = subprocess.run([COMMAND, "sign-in-link", MARC], env=settings, check=True, capture_output=True, text=True)
        with serving(settings):
            yield address, issuer, link.stdout.strip()


@pytest.fixture
def open_here(place, browser):
    """Opens a page of the small site, with scripts or without."""
    contexts = []

    def open_here(address, *, scripts=True, width=1280):
        context = browser.new_context(
            base_url=place[0], java_script_enabled=scripts, locale="fr-FR", viewport={"width": width, "height": 800}
        )
        contexts.append(context)
        page = watch(context.new_page())
        page.goto(address)
        return page

    yield open_here
    for context in contexts:
        context.close()


def test_the_pages_of_signing_in_are_sound(open_here):
    page = open_here("/connexion", width=360)
    for path in ("/connexion", "/connexion?lang=en", "/connexion/retour/plain", "/connexion/retour/plain?lang=en"):
        page.goto(path)
        check_page(page)


@pytest.mark.parametrize("scripts, width", [(True, 360), (False, 1280)])
def test_a_provider_is_reached_come_back_from_and_left(open_here, place, scripts, width):
    _address, issuer, _link = place
    page = open_here("/connexion?lang=en&suite=/compte%3Flang%3Den", scripts=scripts, width=width)
    page.click("form[action*='/connexion/avec/plain'] button")
    page.wait_for_url(f"{issuer}/interaction/**")
    page.fill("input[name=who]", f"nadia{width}")
    page.click("button")
    page.wait_for_url("**/compte?lang=en")
    assert f"nadia{width}@example.org" in page.inner_text("main")
    page.click("main form[action*='/sessions/fin'] button")
    page.wait_for_url(f"{issuer}/session/end?**")
    assert "sign-out" in page.inner_text("body")


def test_a_second_factor_is_set_and_asked_for(open_here, place):
    page = open_here(place[2], width=360)
    page.click("main form button")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/compte/second-facteur")
        check_page(page)
    assert page.locator("main svg").bounding_box()["width"] > 150
    secret = page.inner_text("main code").replace(" ", "")
    page.fill("input[name=code]", pyotp.TOTP(secret).now())
    page.click("main form button")
    check_page(page)
    recovery = page.locator("main li code").first.inner_text()
    for path in ("", "/codes", "/retrait"):
        page.goto(f"/compte/second-facteur{path}")
        check_page(page)
    again = open_here("/connexion", width=360)
    again.click("form[action*='/connexion/avec/plain'] button")
    again.wait_for_url(f"{place[1]}/interaction/**")
    again.fill("input[name=who]", "marc")
    again.click("button")
    again.wait_for_url("**/connexion/second-facteur")
    again.complaints.clear()
    check_page(again)
    again.fill("input[name=code]", recovery)
    again.click("main form button")
    again.wait_for_url("**/compte")
    assert MARC in again.inner_text("main")


@pytest.fixture(scope="module")
def named_place(tmp_path_factory):
    """A small site with a name, which keys answer to: its address, and two sign-in links of a moderator."""
    var, port = tmp_path_factory.mktemp("keys"), free_port()
    address = f"http://localhost:{port}"
    settings = {
        "IDEAS_VAR": str(var / "var"),
        "IDEAS_SECRET_KEY": "only for tests " * 3,
        "IDEAS_ORIGIN": address,
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    for words in (("migrate",), CAMPAIGN, ("role", MARC, "moderator")):
        subprocess.run([COMMAND, *words], env=settings, check=True, capture_output=True)
    with serving(settings):
        yield address, lambda: _draw_link(settings)


def _draw_link(settings):
    told = subprocess.run([COMMAND, "sign-in-link", MARC], env=settings, check=True, capture_output=True, text=True)
    return told.stdout.strip()


def test_a_security_key_is_added_and_signs_in(named_place, browser):
    address, draw_link = named_place
    context = browser.new_context(base_url=address, locale="fr-FR", viewport={"width": 360, "height": 800})
    page = watch(context.new_page())
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})["authenticatorId"]
    page.goto(draw_link())
    page.click("main form button")
    page.goto("/compte/second-facteur")
    page.fill("input[name=code]", pyotp.TOTP(page.inner_text("main code").replace(" ", "")).now())
    page.click("main form button")
    recovery = page.locator("main li code").all_inner_texts()
    page.goto("/compte/second-facteur/cle")
    check_page(page)
    for code, words in ((recovery[0], "Ajoutée le"), (recovery[1], "elle est déjà ajoutée")):
        page.goto("/compte/second-facteur/cle")
        page.fill("input[name=name]", "Clé du bureau")
        page.fill("input[name=code]", code)
        page.click("main form button")
        page.get_by_text(words).wait_for()
    page.goto("/compte/second-facteur")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        check_page(page)
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    context.clear_cookies()
    page.goto(draw_link())
    page.click("main form button")
    page.wait_for_url("**/connexion/second-facteur")
    check_page(page)
    page.get_by_role("button", name="Utiliser ma clé").click()
    page.wait_for_url("**/compte")
    assert MARC in page.inner_text("main")
    context.close()


def test_without_scripts_no_key_is_offered(named_place, browser):
    address, draw_link = named_place
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(draw_link())
    page.click("main form button")
    page.wait_for_url("**/connexion/second-facteur")
    assert not page.get_by_role("button", name="Utiliser ma clé").is_visible()
    context.close()

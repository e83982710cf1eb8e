"""Events of security: told once, in one line of JSON that names the request, and nothing of whom it could name."""

import json
import logging
from dataclasses import replace

import pytest

from ideas.app import create_app
from ideas.store.database import db
from tests.factories import make_campaign, make_idea, make_person
from tests.pages import Client, Visitor
from tests.test_sign_in_pages import NADIA, ask, ask_too_often, link_of_mail


@pytest.fixture(autouse=True)
def campaign(app):
    return make_campaign()


@pytest.fixture
def told(caplog):
    """Reads the events that were logged since it was last asked."""
    caplog.set_level(logging.INFO)

    def read():
        lines = [record.getMessage() for record in caplog.records if record.name == "ideas.security"]
        everything = caplog.text
        caplog.clear()
        assert not [secret for secret in (NADIA, "127.0.0.1", "203.0.113.7", "@") if secret in everything], everything
        assert not [line for line in lines if "\n" in line]
        return [json.loads(line) for line in lines]

    return read


def events(told):
    return [one["event"] for one in told()]


def test_a_refused_access_is_told_once_with_its_request(visit, told):
    person = make_person()
    page = visit.sign_in(person)("/moderation", status=403)
    (event,) = told()
    assert event == {
        "event": "refused_access",
        "request_id": page.response.headers["X-Request-ID"],
        "method": "GET",
        "page": "/moderation",
        "person": str(person.id),
    }


def test_wrong_codes_and_dead_links_are_told_without_what_was_tried(visit, told):
    page = ask(visit)
    assert told() == []
    visit.submit(page, "/connexion/code", status=400, code="000000")
    assert events(told) == ["wrong_code"]
    visit("/connexion/lien/nothing-of-the-kind", status=410)
    (event,) = told()
    assert event["event"] == "dead_link" and event["page"] == "/connexion/lien/<token>"


def test_signing_in_is_told(visit, told):
    ask(visit)
    visit.submit(visit(link_of_mail()), link_of_mail())
    assert events(told) == ["signed_in"]


def test_a_forged_form_is_told(visit, told):
    idea = make_idea()
    visit.sign_in(make_person())
    visit.client.post(f"/idees/{idea.id}/vote")
    assert events(told) == ["forged_form"]


def test_what_is_throttled_is_told(app, visit, told):
    ask_too_often(app)
    ask(visit, status=429)
    assert events(told) == ["throttled"]


def test_an_ordinary_refusal_is_no_event(visit, told):
    visit("/idees/987654", status=404)
    ask(visit, email="nadia@", status=400)
    assert told() == []


@pytest.fixture
def secure(app):
    """Makes the site as it is read over HTTPS, with these settings, and gives a browser of it."""
    sites = []

    def make(**settings):
        site = create_app(replace(app.config["IDEAS"], origin="https://idees.example", **settings))
        site.testing, site.test_client_class = True, Client
        sites.append(site)
        return site.test_client()

    yield make
    for site in sites:
        with site.app_context():
            db.engine.dispose()


@pytest.mark.parametrize(
    "proxies, given, kept",
    [
        (1, "a1b2c3d4-e5f6", True),
        (0, "a1b2c3d4-e5f6", False),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, 'a"b{c}d e', False),
    ],
)
def test_a_declared_proxy_alone_may_number_the_requests(secure, proxies, given, kept):
    client = secure(proxies=proxies)
    answer = client.get("/sante", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) == kept


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_site_over_https_says_so_whatever_the_proxy_tells(secure, proxies):
    answer = secure(proxies=proxies).get("/")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_button_of_a_link_works_over_https_with_what_its_page_lets_a_browser_tell(secure):
    client = secure(proxies=1)
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "idees.example", "X-Forwarded-For": "203.0.113.7"}
    client.environ_base.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in proxied.items()})
    visit = Visitor(client)
    client.environ_base["HTTP_REFERER"] = "https://idees.example/connexion"
    ask(visit)
    page = visit(link_of_mail())
    assert page.response.headers["Referrer-Policy"] == "strict-origin"
    data = page.fields(page.find_form(link_of_mail()))
    client.environ_base["HTTP_REFERER"] = "https://evil.example/"
    assert client.post(link_of_mail(), data=data).status_code == 400
    client.environ_base["HTTP_REFERER"] = "https://idees.example/"  # the origin alone, as `strict-origin` has it
    assert client.post(link_of_mail(), data=data).status_code == 303

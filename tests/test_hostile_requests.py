"""Whatever names and values a request brings, no page fails; when the page of an error fails, a barer one is shown."""

import re
from pathlib import Path

import pytest
from flask_wtf import FlaskForm
from wtforms.fields.core import UnboundField

import ideas.web
from ideas.app import create_app
from ideas.config import Config
from ideas.domain.accounts import Role
from tests.factories import make_campaign, make_idea, make_person
from tests.test_guards import SAFE, fill, rules

# What `url_for` and the functions around it take by name.
RESERVED = (
    "endpoint", "values", "_anchor", "_method", "_scheme", "_external", "self", "app", "force_external",
    "append_unknown", "url_scheme", "filename", "version", "slug", "idea_id", "cluster_id", "number",
    "name", "token", "lang", "campagne",
)  # fmt: skip
READ = re.compile(
    r'request\.(?:args|form|values)\.get(?:list)?\(\s*"(\w+)"|@carries\(([^)]*)\)|read_page\([^)]*"(\w+)"'
)
LONG = 1_000
HOSTILE = {
    "reserved name": "1",
    "nul": "a\x00b",
    "beyond 64 bits": str(2**64 + 1),
    "beyond any number": "9" * 5_000,
    "negative": "-1",
    "not a number": "²",
    "huge": "x" * 3_000,
    "override": "\u202eabc",
    "nothing": "",
}


def read_names():
    """Every name that a view reads in an address or in a form."""
    found = {"csrf_token", "page", "paires"}
    for path in Path(ideas.web.__file__).parent.rglob("*.py"):
        for one, several, other in READ.findall(path.read_text()):
            found |= {one, other, *re.findall(r"\"(\w+)\"", several)} - {""}
    forms = [FlaskForm]
    for form in forms:
        forms += form.__subclasses__()
        found |= {name for name in dir(form) if isinstance(getattr(form, name, None), UnboundField)}
    return sorted(found)


@pytest.fixture
def site(app, visit):
    """A site with one idea, and its administrator's browser."""
    make_campaign(slug="s")
    idea = make_idea()
    visit.sign_in(make_person(role=Role.ADMINISTRATOR.value))
    return app, visit.client, idea.id


def test_names_are_found_where_they_are_read():
    assert {"q", "tri", "soutenir", "regroupement", "producer_id", "idea_id", "note", "numero"} <= set(read_names())


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_name_or_value_of_an_address_makes_a_page_fail(site, kind):
    app, client, idea_id = site
    value = HOSTILE[kind]
    names = sorted({*RESERVED, *read_names()})
    queries = [dict.fromkeys(names, value)]
    if len(value) < LONG:  # a long value among several is read as it is alone, and takes as long as all the others
        queries.append({name: [value, value, "1"] for name in names})
    for rule in rules(app):
        if "GET" in rule.methods:
            for query in queries:
                answered(client.get(fill(rule, idea_id=idea_id), query_string=query), rule)


@pytest.mark.parametrize("path", ["/", "/idees", "/registre", "/sujets", "/moderation", "/triage"])
def test_a_reserved_name_alone_changes_nothing(site, path):
    _app, client, _idea_id = site
    for name in RESERVED:
        expected = 404 if name == "campagne" else 200
        assert client.get(path, query_string={name: "1"}).status_code == expected, name
        assert client.get("/rien", query_string={name: "1"}).status_code == 404


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_value_of_a_form_makes_a_page_fail(site, kind):
    app, client, idea_id = site
    token = token_of(client)
    sent = dict.fromkeys(read_names(), HOSTILE[kind]) | {"csrf_token": token}
    # Left out, a button does nothing: each verdict and each act is pressed in turn.
    pressed = [{}, {"verdict": "hide", "reason": "other"}, {"act": "pin"}, {"act": "move"}, {"act": "together"}]
    for rule in rules(app):
        if rule.methods - SAFE and rule.endpoint != "accounts.sign_out":
            for act in pressed if rule.rule.startswith(("/moderation", "/triage")) else pressed[:1]:
                data = {name: value for name, value in (sent | act).items() if name not in ("montrer", "compare")}
                answered(client.post(fill(rule, idea_id=idea_id), data=data), rule)


@pytest.mark.parametrize(
    "value", [str(2**31), str(2**63), str(2**64 + 1), "9" * 400, "%00", "%ff%fe", "-1", "%C2%B2", "x" * 2_000]
)
def test_no_value_in_a_path_makes_a_page_fail(site, value):
    app, client, _idea_id = site
    token = token_of(client)
    for rule in rules(app):
        if rule.arguments:
            address = fill(rule, **dict.fromkeys(rule.arguments, value))
            for method in rule.methods & {"GET", "POST"}:
                data = {"csrf_token": token} if method == "POST" else None
                answered(client.open(address, method=method, data=data), rule)


@pytest.mark.parametrize(
    "query", [b"q=%ff%fe", b"%ff=%00", b"q=\xff", b"&&&=;=&q", b"q=%F0%9F%9A%B2" * 300, b"campagne=%c3%28"]
)
def test_bytes_that_are_no_text_make_no_page_fail(site, query):
    app, client, idea_id = site
    for rule in rules(app):
        if "GET" in rule.methods:
            answered(client.get(f"{fill(rule, idea_id=idea_id)}?{query.decode('latin-1')}"), rule)


def answered(response, rule):
    with response:
        assert response.status_code < 500, f"{rule.rule} answered {response.status}"


def token_of(client):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/connexion", follow_redirects=True).text)[1]


@pytest.fixture
def broken(tmp_path):
    """A site where what surrounds every page cannot be had."""
    site = create_app(Config(var=str(tmp_path), secret_key="only for tests " * 3))

    @site.context_processor
    def fail():
        raise RuntimeError("nothing surrounds this page")

    return site.test_client()


def test_the_page_of_an_error_is_shown_when_its_surroundings_fail(broken):
    answer = broken.get("/accessibilite")
    assert answer.status_code == 500 and "Une erreur est survenue" in answer.text and "<nav" not in answer.text
    assert "Page introuvable" in broken.get("/rien").text
    assert broken.get("/rien").headers["Content-Security-Policy"]


def test_a_barer_page_still_gives_back_what_was_typed(broken):
    answer = broken.post("/connexion", data={"email": "<nadia@example.org>"})
    assert "&lt;nadia@example.org&gt;" in answer.text and "<nadia" not in answer.text

"""Signing in by a provider of identities: a real one, in a process of its own, whatever may go wrong on the way."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
import time_machine

from ideas.config import UNCONFIGURED, BadSetting, Config
from ideas.domain.vouching import ROUND_TRIP
from ideas.openid import metadata
from ideas.openid.providers import read_providers
from ideas.store.database import db
from ideas.store.models import Idea, Identity, OutboxMail, Person, SecondFactor, Session
from tests.commands import Terminal
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.openid.provider import Elsewhere, running_provider, write_settings
from tests.pages import Visitor
from tests.servers import free_port
from tests.test_second_factor import SECOND, code_of
from tests.test_security_log import told  # noqa: F401 - a fixture
from tests.test_sign_in_pages import is_signed_in
from tests.test_versions import FORM

NADIA = "nadia@example.org"


@pytest.fixture(scope="module")
def issuer():
    with running_provider() as address:
        yield address


@pytest.fixture(autouse=True)
def settings(app, issuer, tmp_path, monkeypatch):
    make_campaign()
    metadata._kept.clear()
    monkeypatch.setitem(app.config, "OPENID", read_providers(write_settings(tmp_path / "openid.toml", issuer)))
    return app.config["OPENID"]


def leave(visit, name="plain", start="/connexion", status=200):
    """Press the button of a provider on a page of ours; return the page that leads there."""
    page = visit(start)
    (action,) = [form["action"] for form in page.all("form") if f"/connexion/avec/{name}" in form.get("action", "")]
    return visit.submit(page, action, status=status)


def address_of(page):
    seconds, _, address = page.response.headers["Refresh"].partition("; url=")
    assert seconds == "0" and address in page.links()
    return address


def sign_in(visit, name="plain", start="/connexion", status=200, browser=None, **given):
    """Go to a provider, prove there who one is, and come back."""
    way = (browser or Elsewhere()).prove(address_of(leave(visit, name, start)), **{"who": "nadia"} | given)
    return follow(visit, way, status)


def follow(visit, way, status=200):
    return visit._read(visit.client.get(way, follow_redirects=True), status)


def identities():
    found = db.session.execute(sa.select(Identity.kind, Identity.subject).order_by(Identity.id))
    return [tuple(row) for row in found]


@pytest.mark.parametrize("name", ["plain", "signed", "vouching", "posting"])
def test_somebody_new_signs_in_whatever_the_provider_asks_of_its_clients(visit, name):
    page = sign_in(visit, name)
    assert "Vous êtes connecté" in page.text and NADIA in visit("/compte").text
    assert identities() == [("email", NADIA), ("oidc", "nadia")]


def test_the_way_there_is_bound_to_this_browser_and_this_moment(visit, settings):
    address = address_of(leave(visit))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == f"{UNCONFIGURED}/connexion/retour/plain" and asked["scope"] == "openid email"
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    again = parse_qs(urlsplit(address_of(leave(visit))).query)
    assert not {asked["state"], asked["nonce"]} & {again["state"][0], again["nonce"][0]}
    assert "code_challenge" not in address_of(leave(visit, "posting"))
    assert "acr_values=twice" in address_of(leave(visit, "vouching"))


def test_who_came_by_mail_before_is_the_same_person(visit):
    person = make_person(email=NADIA)
    sign_in(visit)
    assert db.session.query(Person).count() == 1
    assert [one.person_id for one in db.session.query(Identity)] == [person.id, person.id]


def test_who_had_an_account_is_told_by_mail_that_it_is_bound(visit):
    make_person(email=NADIA)
    sign_in(visit)
    sign_in(Visitor(visit.client.application.test_client()))
    sign_in(Visitor(visit.client.application.test_client()), who="paul")
    (mail,) = db.session.query(OutboxMail)
    assert mail.to == NADIA and "Agent plain permet maintenant de s’y connecter" in mail.body


def test_who_is_known_there_stays_the_same_whatever_their_address_becomes(visit):
    sign_in(visit)
    db.session.query(Identity).filter_by(kind="email").update({"subject": "nadia@ailleurs.example"})
    db.session.commit()
    sign_in(Visitor(visit.client.application.test_client()))
    assert db.session.query(Person).count() == 1 and len(identities()) == 2


def test_an_address_is_not_enough_once_another_subject_is_bound_to_it(visit):
    make_person(email=NADIA)
    sign_in(visit)
    db.session.query(Identity).filter_by(kind="oidc").update({"subject": "another"})
    db.session.commit()
    other = Visitor(visit.client.application.test_client())
    page = sign_in(other, status=400)
    assert "autre identité de Agent plain" in page.text and not is_signed_in(other)
    assert identities() == [("email", NADIA), ("oidc", "another")]


@pytest.mark.parametrize("who", ["nadia-unverified", "nadia-silent"])
def test_an_address_that_nobody_verified_joins_no_account(visit, who):
    make_person(email=NADIA)
    page = sign_in(visit, who=who, status=400)
    assert "ne confirme pas d’adresse" in page.text and not is_signed_in(visit)
    assert identities() == [("email", NADIA)]


def test_a_provider_may_be_said_to_vouch_for_its_addresses(visit):
    sign_in(visit, "signed", who="nadia-unverified")
    assert is_signed_in(visit) and ("oidc", "nadia-unverified") in identities()


def test_a_support_waits_for_the_way_back(visit):
    idea = make_idea()
    page = sign_in(visit, start=f"/connexion?soutenir={idea.id}")
    assert "Votre soutien est compté" in page.text and page.response.request.path.startswith(f"/idees/{idea.id}")
    assert db.session.scalar(sa.select(Idea.vote_count)) == 1


def write_draft(visit):
    return visit.submit(visit("/idees/nouvelle"), "/idees/nouvelle", **FORM | {"consent": "y"})


IDENTIFY = "/idees/nouvelle/identification"


def test_an_idea_waits_for_the_way_back(visit):
    assert write_draft(visit).response.request.path == IDENTIFY
    page = sign_in(visit, start=IDENTIFY)
    assert page.response.request.path == "/idees/recue"
    assert [(one.publication, one.author_id is not None) for one in db.session.query(Idea)] == [
        ("awaiting_review", True)
    ]


def test_a_text_that_changed_meanwhile_is_not_sent(visit):
    write_draft(visit)
    address = address_of(leave(visit, start=IDENTIFY))
    db.session.query(Idea).update({"title": "Autre titre"})
    db.session.commit()
    page = follow(visit, Elsewhere().prove(address, who="nadia"))
    assert "a changé" in page.text and db.session.query(Idea).one().author_id is None and is_signed_in(visit)


def test_the_language_and_the_page_are_kept(visit):
    page = sign_in(visit, start="/connexion?lang=en&suite=/registre?lang%3Den")
    assert page.response.request.path == "/registre" and page.all("html")[0]["lang"] == "en"
    other = Visitor(visit.client.application.test_client())
    page = sign_in(other, start="/connexion?lang=en", cancel="1", status=400)
    assert "Nothing is lost" in page.text and page.all("html")[0]["lang"] == "en"


def test_who_gives_up_there_finds_everything_here(visit):
    idea = make_idea()
    page = sign_in(visit, start=f"/connexion?soutenir={idea.id}&suite=/registre", cancel="1", status=400)
    assert "Vous n’avez pas terminé" in page.text and not is_signed_in(visit)
    (again,) = [link for link in page.links() if "soutenir=" in link]
    sign_in(visit, start=again)
    assert db.session.scalar(sa.select(Idea.vote_count)) == 1


def test_the_way_back_works_once_in_the_browser_that_left_and_soon(visit):
    address = address_of(leave(visit))
    way = Elsewhere().prove(address, who="nadia")
    stranger = Visitor(visit.client.application.test_client())
    assert "recommencez" in follow(stranger, way, 400).text and not is_signed_in(stranger)
    with time_machine.travel(now() + ROUND_TRIP + timedelta(minutes=1), tick=True):
        assert "trop longtemps" in follow(visit, way, 400).text
    sign_in(visit)
    used = Elsewhere().prove(address_of(leave(stranger)), who="paul")
    follow(stranger, used)
    assert is_signed_in(stranger)
    last = Visitor(visit.client.application.test_client())
    assert "recommencez" in follow(last, used, 400).text


@pytest.mark.parametrize("change", [("state=", "state=x"), ("iss=", "iss=x"), ("code=", "code=x")])
def test_an_answer_that_was_changed_signs_nobody_in(visit, change):
    way = Elsewhere().prove(address_of(leave(visit)), who="nadia")
    page = follow(visit, way.replace(*change), 400)
    assert "recommencez" in page.text and not is_signed_in(visit) and identities() == []


def test_the_answer_to_another_question_is_refused(visit):
    """The nonce of the token is not that of this round trip: an answer was carried from one to another."""
    way = Elsewhere().prove(address_of(leave(visit)), who="nadia")
    with visit.client.session_transaction() as session:
        session["elsewhere"]["ticket"]["nonce"] = "another" * 7
        session.modified = True
    assert "ne permet pas de vous connecter" in follow(visit, way, 502).text and not is_signed_in(visit)


def test_without_the_verifier_a_code_is_worth_nothing(visit):
    way = Elsewhere().prove(address_of(leave(visit)), who="nadia")
    with visit.client.session_transaction() as session:
        session["elsewhere"]["ticket"]["verifier"] = "v" * 43
        session.modified = True
    assert "recommencez" in follow(visit, way, 400).text and not is_signed_in(visit)


def test_a_button_that_was_pressed_elsewhere_leads_nowhere(visit):
    idea = make_idea()
    answer = visit.client.post(f"/connexion/avec/plain?soutenir={idea.id}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400 and "Refresh" not in answer.headers
    assert visit.client.get("/connexion/avec/plain").status_code == 405
    assert visit.client.get("/connexion/retour/nobody").status_code == 404


def test_somebody_suspended_does_not_come_in(visit):
    make_person(email=NADIA, suspended_at=now())
    assert "suspendu" in sign_in(visit, status=400).text and not is_signed_in(visit)
    assert identities() == [("email", NADIA)]


def protect(person, app):
    from ideas.actions.second_factor import draw_secret, set_second_factor

    secret = draw_secret()
    set_second_factor(person.id, secret, code_of(secret), now=now(), key=app.config["SECRET_KEY"], origin=UNCONFIGURED)
    return secret


def test_the_staff_is_asked_for_its_second_factor_and_the_provider_is_left_at_the_end(app, visit):
    secret = protect(make_moderator(email=NADIA), app)
    page = sign_in(visit, start="/connexion?suite=/moderation")
    assert page.response.request.path == SECOND and not is_signed_in(visit)
    page = visit.submit(page, SECOND, code=code_of(secret, now() + timedelta(seconds=30)))
    assert page.response.request.path == "/moderation"
    assert "id_token_hint=" in address_of(visit.submit(page, "/deconnexion"))


@pytest.mark.parametrize("proof", [{"acr": "twice"}, {"amr": "mfa"}])
def test_a_provider_that_asked_for_two_proofs_may_vouch_for_it(app, visit, proof):
    protect(make_moderator(email=NADIA), app)
    sign_in(visit, "vouching", start="/connexion?suite=/moderation", **proof)
    assert is_signed_in(visit) and visit.client.get("/moderation").status_code == 200


def test_a_role_that_must_prove_itself_twice_may_do_so_at_the_provider(app, visit, monkeypatch):
    monkeypatch.setitem(app.config, "TWICE_PROVEN_ROLES", Config(second_factor="staff").twice_proven_roles())
    make_moderator(email=NADIA)
    sign_in(visit, "vouching", amr="mfa")
    assert visit.client.get("/moderation").status_code == 200
    once = Visitor(app.test_client())
    sign_in(once, "plain", amr="mfa")
    assert once.client.get("/moderation").location == "/compte/second-facteur"


@pytest.mark.parametrize("name, proof", [("plain", {"acr": "twice", "amr": "mfa"}), ("vouching", {"amr": "pwd"})])
def test_nothing_else_vouches_for_two_proofs(app, visit, name, proof):
    protect(make_moderator(email=NADIA), app)
    page = sign_in(visit, name, **proof)
    assert page.response.request.path == SECOND and not is_signed_in(visit)
    assert db.session.query(SecondFactor).count() == 1


def test_signing_out_here_signs_out_there(visit):
    browser = Elsewhere()
    sign_in(visit, browser=browser)
    assert db.session.query(Session).one().provider == "plain"
    page = visit.submit(visit("/compte"), "/deconnexion")
    assert "Vous êtes déconnecté" in page.text and not is_signed_in(visit)
    asked = parse_qs(urlsplit(address_of(page)).query)
    assert asked["post_logout_redirect_uri"] == [f"{UNCONFIGURED}/"] and len(asked["state"][0]) >= 43
    there = browser.session.get(address_of(page), timeout=10)
    assert there.status_code == 200 and "logout" in there.text.lower()
    assert db.session.query(Session).count() == 0


def test_no_secret_of_the_round_trip_is_in_the_file_of_one_s_data(visit):
    sign_in(visit)
    token, text = db.session.query(Session).one().id_token, visit.client.get("/compte/donnees.json").text
    assert token.count(".") == 2 and token not in text and '"subject": "nadia"' in text


def test_events_tell_what_happened_and_nothing_of_whom(visit, told):  # noqa: F811
    sign_in(visit, cancel="1", status=400)
    assert [(one["event"], one["provider"]) for one in told()] == [("provider_refused", "plain")]
    sign_in(visit)
    assert [(one["event"], one["provider"]) for one in told()] == [("signed_in", "plain")]


# Providers that do not do what they should.


@pytest.fixture
def odd(settings, app, monkeypatch):
    """Makes a provider that answers what a test says, by path, and has a button."""
    servers = []

    def make(answers):
        class Answers(BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = answers.get(self.path, (404, "{}"))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if status == 302:
                    self.send_header("Location", body)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return use(f"http://127.0.0.1:{server.server_port}")

    def use(issuer):
        path = app.config["IDEAS"].var + "/odd.toml"
        table = {"label": "Étrange", "issuer": issuer, "client_id": "c", "client_secret": "s"}
        with open(path, "w") as file:  # noqa: PTH123
            file.write("[odd]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items()))
        monkeypatch.setitem(app.config, "OPENID", read_providers(path))
        return issuer

    make.use = use
    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def discovery(**given):
    return {metadata.DISCOVERY: (200, json.dumps(given))}


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {metadata.DISCOVERY: (500, "{}")},
        {metadata.DISCOVERY: (200, "<html>")},
        {metadata.DISCOVERY: (200, "[1]")},
        {metadata.DISCOVERY: (200, " " * 1_100_000 + "{}")},
        {metadata.DISCOVERY: (302, "http://127.0.0.1:1/")},
        discovery(issuer="https://other.example", authorization_endpoint="https://other.example/auth"),
    ],
    ids=["none", "broken", "html", "list", "huge", "moved", "other"],
)
def test_a_provider_that_says_nothing_good_is_told_and_mail_still_works(visit, odd, answers, told):  # noqa: F811
    idea = make_idea()
    odd(answers)
    told()
    page = leave(visit, "odd", f"/connexion?soutenir={idea.id}", status=502)
    assert "Étrange ne permet pas" in page.text and [one["event"] for one in told()] == ["provider_failed"]
    (again,) = [link for link in page.links() if "soutenir=" in link]
    page = visit(again)
    assert "code à six chiffres" in page.text and page.find_form(again) is not None


def test_a_provider_that_is_down_is_told(visit, odd):
    odd.use(f"http://127.0.0.1:{free_port()}")
    assert "Étrange ne permet pas" in leave(visit, "odd", status=502).text


def test_what_was_read_once_is_kept_but_no_failure_is(visit, odd):
    answers = {}
    issuer = odd(answers)
    leave(visit, "odd", status=502)
    answers.update(discovery(issuer=issuer, authorization_endpoint=f"{issuer}/auth"))
    assert address_of(leave(visit, "odd")).startswith(f"{issuer}/auth?")
    answers.clear()
    assert address_of(leave(visit, "odd")).startswith(f"{issuer}/auth?")


# The file of the providers.

GOOD = '[one]\nlabel = "One"\nissuer = "https://one.example"\nclient_id = "c"\nclient_secret = "s"\n'


@pytest.mark.parametrize(
    "text, why",
    [
        ("[one", "cannot be read"),
        ("one = 1", "means nothing"),
        ("[one]\nlabel = 'One'", "does not say its"),
        (GOOD + "surprise = 1", "surprise"),
        (GOOD + "pkce = 'no'", "pkce of one"),
        (GOOD + "algorithms = ['none']", "names none"),
        (GOOD + "algorithms = ['HS256']", "names HS256"),
        (GOOD.replace("https", "http"), "https://"),
        (GOOD.replace("[one]", "['One/']"), "small letters"),
    ],
)
def test_a_file_that_cannot_be_followed_stops_the_start(tmp_path, text, why):
    path = tmp_path / "openid.toml"
    path.write_text(text)
    with pytest.raises(BadSetting, match=why):
        read_providers(str(path))


def test_without_a_file_there_is_no_button_and_no_door(app, visit, monkeypatch):
    monkeypatch.setitem(app.config, "OPENID", read_providers(""))
    assert "/connexion/avec" not in visit("/connexion").html
    assert visit.client.get("/connexion/retour/plain").status_code == 404


def test_the_provider_is_a_real_one(issuer):
    assert requests.get(f"{issuer}{metadata.DISCOVERY}", timeout=10).json()["issuer"] == issuer


@pytest.fixture
def doctor(app, issuer, tmp_path):
    """Says what the doctor finds of the providers; `mode` is that of their file, `change` what is written otherwise."""

    def look(mode=0o600, change=("", "")):
        path = tmp_path / "doctor.toml"
        write_settings(path, issuer)
        path.write_text(path.read_text().replace(*change))
        path.chmod(mode)
        given = {"IDEAS_OPENID": str(path), "IDEAS_SECRET_KEY": "only for tests " * 3}
        lines = Terminal(app.config["IDEAS"]).type("doctor", **given).stdout.splitlines()
        return [line for line in lines if " openid: " in line or " settings: " in line]

    return look


def test_the_doctor_tells_whether_providers_can_be_used(doctor, issuer):
    assert doctor()[1] == "well   openid: plain, signed, vouching, posting can be reached."
    assert "chmod 600" in doctor(mode=0o644)[1]
    away = f"http://127.0.0.1:{free_port()}"
    assert doctor(change=(f'issuer = "{issuer}"', f'issuer = "{away}"'))[1].startswith("WRONG  openid: plain: ")
    assert doctor(change=("pkce", "pcke"))[0].startswith("WRONG  settings: IDEAS_OPENID: posting says pcke")

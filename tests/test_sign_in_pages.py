"""Signing in, seen from a browser: a link asks before it acts, a code stays with its browser, nothing typed is lost."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from ideas.actions.limiting import count_hit
from ideas.config import UNCONFIGURED
from ideas.domain.accounts import CODE_MISSES
from ideas.domain.limits import MAILS_FROM_SOURCE_TO_ADDRESS
from ideas.http.sources import find_source
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, OutboxMail, SignIn
from tests.factories import make_campaign, make_idea, make_person, make_vote, now
from tests.pages import Visitor

NADIA = "nadia@example.org"
DRAFT = {"publication": "draft", "author_id": None, "published_at": None, "submitted_at": None}


@pytest.fixture(autouse=True)
def campaign(app):
    return make_campaign()


@pytest.fixture
def other_browser(app):
    return Visitor(app.test_client())


def last_mail():
    return db.session.scalars(sa.select(OutboxMail.body).order_by(OutboxMail.id.desc())).first()


def link_of_mail():
    return re.search(r"(/connexion/lien/\S+)", last_mail())[1]


def code_of_mail():
    return re.search(r"\b(\d{6})\b", last_mail())[1]


def find_here(app):
    """Where the browser of these tests comes from."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        return find_source()


def ask_too_often(app, already=0):
    """Ask from here for as many mails as leave for one address; each past the half of them would be proven."""
    limit, key = MAILS_FROM_SOURCE_TO_ADDRESS, app.config["SECRET_KEY"]
    for _ in range(limit.most - already):
        count_hit(limit, find_here(app), NADIA, now=now(), secret=key)
    db.session.commit()


def ask(visit, email=NADIA, query="", status=200):
    page = visit(f"/connexion{query}")
    return visit.submit(page, f"/connexion{query}", status=status, email=email)


def enter_code(visit, page):
    return visit.submit(page, "/connexion/code", code=code_of_mail())


def is_signed_in(visit):
    return visit.client.get("/compte").status_code == 200


def test_a_link_that_is_opened_signs_nobody_in_and_stays_good(visit, other_browser):
    ask(visit)
    for _ in range(3):
        page = other_browser(link_of_mail())
    assert NADIA in page.text and not is_signed_in(other_browser)
    assert "Vous êtes connecté" in other_browser.submit(page, link_of_mail()).text
    assert is_signed_in(other_browser) and not is_signed_in(visit)


def test_a_link_is_used_once_and_says_what_to_do_next(visit, other_browser):
    ask(visit)
    page = visit(link_of_mail())
    late = other_browser(link_of_mail())
    visit.submit(page, link_of_mail())
    page = other_browser.submit(late, link_of_mail(), status=410)
    assert "plus valable" in page.text and "/connexion" in page.links()
    assert not is_signed_in(other_browser)


def test_a_dead_link_leaves_no_cookie(visit):
    page = visit("/connexion/lien/nothing", status=410)
    assert "Set-Cookie" not in page.response.headers


def test_a_code_works_only_in_the_browser_that_asked(visit, other_browser):
    ask(visit)
    assert other_browser.client.get("/connexion/code").location == "/connexion"
    page = ask(other_browser, email="paul@example.org")
    visit.submit(visit("/connexion/code"), "/connexion/code", status=400, code=code_of_mail())
    assert "Mon compte" in enter_code(other_browser, page).text


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(visit, other_browser):
    make_person(email=NADIA)
    known, unknown = ask(visit), ask(other_browser, email="nadja@example.org")
    assert known.text == unknown.text.replace("nadja@", "nadia@")
    assert db.session.query(OutboxMail).count() == 2


def test_links_in_mails_never_follow_the_host_that_was_asked(visit):
    page = visit("/connexion")
    data = page.fields(page.find_form("/connexion")) | {"email": NADIA}
    visit.client.post("/connexion", data=data, headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"})
    visit.client.post("/connexion", data=data, base_url="http://evil.example")
    assert "evil" not in last_mail() and f"{UNCONFIGURED}/connexion/lien/" in last_mail()


def test_a_bad_address_is_told_beside_its_field_and_kept(visit):
    page = ask(visit, email="nadia@", status=400)
    assert [p["words"] for p in page.all("p") if p.get("id") == "email-error"]
    assert page.fields(page.find_form("/connexion"))["email"] == "nadia@"


def test_too_many_mails_to_one_address_are_refused_in_words_and_with_a_time(app, visit):
    ask(visit)
    ask_too_often(app, already=1)
    page = ask(visit, status=429)
    assert "ouvrez le lien du plus récent" in page.text and 0 < int(page.response.headers["Retry-After"]) <= 900
    assert page.fields(page.find_form("/connexion"))["email"] == NADIA
    visit.submit(visit(link_of_mail()), link_of_mail())
    assert is_signed_in(visit)


def test_the_fifth_wrong_code_kills_it(visit):
    page = ask(visit)
    wrong = "000000" if code_of_mail() != "000000" else "000001"
    for _ in range(CODE_MISSES):
        page = visit.submit(page, "/connexion/code", status=400, code=wrong)
    page = visit.submit(page, "/connexion/code", status=400, code=code_of_mail())
    assert "Demandez-en un nouveau" in page.text and not is_signed_in(visit)


def test_asking_for_a_new_code_forgets_neither_the_address_nor_what_was_waiting(visit):
    idea = make_idea()
    query = f"?suite=/registre&soutenir={idea.id}"
    page = ask(visit, email="nadia@exmaple.org", query=query)
    (again,) = [link for link in page.links() if "suite=" in link]
    page = visit(again)
    assert page.fields(page.find_form(again))["email"] == "nadia@exmaple.org"
    enter_code(visit, visit.submit(page, again, email=NADIA))
    db.session.expire_all()
    assert db.session.scalar(sa.select(Idea.vote_count)) == 1


@pytest.mark.parametrize("path", ["/connexion", "/idees/nouvelle/identification"])
def test_an_english_reader_gets_an_english_mail_and_an_english_link(visit, path):
    draft = make_idea(**DRAFT)
    with visit.client.session_transaction() as session:
        session["draft_id"] = draft.id
    page = visit(f"{path}?lang=en")
    visit.submit(page, page.all("form")[-1].get("action") or f"{path}?lang=en", email=NADIA)
    assert last_mail().startswith("Hello") and link_of_mail().endswith("?lang=en")
    assert visit(link_of_mail()).all("html")[0]["lang"] == "en"


def test_signing_in_to_support_after_the_closing_succeeds_and_says_so(visit):
    page = ask(visit, query=f"?soutenir={make_idea().id}")
    db.session.query(Campaign).update({"closed_at": db.session.query(Campaign).one().opens_at})
    db.session.commit()
    page = enter_code(visit, page)
    assert "close" in page.text and page.response.request.path.startswith("/idees/") and is_signed_in(visit)


def test_signing_in_to_support_again_succeeds_and_says_so(visit):
    idea, person = make_idea(), make_person(email=NADIA)
    make_vote(idea, person)
    assert "déjà compté" in enter_code(visit, ask(visit, query=f"?soutenir={idea.id}")).text


def test_signing_in_to_support_what_was_hidden_meanwhile_leads_to_the_account(visit):
    idea = make_idea(title="Mot secret")
    page = ask(visit, query=f"?soutenir={idea.id}")
    idea.publication = "hidden"
    db.session.commit()
    page = enter_code(visit, page)
    assert page.response.request.path == "/compte" and "n’est plus en ligne" in page.text
    assert "Mot secret" not in page.text


@pytest.mark.parametrize("number", ["0", "-1", "x", "987654", "9" * 10, "9" * 30, "１"])
def test_supporting_what_does_not_exist_is_plainly_signing_in(visit, number):
    page = visit(f"/connexion?soutenir={number}")
    assert page.all("h1")[0]["words"] == "Se connecter"


@pytest.mark.parametrize("query", ["", "?soutenir={}"])
def test_a_text_that_waits_is_not_sent_by_signing_in_for_something_else(visit, query):
    draft, idea = make_idea(**DRAFT), make_idea()
    with visit.client.session_transaction() as session:
        session["draft_id"] = draft.id
    enter_code(visit, ask(visit, query=query.format(idea.id)))
    db.session.refresh(draft)
    assert (draft.publication, draft.author_id) == ("draft", None)
    assert "Revenir au texte" in visit("/compte").text


def test_a_vote_that_was_asked_for_before_is_not_given_by_signing_in_plainly(visit):
    idea = make_idea()
    ask(visit, query=f"?soutenir={idea.id}")
    enter_code(visit, ask(visit))
    db.session.refresh(idea)
    assert idea.vote_count == 0


def test_the_button_says_which_idea_it_supports(visit, other_browser):
    idea = make_idea(title="Cartes des crues")
    for page in (ask(visit, query=f"?soutenir={idea.id}"), other_browser(link_of_mail())):
        button = page.all("button")[-1]["words"]
        assert f"soutenir l’idée n° {idea.id} : Cartes des crues" in button
        assert f"soutenir l’idée n° {idea.id} : « Cartes des crues »" in page.text


def test_the_button_names_no_idea_that_was_hidden_since(visit):
    idea = make_idea(title="Mot secret")
    ask(visit, query=f"?soutenir={idea.id}")
    idea.publication = "hidden"
    db.session.commit()
    assert "Mot secret" not in visit(link_of_mail()).text


def test_the_button_says_that_it_sends_a_text_and_that_a_text_has_changed(visit, other_browser):
    draft = make_idea(title="Cartes des crues", **DRAFT)
    with visit.client.session_transaction() as session:
        session["draft_id"] = draft.id
    page = visit.submit(visit("/idees/nouvelle/identification"), "/idees/nouvelle/identification", email=NADIA)
    again = [link for link in page.links() if link.endswith("/identification")]
    assert "envoyer mon idée : Cartes des crues" in page.text and again
    assert "envoyer mon idée : Cartes des crues" in other_browser(link_of_mail()).text
    draft.title = "Autre chose"
    db.session.commit()
    page = other_browser(link_of_mail())
    assert "a changé depuis" in page.text and page.all("button")[-1]["words"] == "Me connecter"
    page = other_browser.submit(page, link_of_mail())
    assert "envoyez-la à nouveau" in page.text and is_signed_in(other_browser)
    db.session.refresh(draft)
    assert draft.author_id is None


def test_whoever_wrote_over_the_text_finds_it_again_after_signing_in(visit):
    draft = make_idea(title="Cartes des crues", **DRAFT)
    with visit.client.session_transaction() as session:
        session["draft_id"] = draft.id
    page = visit.submit(visit("/idees/nouvelle/identification"), "/idees/nouvelle/identification", email=NADIA)
    draft.title = "Cartes des crues et des marées"
    db.session.commit()
    page = enter_code(visit, page)
    assert page.response.request.path == "/idees/nouvelle"
    assert page.fields(page.find_form("/idees/nouvelle"))["title"] == "Cartes des crues et des marées"


def test_a_token_in_an_address_is_told_to_nobody_and_the_form_check_still_passes(visit):
    ask(visit)
    address = link_of_mail()
    with visit.client.get(address) as answer:
        assert answer.headers["Referrer-Policy"] == "strict-origin"


def test_a_session_begins_anew_at_sign_in(visit):
    page = ask(visit)
    before = visit.client.get_cookie("session").value
    enter_code(visit, page)
    with visit.client.session_transaction() as session:
        assert not session.keys() & {"sign_in_id", "sign_in_email", "back"}
    visit.client.set_cookie("session", before)
    assert not is_signed_in(visit)


@pytest.mark.parametrize(
    "role, unused, age, is_in",
    [
        ("contributor", timedelta(days=5), timedelta(days=29), True),
        ("contributor", timedelta(0), timedelta(days=31), False),
        ("moderator", timedelta(hours=1), timedelta(hours=11), True),
        ("moderator", timedelta(hours=3), timedelta(hours=11), False),
        ("moderator", timedelta(0), timedelta(hours=13), False),
        ("moderator", -timedelta(days=9), -timedelta(days=9), True),
        ("contributor", -timedelta(days=9), -timedelta(days=9), True),
    ],
)
def test_a_session_ends_by_its_age_and_no_clock_put_back_ends_it(visit, role, unused, age, is_in):
    visit.sign_in(make_person(role=role))
    with visit.client.session_transaction() as session:
        session.update(started_at=(now() - age).timestamp(), seen_at=(now() - unused).timestamp())
    assert is_signed_in(visit) == is_in


def test_a_session_that_does_not_say_when_it_began_has_ended(visit):
    visit.sign_in(make_person())
    with visit.client.session_transaction() as session:
        session.pop("started_at")
    assert not is_signed_in(visit)


def test_a_cookie_signed_by_a_clock_that_was_ahead_is_still_good(visit):
    person = make_person()
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        visit.sign_in(person)
        assert is_signed_in(visit)
    assert is_signed_in(visit)
    with time_machine.travel(now() + timedelta(days=31), tick=True):
        assert not is_signed_in(visit), "what began in the future lives no longer for it"


def test_use_keeps_a_session_of_the_staff_open(visit):
    visit.sign_in(make_person(role="moderator"))
    for hours in (1.5, 3, 4.5):
        with time_machine.travel(now() + timedelta(hours=hours), tick=True):
            assert is_signed_in(visit), hours


def test_a_copy_of_the_cookie_does_not_outlive_signing_out(visit):
    visit.sign_in(make_person())
    page, copy = visit("/compte"), visit.client.get_cookie("session").value
    assert "Vous êtes déconnecté" in visit.submit(page, "/deconnexion").text
    visit.client.set_cookie("session", copy)
    assert not is_signed_in(visit)


def test_signing_in_over_a_session_ends_it(visit, other_browser):
    visit.sign_in(make_person())
    copy = visit("/compte") and visit.client.get_cookie("session").value
    ask(other_browser)
    visit.submit(visit(link_of_mail()), link_of_mail())
    assert NADIA in visit("/compte").text
    visit.client.set_cookie("session", copy)
    assert not is_signed_in(visit)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visit):
    header = visit("/connexion").response.headers["Set-Cookie"]
    assert "HttpOnly" in header and "SameSite=Lax" in header and "Path=/" in header


def test_flask_login_guards_views_and_looks_at_no_session_of_a_reader(application):
    hooks = [hook for hooks in application.after_request_funcs.values() for hook in hooks]
    assert application.login_manager.user_loader and not [one for one in hooks if "flask_login" in one.__module__]


def test_what_reads_a_session_is_not_cached(visit):
    visit.sign_in(make_person())
    headers = visit("/compte").response.headers
    assert headers["Cache-Control"] == "no-store" and "Cookie" in headers["Vary"]


def test_the_account_shows_what_is_one_s_own_and_nothing_else(visit):
    person = make_person(email=NADIA)
    make_idea(author=person, title="Cartes des bornes", publication="awaiting_review")
    make_idea(title="Idée d’autrui")
    make_vote(make_idea(title="Soutenue par moi"), person)
    page = visit.sign_in(person)("/compte")
    assert NADIA in page.text and "Contributeur" in page.text and "Idées soutenues 1" in page.text
    assert "Cartes des bornes" in page.text and "Idée d’autrui" not in page.text
    assert "/deconnexion" in [form.get("action") for form in page.all("form")]


def test_the_account_reminds_of_a_text_that_was_not_sent(visit):
    draft = make_idea(title="Écrite avant", **DRAFT)
    with visit.sign_in(make_person()).client.session_transaction() as session:
        session["draft_id"] = draft.id
    page = visit("/compte")
    assert "Écrite avant" in page.text and "/idees/nouvelle" in page.links()


def test_an_address_is_never_in_what_a_browser_or_a_proxy_logs(visit):
    page = ask(visit)
    assert "@" not in page.response.request.full_path
    assert db.session.scalar(sa.select(SignIn.email)) == NADIA


def test_the_browser_that_waits_is_told_of_a_link_used_elsewhere_and_never_signed_in(visit, other_browser):
    ask(visit)
    assert "Entrez le code reçu" in visit("/connexion/code").text
    other_browser.submit(other_browser(link_of_mail()), link_of_mail())
    page = visit("/connexion/code")
    assert "autre appareil" in page.text and "/connexion" in page.links()
    assert not is_signed_in(visit)


def test_a_code_that_was_replaced_is_not_said_to_be_used(visit, other_browser):
    ask(visit)
    ask(other_browser)
    assert "autre appareil" not in visit("/connexion/code").text

"""Every refusal gives the form back, as it was typed and ready to be sent; nothing is done meanwhile."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.domain.clusters import Level
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Cluster, Decision, Idea, OutboxMail, Person, TypedIdea, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.pages import Visitor
from tests.test_guards import guard, rules
from tests.test_writing import IDEA

NEW = "/idees/nouvelle"
STALE = "Votre session a changé"


@pytest.fixture
def campaign(app):
    return make_campaign()


def typed_in(page, action=NEW):
    return page.fields(page.find_form(action))


def lose_session(visit):
    for cookie in list(visit.client._cookies.values()):
        visit.client.delete_cookie(cookie.key, domain=cookie.domain, path=cookie.path)


def sign_in_elsewhere(visit):
    """Another tab of the same browser signs in: the session is a new one."""
    lose_session(visit)
    visit.sign_in(make_person())


def sign_out_elsewhere(visit):
    visit.submit(visit("/compte"), "/deconnexion")


@pytest.mark.parametrize("change", [lose_session, sign_in_elsewhere])
def test_an_idea_outlives_the_session_in_which_its_page_was_opened(campaign, visit, change):
    page = visit(NEW)
    change(visit)
    page = visit.submit(page, NEW, status=400, **IDEA)
    assert STALE in page.text and db.session.query(Idea).count() == 0
    kept = typed_in(page)
    assert all(kept[name] in (value, *value) for name, value in IDEA.items())
    visit.submit(page, NEW)
    assert db.session.query(Idea).one().title == IDEA["title"]


def test_an_idea_outlives_a_sign_out_in_another_tab(campaign, visit):
    page = visit.sign_in(make_person())(NEW)
    sign_out_elsewhere(visit)
    page = visit.submit(page, NEW, status=400, **IDEA)
    assert typed_in(page)["title"] == IDEA["title"]
    assert "Votre adresse électronique" in visit.submit(page, NEW).text


def test_a_draft_outlives_the_session_at_the_step_of_the_address(campaign, visit):
    page = visit.submit(visit(NEW), NEW, **IDEA)
    lose_session(visit)
    action = f"{NEW}/identification"
    page = visit.submit(page, action, status=400, email="nadia@example.org")
    assert STALE in page.text and IDEA["title"] in page.text and typed_in(page, action)["email"] == "nadia@example.org"
    assert "Entrez le code" in visit.submit(page, action).text


def test_an_address_typed_to_sign_in_is_given_back(campaign, visit):
    idea = make_idea()
    page = visit(f"/connexion?soutenir={idea.id}")
    lose_session(visit)
    page = visit.submit(page, f"/connexion?soutenir={idea.id}", status=400, email="nadia@example.org")
    assert typed_in(page, f"/connexion?soutenir={idea.id}")["email"] == "nadia@example.org"
    assert db.session.query(OutboxMail).count() == 0


def test_a_note_of_a_moderator_is_given_back_once_signed_in_again(campaign, visit):
    idea, moderator = make_idea(publication="awaiting_review"), make_moderator()
    action = f"/moderation/{idea.id}"
    page = visit.sign_in(moderator)(action)
    lose_session(visit)
    sent = {"verdict": "refuse", "reason": "other", "note": "Une longue note"}
    page = visit.submit(page, action, status=400, **sent)
    assert "Votre session a pris fin" in page.text and "Une longue note" in page.text
    assert "/connexion" in page.links()
    lose_session(visit)  # as signing in does
    visit.sign_in(moderator)
    page = visit.submit(page, action, status=400)
    assert STALE in page.text and typed_in(page, action)["note"] == "Une longue note"
    assert db.session.query(Decision).count() == 0
    visit.submit(page, action, verdict="refuse")
    assert db.session.query(Decision).one().note == "Une longue note"


def test_a_session_ended_from_elsewhere_loses_no_note(campaign, visit):
    idea, moderator = make_idea(publication="awaiting_review"), make_moderator()
    page = visit.sign_in(moderator)(f"/moderation/{idea.id}")
    db.session.execute(sa.update(Person).values(session_number=Person.session_number + 1))
    db.session.commit()
    page = visit.submit(page, f"/moderation/{idea.id}", status=403, verdict="refuse", reason="other", note="Ma note")
    assert "Votre session a pris fin" in page.text and "Ma note" in page.text


def test_a_name_of_a_subject_is_given_back(campaign, visit):
    for number in range(3):
        make_idea(title=f"Horaires des bus {number}")
    regroup(campaign.id, now=now())
    cluster = db.session.query(Cluster).filter_by(level=Level.SUBJECT).first()
    action = f"/triage/sujets/{cluster.id}/nom"
    page = visit.sign_in(make_moderator())(f"/triage?sujet={cluster.id}")
    lose_session(visit)
    visit.sign_in(make_moderator())
    page = visit.submit(page, action, status=400, name="Bus du soir")
    assert typed_in(page, action)["name"] == "Bus du soir"
    visit.submit(page, action)
    assert db.session.get(Cluster, cluster.id, populate_existing=True).name == "Bus du soir"


def test_a_vote_of_a_lost_session_asks_to_sign_in_for_it(campaign, visit):
    idea = make_idea()
    page = visit.sign_in(make_person())(f"/idees/{idea.id}")
    lose_session(visit)
    page = visit.submit(page, f"/idees/{idea.id}/vote", status=400)
    assert f"/connexion?soutenir={idea.id}" in page.links() and db.session.query(Vote).count() == 0


def test_a_button_of_a_stale_page_is_pressed_again(campaign, visit):
    idea = make_idea()
    page = visit.sign_in(make_person())(f"/idees/{idea.id}")
    sign_in_elsewhere(visit)
    page = visit.submit(page, f"/idees/{idea.id}/vote", status=400)
    assert "Soutenir cette idée" in page.text and db.session.query(Vote).count() == 0
    visit.submit(page, f"/idees/{idea.id}/vote")
    assert db.session.query(Vote).count() == 1


def test_what_another_site_sends_is_not_given_back_to_be_confirmed(campaign, visit):
    idea = make_idea()
    visit.sign_in(make_person())
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"}):
        answer = visit.client.post(f"/idees/{idea.id}/vote", headers=headers)
        assert answer.status_code == 400 and "Soutenir cette idée" not in answer.text


def test_every_button_says_what_it_does_and_every_form_can_be_shown_again(app):
    for rule in rules(app):
        if "POST" in rule.methods and guard(app, rule.endpoint) and not rule.rule.startswith("/api/"):
            view = app.view_functions[rule.endpoint]
            assert getattr(view, "shows_again", False) != bool(getattr(view, "does", "")), rule.rule


def test_a_campaign_that_closes_while_a_note_is_written_keeps_it(campaign, visit):
    idea, kept = make_idea(), make_idea()
    visit.sign_in(make_moderator())
    action = f"/moderation/{idea.id}/reunion"
    page = visit(f"{action}?dans={kept.id}")
    decide_idea(idea.id, Verdict.HIDE, actor=make_moderator(), now=now(), reason="other")
    page = visit.submit(page, action, status=409, note="Les mêmes mots")
    assert "Les mêmes mots" in page.text and typed_in(page, action)["note"] == "Les mêmes mots"


def test_a_database_that_is_away_keeps_what_was_typed(campaign, visit):
    page = visit(NEW)

    def refuse(*_given):
        raise OperationalError("INSERT", {}, Exception("away"))

    sa.event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        answer = visit.client.post(NEW, data=typed_in(page) | IDEA)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", refuse)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert IDEA["data_wanted"] in answer.text and f'name="title" value="{IDEA["title"]}"' in answer.text


@pytest.mark.parametrize("path", [NEW, "/connexion"])
def test_the_language_changes_and_what_is_typed_stays(campaign, visit, path):
    page = visit(path)
    typed = {"title": "Titre seul", "data_wanted": ""} if path == NEW else {"email": "nadia@"}
    page = visit.submit(page, f"{path}?lang=en", montrer="1", **typed)
    assert page.all("html")[0]["lang"] == "en" and "Error" not in page.text
    action = f"{path}?lang=en"
    assert {name: typed_in(page, action)[name] for name in typed} == typed
    assert db.session.query(Idea).count() == db.session.query(OutboxMail).count() == 0


def test_the_language_changes_on_the_answer_to_a_form_and_nothing_is_lost(campaign, visit):
    idea = make_idea(publication="awaiting_review")
    page = visit.sign_in(make_moderator())("/moderation")
    sent = {"idea_id": [idea.id], "verdict": "refuse", "note": "Ma note"}
    page = visit.submit(page, "/moderation/plusieurs", status=400, **sent)
    page = visit.submit(page, "/moderation/plusieurs?lang=en", montrer="1")
    assert page.all("html")[0]["lang"] == "en" and "Ma note" in page.html
    assert [box for box in page.all("input") if box.get("name") == "idea_id" and "checked" in box]
    assert db.session.query(Decision).count() == 0


def test_a_text_that_is_not_valid_yet_is_kept_before_the_page_is_left(campaign, visit, app):
    make_idea(title="Horaires réels des cars")
    page = visit.submit(visit(NEW), NEW, compare="1", title="Horaires des cars")
    assert "1 idée semblable" in page.text and "comparer" in page.response.request.full_path
    assert typed_in(visit(NEW))["title"] == "Horaires des cars"
    assert typed_in(Visitor(app.test_client())(NEW))["title"] == ""  # nobody else sees it
    visit.submit(visit(NEW), NEW, **IDEA)
    assert db.session.query(TypedIdea).count() == 0


def test_a_text_that_was_refused_is_found_again(campaign, visit):
    visit.submit(visit(NEW), NEW, status=400, **IDEA | {"title": "", "theme": "health"})
    kept = typed_in(visit(NEW))
    assert (kept["data_wanted"], kept["theme"], kept["title"]) == (IDEA["data_wanted"], "health", "")

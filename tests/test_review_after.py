"""A campaign may have its ideas read once they are public: what is online says so, and nothing personal is."""

from datetime import timedelta

import pytest

from ideas.actions.campaigns import change_moderation
from ideas.actions.ideas import submit_idea
from ideas.actions.publication import decide_idea, decide_ideas
from ideas.actions.undoing import undo_decision
from ideas.domain.errors import NotAllowed, RuleBroken, WrongState
from ideas.domain.publication import Moderation, Verdict
from ideas.domain.signals import is_unread
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Idea, Person
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.test_mail import sink  # noqa: F401 -- a fixture
from tests.test_news import mails, spread
from tests.test_versions import FORM
from tests.test_writing import identify, only_idea, write

UNREAD = "Pas encore relue par l’équipe"
ADDRESS = "/gestion/campagnes/s/relecture"


@pytest.fixture
def campaign(app):
    return make_campaign(slug="s", moderation=Moderation.AFTER)


@pytest.fixture
def moderator(app):
    return make_moderator()


def send(campaign, **texts):
    return submit_idea({**FORM, **texts}, campaign=campaign, author_id=make_person().id, now=now())


def look(idea):
    """Where an idea stands, and whether it is still to be read."""
    db.session.expire_all()
    idea = db.session.get(Idea, idea.id)
    return idea.publication, is_unread(idea.signals)


def kinds():
    return [one.kind for one in db.session.query(Decision).order_by(Decision.id)]


def test_an_idea_is_online_once_its_author_is_known_and_says_that_nobody_has_read_it(campaign, visit):
    page = write(visit)
    assert only_idea().publication == "draft" and FORM["title"] not in visit("/idees").text
    page = identify(visit, page)
    assert "Votre idée est en ligne" in page.text and "L’équipe relit" in page.text
    idea = only_idea()
    assert look(idea) == ("published", True) and idea.published_at and kinds() == ["publish_unread"]
    assert idea.title in visit("/idees").text and idea.title in visit(f"/idees?q={idea.title.split()[0]}").text
    page = visit(f"/idees/{idea.id}")
    assert UNREAD in page.text and "Relecture par l’équipe" in page.text
    assert "Idée mise en ligne avant relecture" in visit("/registre").text


def test_readers_who_kept_a_page_are_given_the_new_one(campaign, client):
    tag = client.get("/idees").headers["ETag"]
    send(campaign)
    assert client.get("/idees", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "personal",
    [
        "Écrire à nadia@example.org",
        "Appeler le 06 12 34 56 78",
        "Demander à M. Dupont",
        "Au 12 rue de la Paix, 75002 Paris",
    ],
)
def test_what_looks_personal_is_read_first(campaign, visit, personal):
    idea = send(campaign, data_wanted=f"Les horaires des bus. {personal}.")
    assert look(idea) == ("awaiting_review", False)
    visit.sign_in(db.session.get_one(Person, idea.author_id))
    page = visit(f"/idees/recue?idea_id={idea.id}")
    assert "Votre idée est reçue" in page.text and "la vôtre est relue d’abord" in page.text


def test_a_campaign_that_reads_first_goes_on_doing_so(app):
    assert look(send(make_campaign())) == ("awaiting_review", False)


def test_it_is_approved_once_and_the_register_says_so(campaign, moderator):
    idea = send(campaign)
    given = {"actor": moderator, "now": now()}
    approval = decide_idea(idea.id, Verdict.APPROVE, **given)
    assert look(idea) == ("published", False) and kinds() == ["publish_unread", "approve"]
    with pytest.raises(WrongState, match="déjà été relue"):
        decide_idea(idea.id, Verdict.APPROVE, **given)
    undo_decision(approval.id, **given)
    assert look(idea) == ("published", True)


def test_what_is_hidden_was_read_and_undoing_leads_back_to_unread(campaign, moderator):
    idea, given = send(campaign), {"actor": moderator, "now": now()}
    hidden = decide_idea(idea.id, Verdict.HIDE, reason="advertising", **given)
    assert look(idea) == ("hidden", False)
    undo_decision(hidden.id, **given)
    assert look(idea) == ("published", True)
    decide_idea(idea.id, Verdict.HIDE, reason="advertising", **given)
    decide_idea(idea.id, Verdict.RESTORE, **given)
    assert look(idea) == ("published", False)


def test_its_author_hears_that_it_is_online_then_why_it_is_hidden(campaign, moderator):
    kept, hidden = send(campaign), send(campaign)
    spread()
    for _to, subject, body in mails():
        assert (
            "en ligne" in subject and "relue avant de paraître" not in body and "L’équipe la relit maintenant" in body
        )
    given = {"actor": moderator, "now": now()}
    decide_ideas([kept.id], Verdict.APPROVE, **given)
    decide_idea(hidden.id, Verdict.HIDE, reason="advertising", **given)
    spread()
    (_to, subject, body) = mails()[-1]
    assert len(mails()) == 3 and "masquée" in subject and "Raison : Publicité" in body


def test_moderators_find_what_is_online_unread_and_leave_it_there(campaign, visit, moderator):
    first, second = send(campaign, title="Horaires des cars"), send(campaign, title="Plans des réseaux")
    make_idea(campaign=campaign, title="Déjà relue")
    desk = visit.sign_in(moderator)
    assert "2 idées en ligne à relire" in desk("/moderation").text
    page = desk("/moderation?etat=en-ligne")
    assert "En ligne, à relire (2)" in page.text and "Déjà relue" not in page.text and "Pas encore relue" in page.text
    given = {"etat": "en-ligne", "verdict": "approve", "expected": "published"}
    page = desk.submit(page, f"/moderation/{first.id}", **given)
    assert "Idée relue et laissée en ligne" in page.text and "En ligne, à relire (1)" in page.text
    assert (look(first), look(second)) == (("published", False), ("published", True))
    page = desk.submit(page, "/moderation/plusieurs/apercu", idea_id=str(second.id), **given)
    assert "0 personne l’apprendra" in page.text
    desk.submit(page, "/moderation/plusieurs", idea_id=str(second.id))
    assert look(second) == ("published", False)


def test_ideas_that_were_read_offer_no_approval(campaign, visit, moderator):
    make_idea(campaign=campaign)
    assert "Laisser en ligne" not in visit.sign_in(moderator)("/moderation?etat=publiees").text


def test_the_pages_say_what_holds_here(campaign, visit):
    for page in ("/", "/idees", "/aide"):
        assert "après relecture" not in visit(page).text, page
    assert "dès leur envoi" in visit("/").text and "ou la masque avec un motif" in visit("/aide").text
    db.session.get_one(Campaign, campaign.id).moderation = Moderation.BEFORE
    db.session.commit()
    assert "après relecture" in visit("/").text and "ou refusée avec un motif" in visit("/aide").text


def test_a_review_after_publication_is_measured_by_its_decision(campaign, visit, moderator):
    idea = send(campaign)
    stored = db.session.get_one(Idea, idea.id)
    stored.submitted_at = now() - timedelta(hours=5)
    db.session.commit()
    assert "Aucune idée n’a encore été relue" in visit("/stats").text
    decide_idea(idea.id, Verdict.HIDE, reason="other", actor=moderator, now=now())
    assert "une première décision en 5 heures" in visit.sign_in(moderator)("/moderation/chiffres").text


def test_the_owner_changes_it_from_a_form_with_a_reason_once_it_is_open(visit):
    make_campaign(slug="s")
    owner = visit.sign_in(make_person(role="owner"))
    page = owner.submit(owner(ADDRESS), ADDRESS, status=400, moderation="after")
    assert "dites pourquoi la relecture change" in page.text
    page = owner.submit(page, ADDRESS, reason="Nous sommes trop peu.", moderation="after")
    assert "La relecture est changée." in page.text and "paraît dès que son auteur est connu" in page.text
    assert "Nous sommes trop peu." in owner("/registre").text and kinds() == ["review_after"]
    page = owner.submit(owner(ADDRESS), ADDRESS, moderation="after")
    assert "La relecture est la même." in page.text and kinds() == ["review_after"]


def test_closing_says_what_is_online_unread(campaign, visit):
    send(campaign)
    owner = visit.sign_in(make_person(role="owner"))
    assert "1 idée en ligne n’est pas encore relue" in owner("/gestion/campagnes/s/cloture").text


def test_before_it_opens_no_reason_is_needed_and_only_its_owner_may(app):
    campaign = make_campaign(opens_at=now() + timedelta(days=1))
    given = {"reason": "", "now": now()}
    with pytest.raises(NotAllowed):
        change_moderation(campaign.id, Moderation.AFTER, actor=make_moderator(), **given)
    assert change_moderation(campaign.id, Moderation.AFTER, actor=make_person(role="owner"), **given)
    opened = make_campaign()
    with pytest.raises(RuleBroken, match="dites pourquoi"):
        change_moderation(opened.id, Moderation.AFTER, actor=make_person(role="owner"), **given)

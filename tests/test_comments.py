"""Comments: off unless the owner wants them, read by the team first, reported, taken back, gone with their writer."""

import json

import pytest

from ideas.actions.campaigns import allow_comments
from ideas.actions.comments import decide_comment, take_back_comment, write_comment
from ideas.actions.editions import publish_edition
from ideas.actions.leaving import close_account
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.news import spread_news, write_digests
from ideas.actions.publication import decide_idea
from ideas.actions.redacting import redact_passage
from ideas.actions.reporting import report_comment
from ideas.actions.undoing import undo_decision
from ideas.domain.comments import LONGEST_COMMENT
from ideas.domain.errors import Closed, Invalid, NotAllowed, NotFound, TooOften, WrongState
from ideas.domain.events import GATHERED, EventKind, Part
from ideas.domain.limits import COMMENTS_OF_PERSON
from ideas.domain.publication import Verdict
from ideas.domain.reports import ReportReason
from ideas.domain.signals import Signal
from ideas.mail.news import Letterhead
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Comment, Decision, Event, Idea, Notice, OutboxMail, Report
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.pages import Visitor

SAID = "Le département publie déjà une partie de ces horaires."
HEAD = Letterhead("Données rêvées", "https://idees.example")


@pytest.fixture
def campaign(app):
    return make_campaign(takes_comments=True)


@pytest.fixture
def author(app):
    return make_person("auteur@example.org")


@pytest.fixture
def idea(campaign, author):
    return make_idea(campaign=campaign, title="Horaires des cars", author=author)


@pytest.fixture
def writer(app):
    return make_person("lecteur@example.org")


@pytest.fixture
def moderator(campaign):
    return make_moderator()


def decide(comment, moderator, reason=""):
    return decide_comment(comment.id, is_published=not reason, reason=reason, actor=moderator, now=now())


@pytest.fixture
def published(idea, writer, moderator):
    comment = write_comment(idea.id, SAID, person_id=writer.id, now=now())
    decide(comment, moderator)
    return comment


def comments():
    db.session.expire_all()
    return [(one.text, one.state) for one in db.session.query(Comment).order_by(Comment.id)]


def page_of(idea):
    return f"/idees/{idea.id}/commentaires"


def form_of(idea):
    return f"/idees/{idea.id}/commenter"


def test_no_campaign_takes_comments_unless_its_owner_wants_them(app, visit):
    campaign = make_campaign(slug="s")
    idea = make_idea(campaign=campaign)
    visit.sign_in(make_person(role="owner"))
    assert "Commentaires" not in visit(f"/idees/{idea.id}").text
    assert visit.client.get(form_of(idea)).status_code == 303
    with pytest.raises(Closed):
        write_comment(idea.id, SAID, person_id=make_person().id, now=now())
    page = visit.submit(visit("/gestion/campagnes/s"), "/gestion/campagnes/s/commentaires")
    assert "Les idées se commentent" in page.text and form_of(idea) in visit(f"/idees/{idea.id}").links()
    page = visit.submit(page, "/gestion/campagnes/s/commentaires")
    allow_comments(campaign.id, is_allowed=False, actor=make_person(role="owner"), now=now())  # so it was: no line
    lines = db.session.query(Decision).order_by(Decision.id).all()
    assert [(one.kind, one.role) for one in lines] == [("take_comments", "owner"), ("stop_comments", "owner")]
    register = Visitor(app.test_client())("/registre").text
    assert "Idées ouvertes aux commentaires" in register and "Idées fermées aux commentaires" in register
    assert "ne se commentent plus" in page.text and form_of(idea) not in visit(f"/idees/{idea.id}").links()
    with pytest.raises(NotAllowed):
        allow_comments(campaign.id, is_allowed=True, actor=make_moderator(), now=now())
    assert db.session.query(Decision).count() == 2


def test_a_comment_is_written_read_by_moderators_then_by_everybody(idea, writer, moderator, visit, app):
    visit.sign_in(writer)
    page = visit.submit(visit(form_of(idea)), form_of(idea), text=f"  {SAID}\n")
    assert "Il paraît après relecture" in page.text and SAID in page.text and "En attente de relecture" in page.text
    for address in (f"/idees/{idea.id}", page_of(idea)):
        assert SAID not in Visitor(app.test_client())(address).html
    visit.sign_in(moderator)
    assert "1 commentaire à relire" in visit("/moderation").text
    page = visit("/moderation/commentaires")
    (comment,) = db.session.query(Comment)
    page = visit.submit(page, f"/moderation/commentaires/{comment.id}", verdict="publish")
    assert "Rien à relire" in page.text and comments() == [(SAID, "published")]
    for address in (f"/idees/{idea.id}", page_of(idea)):
        read = Visitor(app.test_client())(address)
        assert SAID in read.text and "lecteur@" not in read.html
    assert "Commentaire publié" in visit("/registre").text


def test_a_decision_about_a_comment_is_taken_back(idea, published, moderator, visit):
    (decision,) = db.session.query(Decision).filter_by(kind="publish_comment")
    visit.sign_in(moderator)
    page = visit(f"/moderation/commentaires?fait={decision.id}")
    (undo,) = [form["action"] for form in page.all("form") if form.get("action", "").endswith("/annulation")]
    page = visit.submit(page, undo)
    assert "comme avant" in page.text and comments() == [(SAID, "waiting")]
    assert db.session.query(Comment).one().decided_at is None
    with pytest.raises(NotFound):
        report_comment(published.id, ReportReason.PERSONAL, "", person_id=None, source="s", now=now())


def test_a_refused_comment_says_why_to_who_wrote_it_alone(idea, writer, moderator, visit, app):
    comment = write_comment(idea.id, SAID, person_id=writer.id, now=now())
    visit.sign_in(moderator)
    page = visit.submit(visit("/moderation/commentaires"), f"/moderation/commentaires/{comment.id}", verdict="refuse")
    assert "Choisissez la raison" in page.text and comments() == [(SAID, "waiting")]
    visit.submit(page, f"/moderation/commentaires/{comment.id}", verdict="refuse", reason="advertising")
    assert "Publicité" in visit.sign_in(writer)(page_of(idea)).text
    assert SAID not in Visitor(app.test_client())(page_of(idea)).html
    with pytest.raises(WrongState):
        decide(comment, moderator)


def test_one_that_is_online_is_taken_away_with_a_reason_and_pages_are_asked_for_again(
    idea, published, moderator, visit, client
):
    tags = {address: client.get(address).headers["ETag"] for address in (f"/idees/{idea.id}", page_of(idea))}
    visit.sign_in(moderator)
    (link,) = [one for one in visit(page_of(idea)).links() if one.startswith("/moderation/commentaires?")]
    page = visit(link)
    assert "En ligne" in page.text
    visit.submit(page, f"/moderation/commentaires/{published.id}", verdict="refuse", reason="off_topic")
    assert comments() == [(SAID, "refused")]
    for address, tag in tags.items():
        answer = visit.client.application.test_client().get(address, headers={"If-None-Match": tag})
        assert answer.status_code == 200 and SAID not in answer.text
    assert db.session.query(Decision).order_by(Decision.id.desc()).first().kind == "hide_comment"


def test_its_writer_takes_it_back_and_nobody_else_does(idea, writer, author, moderator, published, visit):
    address = f"/commentaires/{published.id}/retrait"
    with pytest.raises(NotFound):
        take_back_comment(published.id, person_id=author.id)
    assert address not in [form.get("action") for form in visit.sign_in(author)(page_of(idea)).all("form")]
    visit.sign_in(writer)
    page = visit.submit(visit(page_of(idea)), address)
    assert "est retiré" in page.text and comments() == []
    (decision,) = db.session.query(Decision).filter_by(kind="publish_comment")
    with pytest.raises(WrongState):
        undo_decision(decision.id, actor=moderator, now=now())


def test_a_reader_reports_a_comment_and_a_moderator_sets_it_aside_or_acts(idea, published, moderator, visit, app):
    reader = Visitor(app.test_client())
    address = f"/commentaires/{published.id}/signalement"
    assert address in reader(page_of(idea)).links()
    told = reader.submit(reader(address), address, reason="personal", note="C’est ma voisine")
    assert "L’équipe relit ce commentaire" in told.text and "voisine" not in told.html
    assert Signal(db.session.get(Idea, idea.id).signals) == Signal(0)
    visit.sign_in(moderator)
    assert "1 commentaire à relire" in visit("/moderation").text
    assert "Signalée" not in visit(f"/moderation/{idea.id}").text
    page = visit("/moderation/commentaires")
    assert "Signalé 1 fois" in page.text and "C’est ma voisine" in page.text and SAID in page.text
    page = visit.submit(page, f"/moderation/commentaires/{published.id}/signalements")
    assert "Rien à relire" in page.text and comments() == [(SAID, "published")]
    report_comment(published.id, ReportReason.PERSONAL, "", person_id=None, source="s", now=now())
    report_comment(published.id, ReportReason.PERSONAL, "", person_id=None, source="s", now=now())
    decide(published, moderator, reason="personal_data")
    assert [one.closed_at is not None for one in db.session.query(Report)] == [True, True]
    assert "Rien à relire" in visit("/moderation/commentaires").text


@pytest.mark.parametrize(
    "text, words", [("", "Écrivez votre commentaire"), ("x" * (LONGEST_COMMENT + 1), "caractères")]
)
def test_a_bad_comment_is_told_beside_its_field_and_comes_back(idea, writer, visit, text, words):
    page = visit.submit(visit.sign_in(writer)(form_of(idea)), form_of(idea), status=400, text=text)
    assert words in page.text and text in page.html and comments() == []
    with pytest.raises(Invalid):
        write_comment(idea.id, text, person_id=writer.id, now=now())


def test_a_program_is_stopped_and_what_looks_personal_is_shown_once(idea, writer, moderator, visit):
    page = visit.submit(visit.sign_in(writer)(form_of(idea)), form_of(idea), status=400, text=SAID, website="x")
    assert "renvoyez-le" in page.text and comments() == []
    line = "Écrire à jean.dupont@mairie.example"
    page = visit.submit(visit(form_of(idea)), form_of(idea), text=line)
    assert "jean.dupont@mairie.example" in page.text and comments() == []
    visit.submit(page, form_of(idea))
    assert comments() == [(line, "waiting")]
    assert "texte personnel" in visit.sign_in(moderator)("/moderation/commentaires").text


def test_a_closed_campaign_takes_none_and_a_person_writes_so_many_a_day(campaign, idea, writer):
    for _ in range(COMMENTS_OF_PERSON.most):
        write_comment(idea.id, SAID, person_id=writer.id, now=now())
    with pytest.raises(TooOften):
        write_comment(idea.id, SAID, person_id=writer.id, now=now())
    db.session.get(Campaign, campaign.id).closed_at = now()
    db.session.commit()
    with pytest.raises(Closed):
        write_comment(idea.id, SAID, person_id=make_person().id, now=now())


def test_comments_come_on_pages_the_latest_first(idea, writer, moderator, client):
    for number in range(23):
        db.session.add(
            Comment(idea_id=idea.id, person_id=writer.id, text=f"Dit-{number}.", state="published", written_at=now())
        )
    db.session.commit()
    first, second = (client.get(f"{page_of(idea)}{query}").text for query in ("", "?page=2"))
    assert "Dit-22." in first and "Dit-3." in first and "Dit-2." not in first
    assert "Dit-2." in second and "Dit-0." in second and "Page 2 sur 2" in second
    shown = Visitor(client)(f"/idees/{idea.id}").text
    assert "Dit-22." in shown and "Dit-20." in shown and "Dit-19." not in shown and "Les 23 commentaires" in shown


def test_whoever_wrote_is_told_and_the_author_hears_in_a_digest(idea, author, writer, moderator):
    db.session.query(OutboxMail).delete()
    db.session.commit()
    refused = write_comment(idea.id, "Achetez chez nous", person_id=writer.id, now=now())
    published = write_comment(idea.id, SAID, person_id=writer.id, now=now())
    own = write_comment(idea.id, "Merci.", person_id=author.id, now=now())
    decide(refused, moderator, reason="advertising")
    for one in (published, own):
        decide(one, moderator)
    spread_news(HEAD, now=now())
    heard = db.session.query(Event.kind, Notice.part, Notice.person_id).join(Notice, Notice.event_id == Event.id)
    assert set(heard.filter(Event.comment_id.is_not(None)).all()) == {
        (EventKind.COMMENT_REFUSED, Part.COMMENTER, writer.id),
        (EventKind.COMMENT_PUBLISHED, Part.COMMENTER, writer.id),
        (EventKind.COMMENTED, Part.HOST, author.id),
        (EventKind.COMMENT_PUBLISHED, Part.COMMENTER, author.id),
    }
    assert db.session.query(OutboxMail).count() == 0  # nothing at once
    write_digests(HEAD, now=now() + GATHERED * 2)
    mails = {one.to: one.body for one in db.session.query(OutboxMail)}
    assert "n’est pas publié" in mails["lecteur@example.org"] and "Publicité" in mails["lecteur@example.org"]
    assert f"/idees/{idea.id}/commentaires" in mails["lecteur@example.org"]
    assert "Un commentaire est publié sous votre idée" in mails["auteur@example.org"]
    assert SAID not in mails["auteur@example.org"]


def test_nobody_is_told_of_a_comment_taken_back_meanwhile_nor_of_a_decision_that_is(idea, author, writer, moderator):
    comment = write_comment(idea.id, SAID, person_id=writer.id, now=now())
    decision = decide(comment, moderator)
    undo_decision(decision.id, actor=moderator, now=now())
    spread_news(HEAD, now=now())
    told = [one for who in (author, writer) for one in queries.news.list_lines(who.id) if "comment" in one.kind]
    assert told == []
    decide(comment, moderator)
    take_back_comment(comment.id, person_id=writer.id)
    before = db.session.query(Notice).count()
    spread_news(HEAD, now=now())
    assert db.session.query(Notice).count() == before


def test_only_published_comments_are_exported_and_without_their_writer(
    campaign, idea, author, published, moderator, tmp_path
):
    write_comment(idea.id, "En attente", person_id=author.id, now=now())
    answer = write_comment(idea.id, "Appelez le 06 12 34 56 78.", person_id=author.id, now=now())
    decide(answer, moderator)
    edition = publish_edition(campaign.id, now=now(), var=str(tmp_path))
    (file,) = tmp_path.rglob(f"{edition.number}/comments.jsonl")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(row["text"], row["by_author"]) for row in rows] == [
        (SAID, False),
        ("Appelez le [téléphone retiré].", True),
    ]
    assert set(rows[0]) == {"id", "idea_id", "text", "by_author", "written_on", "text_changed"}
    decide_idea(idea.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    edition = publish_edition(campaign.id, now=now(), var=str(tmp_path))
    (file,) = tmp_path.rglob(f"{edition.number}/comments.jsonl")
    assert file.read_text() == ""


def test_a_hidden_idea_shows_no_comment_and_takes_none(idea, published, moderator, writer, client):
    decide_idea(idea.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    for address in (f"/idees/{idea.id}", page_of(idea), f"/commentaires/{published.id}/signalement"):
        answer = client.get(address)
        assert answer.status_code == 404 and SAID not in answer.text
    assert queries.comments.list_to_review(db.session.query(Campaign).one(), also=published.id) == []
    with pytest.raises(NotFound):
        write_comment(idea.id, SAID, person_id=writer.id, now=now())


def test_a_comment_follows_its_idea_into_a_family_and_back(idea, published, moderator, client):
    kept = make_idea(title="Cars du soir")
    merge_ideas(idea.id, kept.id, actor=moderator, now=now())
    assert SAID in client.get(page_of(kept)).text and SAID in client.get(f"/idees/{kept.id}").text
    undo_merge(idea.id, actor=moderator, now=now())
    assert SAID not in client.get(page_of(kept)).text


def test_a_passage_is_taken_out_of_comments_and_put_back(idea, published, moderator, client):
    given = {"actor": moderator, "now": now()}
    decision = redact_passage(idea.id, "département", reason="personal_data", **given)
    assert "département" not in client.get(page_of(idea)).text
    undo_decision(decision.id, **given)
    assert "département" in client.get(page_of(idea)).text


def test_a_person_finds_their_comments_again_and_takes_them_away_with_their_account(idea, writer, published):
    (row,) = queries.personal.gather(writer.id)["comments"]
    assert row["text"] == SAID
    close_account(writer.id, now=now())
    assert comments() == []


def test_nobody_but_a_moderator_decides(idea, writer, moderator):
    comment = write_comment(idea.id, SAID, person_id=writer.id, now=now())
    with pytest.raises(NotAllowed):
        decide(comment, writer)
    take_back_comment(comment.id, person_id=writer.id)
    with pytest.raises(NotFound):
        decide(comment, moderator)

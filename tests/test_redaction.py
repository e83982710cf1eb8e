"""A passage that is taken out is nowhere any more: no public page, register, edition, search or mail has it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Text

from ideas.actions.answers import Reply, answer, correct_answer
from ideas.actions.editions import publish_edition
from ideas.actions.handled import About
from ideas.actions.handling import ask_author, decide_reply, reply_to_question, route
from ideas.actions.internal_notes import write_note
from ideas.actions.news import spread_news
from ideas.actions.publication import decide_idea
from ideas.actions.redacting import COLUMNS, TABLES, redact_passage
from ideas.actions.regrouping import regroup
from ideas.actions.reporting import report_idea
from ideas.actions.subjects import rename
from ideas.actions.undoing import undo_decision
from ideas.actions.uses import decide_use, write_use
from ideas.domain import retention
from ideas.domain.accounts import Operator
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import NotAllowed, NotFound, RuleBroken, WrongState
from ideas.domain.handling import Handling
from ideas.domain.publication import Verdict
from ideas.domain.redaction import MARK
from ideas.domain.reports import ReportReason
from ideas.domain.signals import TYPED, Signal
from ideas.mail.news import Letterhead
from ideas.operations.purge import purge
from ideas.retrieval.open_indexes import open_indexes
from ideas.store import queries
from ideas.store.database import Base, db
from ideas.store.models import Answer, Cluster, Decision, Idea, Notice, OutboxMail, Question, Undo
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, make_vote, now
from tests.test_guards import public_addresses

SENTINEL = "zythumnom"
TEXTS = ("title", "data_wanted", "planned_use", "beneficiaries", "holder_text", "period", "detail_level", "freshness")
HEAD = Letterhead("Données rêvées", "https://idees.example")


def make_told(**given):
    """An idea that says the sentinel in every text."""
    texts = dict.fromkeys((*TEXTS, "organisation"), f"Horaires des bus de nuit, {SENTINEL}")
    return make_idea(**{**texts, "existing_url": f"https://exemple.fr/{SENTINEL}", "show_organisation": True} | given)


def redact(idea, passage=SENTINEL, moderator=None):
    moderator = moderator or make_moderator()
    return redact_passage(idea.id, passage, reason="personal_data", actor=moderator, now=now())


def says(visit, address, words=SENTINEL):
    """Whether a page or a file of the site has these words."""
    with visit.client.get(address) as answer:
        assert answer.status_code < 500, address
        return words.encode() in answer.get_data()


def texts_of(idea, last_id):
    """All the words that are kept about an idea, but for the lines that the register took since `last_id`."""
    db.session.expire_all()
    notes = sa.select(Decision.id, Decision.note, Decision.note_salt).where(Decision.id <= last_id)
    rows = [notes, sa.select(Question.text, Question.reply), sa.select(Cluster.name), sa.select(Answer.text)]
    kept = [getattr(db.session.get(Idea, idea.id), name) for name in TYPED]
    return [kept, *(sorted(map(tuple, db.session.execute(query))) for query in rows)]


def dump():
    """All that the database holds, but for what the redaction keeps to be taken back."""
    db.session.expire_all()
    tables = {name: table for name, table in Base.metadata.tables.items() if name != "undos"}
    return {name: repr(db.session.execute(table.select()).all()) for name, table in tables.items()}


@pytest.fixture
def story(app):
    """A campaign where the sentinel is in the idea, in a subject's name, in notes, a question, its reply and mails."""
    open_indexes().forget_all()  # numbers of decisions come again in each test, which no process sees otherwise
    campaign, owner = make_campaign(slug="s"), make_person(role="owner")
    idea = make_told(campaign=campaign, author=make_person("auteur@example.org"))
    for number in range(3):
        make_idea(
            campaign=campaign, title=f"Horaires des bus de nuit {number}", data_wanted="Horaires des bus de nuit."
        )
    make_vote(idea, voter := make_person())
    regroup(campaign.id, now=now())
    given = {"actor": owner, "now": now()}
    cluster = db.session.execute(sa.text("SELECT cluster_id FROM memberships WHERE idea_id = :n"), {"n": idea.id})
    if number := cluster.scalar():
        rename(number, f"Les bus de {SENTINEL}", **given)
    route(About([idea.id]), make_producer().id, note=f"Transmise pour {SENTINEL}", **given)
    ask_author(About([idea.id]), f"Qui est {SENTINEL} ?", **given)
    question = db.session.query(Question).one()
    reply_to_question(question.id, f"C’est {SENTINEL}.", author_id=idea.author_id, now=now())
    decide_reply(question.id, is_published=True, **given)
    answer(
        About([idea.id]),
        Handling.REFUSED,
        Reply(text=f"Demandez à {SENTINEL}.", reason="personal_data", legal_basis=f"Article {SENTINEL}"),
        **given,
    )
    use = write_use(idea.id, f"Écrire à {SENTINEL}", person_id=voter.id, now=now())
    decide_use(use.id, is_published=True, **given)
    write_note(f"Appelé {SENTINEL}", idea_id=idea.id, **given)
    report_idea(idea.id, ReportReason.PERSONAL, f"Cite {SENTINEL}", person_id=None, source="", now=now())
    spread_news(HEAD, now=now())
    return campaign, idea


# Texts that are not about an idea, those that are worked out again from one, and mails, which are looked through.
NOT_OF_AN_IDEA = {
    "answer_templates.text", "campaigns.introduction", "datasets.description", "datasets.tags",
    "editions.withdrawal_reason", "jobs.error", "sessions.id_token", "ideas.search_text", "outbox.body", "outbox.html",
}  # fmt: skip


def test_every_long_text_that_is_kept_is_looked_through(app):
    """A new one says here that it is not about an idea, or is named in `actions/redacting.py`."""
    known = {f"{TABLES[kind].__tablename__}.{column}" for kind, columns in COLUMNS.items() for column in columns}
    columns = [column for table in Base.metadata.tables.values() for column in table.c]
    texts = {str(column) for column in columns if type(column.type) is Text}
    assert texts - known == NOT_OF_AN_IDEA


def test_it_is_behind_no_public_door_nor_register_edition_or_mail(story, app, visit, var):
    campaign, idea = story
    addresses = [*public_addresses(app, idea), f"/idees?q={SENTINEL}", f"/idees?q={SENTINEL}s", "/registre"]
    seen = [address for address in addresses if says(visit, address)]
    assert len(seen) > 5 and any("registre" in address for address in seen)
    assert db.session.query(OutboxMail).filter(OutboxMail.body.contains(SENTINEL)).count()
    redact(idea)
    assert idea.signals & Signal.REPORTED  # what readers said stands
    publish_edition(campaign.id, now=now(), var=str(var / "var"))
    assert [name for name, rows in dump().items() if SENTINEL in rows] == []
    for address in [*public_addresses(app, idea), "/registre", f"/api/v1/similar?text={SENTINEL}"]:
        assert not says(visit, address), address
    assert MARK in visit(f"/idees/{idea.id}").text and "Passage retiré" in visit("/registre").text
    for typed in (SENTINEL, f"{SENTINEL}s"):  # what was typed is shown again, and nothing is found or suggested
        assert not says(visit, f"/idees?q={typed}", f"/idees/{idea.id}-")
    spread_news(HEAD, now=now() + timedelta(days=1))
    assert not db.session.query(OutboxMail).filter(OutboxMail.body.contains(SENTINEL)).count()
    files = [path for path in (var / "var" / "editions").rglob("*") if path.is_file()]
    assert files and not [path.name for path in files if SENTINEL.encode() in path.read_bytes()]


def test_what_was_taken_out_is_put_back_exactly(story):
    _campaign, idea = story
    last_id = db.session.scalar(sa.select(sa.func.max(Decision.id)))
    before = texts_of(idea, last_id)
    decision = redact(idea)
    assert texts_of(idea, last_id) != before
    undo_decision(decision.id, actor=make_moderator(), now=now())
    assert texts_of(idea, last_id) == before


def test_what_changed_since_is_not_put_back(app):
    idea, moderator = make_told(), make_moderator()
    decision = redact(idea)
    redact(idea, "Horaires")
    with pytest.raises(WrongState, match="dépend"):
        undo_decision(decision.id, actor=moderator, now=now())


def test_after_a_week_nobody_has_it(app):
    decision = redact(make_told())
    assert purge(now=now())["redacted"] == 0 and db.session.query(Undo).count() == 1
    assert purge(now=now() + retention.REDACTED + timedelta(minutes=1))["redacted"] == 1
    with pytest.raises(NotFound):
        undo_decision(decision.id, actor=make_moderator(), now=now())


def test_the_chain_of_the_register_verifies_without_it(app):
    idea, moderator = make_told(publication="awaiting_review", published_at=None), make_moderator()
    decide_idea(idea.id, Verdict.REFUSE, actor=moderator, now=now(), reason="other", note=f"Cite {SENTINEL} ici")
    redact(idea)
    line = db.session.query(Decision).filter_by(kind=DecisionKind.REFUSE).one()
    assert (line.note, line.note_salt) == (f"Cite {MARK} ici", "") and line.note_hash and line.line_hash


@pytest.mark.parametrize("passage", ["", "ab", " a ", "introuvable ici"])
def test_what_is_too_short_or_nowhere_is_refused(app, passage):
    idea = make_told()
    with pytest.raises(RuleBroken):
        redact(idea, passage)
    assert not db.session.query(Decision).count()


def test_a_contributor_takes_nothing_out(app):
    idea = make_told()
    with pytest.raises(NotAllowed):
        redact(idea, moderator=make_person())


def test_editions_that_are_out_are_named(app, visit, var):
    idea = make_told()
    publish_edition(idea.campaign_id, now=now(), var=str(var / "var"))
    desk = visit.sign_in(make_moderator())
    page = desk(f"/moderation?etat=publiees&idee={idea.id}")
    page = desk.submit(page, f"/moderation/{idea.id}/passage", passage=SENTINEL)
    assert "retirez celles qui ont ce passage (n° 1)" in page.text


def test_a_moderator_takes_out_what_is_signalled_then_publishes(app, visit):
    moderator = make_moderator()
    idea = make_idea(publication="awaiting_review", published_at=None, data_wanted="Appelez le 06 12 34 56 78.")
    desk = visit.sign_in(moderator)
    page = desk.submit(desk("/moderation"), f"/moderation/{idea.id}/passage")
    assert f"Appelez le {MARK}." in page.text and "Passage retiré : n°" in page.text
    page = desk.submit(page, "/moderation/annulation")
    assert "06 12 34 56 78" in page.text
    page = desk.submit(page, f"/moderation/{idea.id}/passage", passage="Appelez", status=200)
    page = desk.submit(page, f"/moderation/{idea.id}/passage", passage="pas dedans", status=400)
    assert "n’est écrit nulle part" in page.text and "pas dedans" in page.html
    assert db.session.get(Idea, idea.id).publication == "awaiting_review"


def test_an_author_is_told_of_what_is_taken_out_of_their_words_and_of_nothing_else(app):
    idea = make_told(campaign=make_campaign())
    redact(idea)
    spread_news(now=now(), head=HEAD)
    (mail,) = db.session.query(OutboxMail).all()
    assert "passage retiré" in mail.subject and SENTINEL not in mail.subject + mail.body + mail.html
    assert "Un passage de votre idée" in mail.body
    write_note(f"Appeler {SENTINEL}", idea_id=idea.id, actor=make_moderator(), now=now())
    redact(idea)
    spread_news(now=now(), head=HEAD)
    assert db.session.query(OutboxMail).count() == 1


def subjects():
    db.session.rollback()
    return [mail.subject for mail in db.session.query(OutboxMail).order_by(OutboxMail.id)]


def test_an_author_who_was_told_hears_once_that_the_passage_is_back(app):
    idea, moderator = make_told(campaign=make_campaign()), make_moderator()
    decision = redact(idea)
    spread_news(now=now(), head=HEAD)
    undo_decision(decision.id, actor=moderator, now=now())
    spread_news(now=now(), head=HEAD)
    spread_news(now=now(), head=HEAD)
    assert ["retiré" in one or "remis" in one for one in subjects()] == [True, True]
    mail = db.session.query(OutboxMail).order_by(OutboxMail.id.desc()).first()
    assert "y est remis" in mail.body
    (line,) = queries.news.list_lines(idea.author_id)
    assert line.kind == "unredacted"  # that it was taken out is no longer so


def test_what_is_taken_back_before_it_was_told_is_told_to_nobody(app):
    idea = make_told(campaign=make_campaign())
    decision = redact(idea)
    undo_decision(decision.id, actor=make_moderator(), now=now())
    spread_news(now=now(), head=HEAD)
    assert subjects() == [] and db.session.query(Notice).count() == 0


def test_an_author_who_was_not_concerned_hears_of_nothing(app):
    idea = make_told(campaign=make_campaign())
    write_note("Appeler Zoé Zythum", idea_id=idea.id, actor=make_moderator(), now=now())
    decision = redact(idea, "Zoé Zythum")
    undo_decision(decision.id, actor=make_moderator(), now=now())
    spread_news(now=now(), head=HEAD)
    assert subjects() == []


def test_a_former_answer_is_looked_through_too(app):
    idea, given = make_told(campaign=make_campaign()), {"actor": Operator(), "now": now()}
    answer(About([idea.id]), Handling.NOT_HELD, Reply(text="Demandez à Zoé Zythum."), **given)
    correct_answer(About([idea.id]), Reply(text="Demandez ailleurs."), **given)
    redact(idea, "Zoé Zythum")
    texts = [row.text for row in db.session.query(Answer).order_by(Answer.id)]
    assert texts == [f"Demandez à {MARK}.", "Demandez ailleurs."]

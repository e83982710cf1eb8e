"""Changing an idea that is online: reviewed before anybody reads it, kept as history, told when it asks for more."""

import json
from datetime import timedelta

import pytest

from ideas.actions.editing import decide_edit, edit_idea
from ideas.actions.editions import write_edition_files
from ideas.actions.leaving import close_account
from ideas.actions.news import spread_news, write_digests
from ideas.actions.publication import decide_idea
from ideas.actions.redacting import redact_passage
from ideas.actions.undoing import undo_decision
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.editing import EDIT_TIME, compare_texts, is_substantial
from ideas.domain.errors import Closed, Invalid, NotAllowed, NotFound, WrongState
from ideas.domain.events import GATHERED, EventKind
from ideas.domain.publication import Verdict
from ideas.mail.news import Letterhead
from ideas.retrieval.open_indexes import open_indexes
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Event, Idea, Notice, OutboxMail, Revision
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now
from tests.pages import Visitor

HEAD = Letterhead("Données rêvées", "https://idees.example")
BEFORE = {
    "title": "Horaires des bus de nuit",
    "data_wanted": "Les horaires des bus de nuit, arrêt par arrêt, pour toute la région.",
    "planned_use": "Une application pour rentrer chez soi.",
    "use_kinds": ["public_service", "research"],
    "profile": "individual",
}
AFTER = {
    **BEFORE,
    "data_wanted": "Les horaires des bus de nuit, arrêt par arrêt, pour toute la région et ses voisines.",
}
OTHER = {**BEFORE, "title": "Menus des cantines scolaires", "data_wanted": "Ce qui est servi chaque jour à midi."}


@pytest.fixture
def author(app):
    return make_person("auteur@example.org")


@pytest.fixture
def idea(app, author):
    campaign = make_campaign(slug="s")
    idea = make_idea(campaign=campaign, author=author, published_at=now() - EDIT_TIME * 2, **BEFORE)
    make_vote(idea, author)
    return idea


@pytest.fixture
def moderator(app, idea):
    return make_moderator()


def edit(idea, author, values=AFTER, **given):
    return edit_idea(idea.id, {"consent": True, **values, **given}, author_id=author.id, now=now())


def decide(revision, moderator, reason=""):
    return decide_edit(revision.id, is_published=not reason, reason=reason, actor=moderator, now=now())


def read(app, idea):
    client = app.test_client()
    return Visitor(client)(f"/idees/{idea.id}").text + client.get(f"/api/v1/ideas/{idea.id}").text


def kinds_of(person):
    return [one.kind for one in queries.news.list_lines(person.id)]


def test_a_change_is_sent_from_the_form_reviewed_and_read_by_everybody_with_what_was_before(
    idea, author, moderator, visit, app
):
    address = f"/idees/{idea.id}/corriger"
    visit.sign_in(author)
    assert address in visit(f"/idees/{idea.id}").links()
    form = visit(address)
    assert form.fields(form.find_form(address))["title"] == BEFORE["title"]
    page = visit.submit(form, address, data_wanted=AFTER["data_wanted"], verifier="1")
    assert "Vérifiez avant d’envoyer" in page.text and "et ses voisines" in page.text
    page = visit.submit(page, address)
    assert "Elle paraît après relecture" in page.text and "attend d’être relue" in page.text
    assert "et ses voisines" not in read(app, idea)
    assert "et ses voisines" in visit(address).html  # what waits is what is changed again
    desk = Visitor(app.test_client()).sign_in(moderator)
    assert "1 modification à relire" in desk("/moderation").text
    page = desk("/moderation/modifications")
    (revision,) = db.session.query(Revision)
    page = desk.submit(page, f"/moderation/modifications/{revision.id}", verdict="publish")
    assert "Rien à relire" in page.text
    assert read(app, idea).count("et ses voisines") == 2 and "Modifiée le" in read(app, idea)
    history = Visitor(app.test_client())(f"/idees/{idea.id}/modifications")
    assert "<del>région.</del> <ins>région et ses voisines.</ins>" in history.html
    (undo,) = [one["action"] for one in page.all("form") if one.get("action", "").endswith("/annulation")]
    desk.submit(page, undo)
    assert "et ses voisines" not in read(app, idea) and "Modifiée le" not in read(app, idea)
    assert "et ses voisines" in desk("/moderation/modifications").text


def test_it_is_found_by_its_new_words_alone(idea, author, moderator, visit):
    open_indexes().forget_all()  # numbers of decisions come again in each test, which no process sees otherwise
    assert "Horaires des bus" in visit("/idees?q=bus").text
    decide(edit(idea, author, OTHER), moderator)
    assert "Menus des cantines" in visit("/idees?q=cantines").text
    assert "Menus des cantines" not in visit("/idees?q=bus").text


def test_a_refused_change_leaves_the_idea_and_its_author_hears_why(idea, author, moderator, app):
    revision = edit(idea, author)
    with pytest.raises(WrongState):
        decide_edit(revision.id, is_published=False, actor=moderator, now=now())
    decide(revision, moderator, reason="off_topic")
    spread_news(HEAD, now=now())
    assert "et ses voisines" not in read(app, idea)
    mail = db.session.query(OutboxMail).order_by(OutboxMail.id.desc()).first()
    assert mail.to == "auteur@example.org" and "Ne porte pas sur des données publiques" in mail.body
    with pytest.raises(WrongState):
        decide(revision, moderator)


def test_it_is_changed_until_others_support_it_or_for_a_day(idea, author):
    make_vote(idea)
    with pytest.raises(WrongState):
        edit(idea, author)
    db.session.get(Idea, idea.id).published_at = now() - EDIT_TIME + timedelta(hours=1)
    db.session.commit()
    edit(idea, author)
    db.session.query(Campaign).one().closed_at = now()
    db.session.commit()
    with pytest.raises(Closed):
        edit(idea, author)


def test_who_may_no_longer_change_it_is_led_back_and_strangers_never_may(idea, author, visit):
    with pytest.raises(NotFound):
        edit(idea, make_person())
    make_vote(idea)
    visit.sign_in(author)
    assert f"/idees/{idea.id}/corriger" not in visit(f"/idees/{idea.id}").links()
    assert visit.client.get(f"/idees/{idea.id}/corriger").status_code == 303


def test_the_same_words_are_no_change_and_a_later_one_replaces_what_waits(idea, author, moderator):
    for values in (BEFORE, BEFORE | {"use_kinds": BEFORE["use_kinds"][::-1]}):
        with pytest.raises(Invalid):
            edit(idea, author, values)
    first, second = edit(idea, author), edit(idea, author, OTHER)
    assert db.session.query(Revision).count() == 1
    with pytest.raises(NotFound):
        decide_edit(first.id + 1000, is_published=True, actor=moderator, now=now())
    with pytest.raises(NotAllowed):
        decide(second, author)


def test_supporters_hear_once_of_another_need_and_never_the_author(idea, author, moderator):
    voter = make_person("soutien@example.org")
    revision = edit(idea, author, OTHER)
    make_vote(idea, voter)
    decide(revision, moderator)
    spread_news(HEAD, now=now())
    assert kinds_of(voter) == [EventKind.EDITED] and kinds_of(author) == [EventKind.EDIT_PUBLISHED]
    spread_news(HEAD, now=now())
    assert db.session.query(Notice).join(Event).filter(Event.kind == EventKind.EDITED).count() == 1
    write_digests(HEAD, now=now() + GATHERED * 2)
    (body,) = [one.body for one in db.session.query(OutboxMail) if one.to == "soutien@example.org"]
    assert "modifiée par son auteur" in body and f"/idees/{idea.id}/modifications" in body


def test_a_few_words_more_are_told_to_no_supporter(idea, author, moderator):
    voter = make_person()
    revision = edit(idea, author)
    make_vote(idea, voter)
    decide(revision, moderator)
    spread_news(HEAD, now=now())
    assert kinds_of(voter) == []


def test_a_change_that_a_later_one_rests_on_is_not_taken_back(idea, author, moderator):
    first = decide(edit(idea, author), moderator)
    second = decide(edit(idea, author, OTHER), moderator)
    with pytest.raises(WrongState):
        undo_decision(first.id, actor=moderator, now=now())
    undo_decision(second.id, actor=moderator, now=now())
    assert db.session.get(Idea, idea.id).data_wanted == AFTER["data_wanted"]


def test_the_day_of_the_last_change_is_told_and_taken_back_with_it(idea, author, moderator, client, tmp_path):
    def told():
        db.session.expire_all()
        write_edition_files(db.session.get_one(Campaign, idea.campaign_id), tmp_path / "edition")
        (row,) = (tmp_path / "edition" / "ideas.jsonl").read_text(encoding="utf-8").splitlines()
        day = client.get(f"/api/v1/ideas/{idea.id}").json["edited_on"]
        assert json.loads(row)["edited_on"] == day
        return day

    def publish(values, moment):
        revision = edit_idea(idea.id, {"consent": True, **values}, author_id=author.id, now=now())
        return decide_edit(revision.id, is_published=True, actor=moderator, now=moment)

    day_before = now() - timedelta(days=1)
    assert told() is None
    publish(AFTER, day_before)
    assert told() == day_before.date().isoformat()
    last = publish(OTHER, now())
    assert told() == now().date().isoformat()
    refused = edit_idea(idea.id, {"consent": True, **BEFORE}, author_id=author.id, now=now())
    decide(refused, moderator, reason="off_topic")
    undo_decision(last.id, actor=moderator, now=now())
    assert told() == day_before.date().isoformat()


def test_what_was_said_before_an_import_is_not_made_up(idea, client):
    idea.edited_at = now()
    db.session.commit()
    page = Visitor(client)(f"/idees/{idea.id}/modifications")
    assert "Modifiée par son auteur le" in page.text and "n’est pas gardé ici" in page.text


def test_a_passage_is_taken_out_of_the_history_and_of_what_waits(idea, author, moderator, visit):
    decide(edit(idea, author, title="Horaires de Marguerite Zythum"), moderator)
    decide(edit(idea, author), moderator)
    edit(idea, author, planned_use="Demander à Marguerite Zythum")
    decision = redact_passage(idea.id, "Marguerite Zythum", reason="personal_data", actor=moderator, now=now())
    visit.sign_in(moderator)
    pages = [f"/idees/{idea.id}/modifications", f"/idees/{idea.id}", "/moderation/modifications"]
    assert not any("Zythum" in visit(address).html for address in pages)
    undo_decision(decision.id, actor=moderator, now=now())
    assert "Zythum" in visit(pages[0]).html


def test_what_is_not_online_shows_no_history_and_no_change_is_decided_then(idea, author, moderator, client):
    decide(edit(idea, author), moderator)
    waiting = edit(idea, author, OTHER)
    decide_idea(idea.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    assert client.get(f"/idees/{idea.id}/modifications").status_code == 404
    assert queries.edits.list_waiting(db.session.query(Campaign).one()) == []
    with pytest.raises(WrongState):
        decide(waiting, moderator)
    decide_idea(idea.id, Verdict.RESTORE, actor=moderator, now=now())
    withdraw_idea(idea.id, author_id=author.id, now=now())
    assert client.get(f"/idees/{idea.id}/modifications").status_code == 404


def test_the_organisation_stays_out_of_the_public_history(idea, author, moderator, visit):
    decide(edit(idea, author, organisation="Mairie de Zythum", show_organisation=True), moderator)
    assert "Zythum" in visit(f"/idees/{idea.id}").html
    decide(edit(idea, author, organisation="Mairie de Zythum", show_organisation=False), moderator)
    assert "Zythum" not in visit(f"/idees/{idea.id}").html
    assert "Zythum" not in visit(f"/idees/{idea.id}/modifications").html


def test_former_words_are_in_the_download_and_go_with_the_account(idea, author, moderator):
    decide(edit(idea, author), moderator)
    kept = queries.personal.gather(author.id)
    assert [one["before"] for one in kept["revision_changes"]] == [BEFORE["data_wanted"]]
    assert len(kept["revisions"]) == 1
    close_account(author.id, now=now())
    assert db.session.query(Revision).count() == 0


def test_words_are_compared_and_another_need_is_known():
    assert [one.kind for one in compare_texts("a b", "a b")] == ["same"]
    assert not is_substantial({"data_wanted": BEFORE["data_wanted"]}, {"data_wanted": AFTER["data_wanted"]})
    assert is_substantial({"data_wanted": BEFORE["data_wanted"]}, {"data_wanted": OTHER["data_wanted"]})

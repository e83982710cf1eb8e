"""What a reader has kept is asked for again after whatever changes it, and after nothing else."""

import importlib
import inspect
import json
import pkgutil
from datetime import timedelta

import pytest
import sqlalchemy as sa

import ideas.actions
from ideas.actions.accounts import ask_sign_in
from ideas.actions.closing import close_campaign
from ideas.actions.editions import publish_edition, withdraw_edition
from ideas.actions.ideas import save_draft, submit_idea
from ideas.actions.importing import import_ideas
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.people import end_sessions
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.actions.subjects import confirm, rename
from ideas.actions.transaction import transaction
from ideas.actions.voting import cast_vote, withdraw_vote
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.campaigns import find_clock
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Idea
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now

TEXTS = ("Horaires des bus de nuit", "Horaires des bus du matin", "Qualité de l’eau des rivières")
FORM = {
    "title": "Menus des cantines scolaires",
    "data_wanted": "Les menus servis chaque jour dans les cantines.",
    "planned_use": "Une application pour les familles.",
    "use_kinds": ["public_service"],
    "profile": "individual",
    "consent": True,
}
# What readers see nothing of, or see as counts only: a line here was thought about.
UNSEEN = {
    "appointments": {"appoint", "end_appointment"},
    "accounts": {"ask_sign_in", "make_link", "_count_try", "_use_up"},
    "assigning": {"take", "give", "release"},
    "claiming": {"claim"},
    "comments": {"write_comment"},
    "editing": {"edit_idea"},
    "erasing": {"_delete"},
    "file_imports": {"_add", "_end_old", "_end_unused", "_note", "_note_refusal", "check_file", "launch_import"},
    "handling": {"reply_to_question"},
    "ideas": {"save_draft", "_submit", "_submit_again"},
    "internal_notes": {"write_note", "remove_note"},
    "correcting": {"correct_idea"},
    "resemblance": {"_note_piece"},
    "reporting": {"report_idea", "report_comment", "close_reports", "close_comment_reports"},
    "jobs": {"ask", "begin", "_claim", "finish", "give_up", "release"},
    "lateness": {"_tell_late"},
    "moving": {"ask_new_address", "move_address"},
    "following": {"follow_idea", "follow_subject", "unfollow_idea", "unfollow_subject"},
    "news": {
        "_close",
        "_tell_about_comment",
        "_tell_author",
        "_tell_others",
        "_tell_writer",
        "_write_digest",
        "choose_mails",
        "draw_key",
        "note_news_seen",
        "stop_mails",
    },
    "answer_templates": {"save_template", "remove_template"},
    "opinions": {"give_opinion"},
    "people": {"end_sessions"},
    "prepared": {"prepare_answer", "remove_prepared"},
    "regrouping": {"_begin", "_note_failure"},
    "second_factor": {
        "count_try",
        "_use",
        "remove_second_factor",
        "renew_recovery_codes",
        "reset_second_factor",
        "set_second_factor",
    },
    "security_keys": {"_use_key", "add_security_key", "remove_security_key"},
    "sessions": {"open_session", "close_session", "end_session_of"},
    "run_pieces": {"_insert", "_insert_clusters"},
    "waves": {"keep_waves"},
    "typed_ideas": {"keep_typed"},
    "vouching": {"sign_in_vouched"},
    "voting": {"cast_vote", "withdraw_vote"},
}


@pytest.fixture
def campaign(app, var):
    """A campaign with clusters, and an owner to act in it."""
    campaign = make_campaign()
    for text in TEXTS:
        make_idea(campaign=campaign, title=text, data_wanted=f"{text} dans toute la région")
    regroup(campaign.id, now=now())
    return campaign


@pytest.fixture
def owner(app):
    return make_person(role="owner")


def version():
    return db.session.scalar(sa.select(Campaign.version).execution_options(populate_existing=True))


def ask(client, address="/idees", tag=None):
    answer = client.get(address, headers={"If-None-Match": tag} if tag else {})
    return answer.status_code, answer.headers["ETag"]


def test_only_what_was_thought_about_is_unseen():
    found = {}
    for module in pkgutil.iter_modules(ideas.actions.__path__):
        verbs = inspect.getmembers(importlib.import_module(f"ideas.actions.{module.name}"), inspect.isfunction)
        here = {
            n for n, verb in verbs if not getattr(verb, "is_public", True) and verb.__module__.endswith(module.name)
        }
        found |= {module.name: here} if here else {}
    assert found == UNSEEN


def do_publish(campaign, given, **_):
    decide_idea(make_waiting(campaign).id, Verdict.PUBLISH, **given)


def do_merge_and_undo(campaign, given, **_):
    first, second = list_ideas(campaign)[:2]
    merge_ideas(first, second, **given)
    between = version()
    undo_merge(first, **given)
    assert between != version()


def do_hide_and_restore(campaign, given, **_):
    number = list_ideas(campaign)[0]
    decide_idea(number, Verdict.HIDE, reason="other", **given)
    between = version()
    decide_idea(number, Verdict.RESTORE, **given)
    assert between != version()


def do_withdraw(campaign, given, **_):
    idea = db.session.get(Idea, list_ideas(campaign)[0])
    withdraw_idea(idea.id, author_id=idea.author_id, now=now())


def do_name(campaign, given, **_):
    number = db.session.scalar(sa.select(Cluster.id).where(Cluster.dissolved_run_id.is_(None)).order_by(Cluster.id))
    rename(number, "Transports", **given)
    between = version()
    confirm(number, **given)
    assert between != version()


def do_regroup(campaign, given, **_):
    regroup(campaign.id, now=now())


def do_edition(campaign, given, var):
    publish_edition(campaign.id, var=str(var), **given)
    between = version()
    withdraw_edition(campaign.slug, 1, reason="Une erreur", var=str(var), **given)
    assert between != version()


def do_close(campaign, given, **_):
    close_campaign(campaign.id, **given)


def do_import(campaign, given, var):
    path = var / "idées.jsonl"
    path.write_text(json.dumps({"title": "Permis de construire", "data_wanted": "Les permis accordés par commune"}))
    import_ideas(path, campaign=campaign, now=now())


SEEN = (
    do_publish,
    do_merge_and_undo,
    do_hide_and_restore,
    do_withdraw,
    do_name,
    do_regroup,
    do_edition,
    do_close,
    do_import,
)


def make_waiting(campaign):
    return make_idea(campaign=campaign, publication="awaiting_review", published_at=None)


def list_ideas(campaign):
    return list(db.session.scalars(sa.select(Idea.id).where(Idea.campaign_id == campaign.id).order_by(Idea.id)))


@pytest.mark.parametrize("act", SEEN, ids=lambda act: act.__name__)
def test_every_public_act_changes_what_readers_have_kept(campaign, owner, client, var, act):
    make_waiting(campaign)
    kept, before = {page: ask(client, page)[1] for page in ("/", "/idees")}, version()
    act(campaign, {"actor": owner, "now": now()}, var=var)
    assert version() != before
    assert {page: ask(client, page, tag)[0] for page, tag in kept.items()} == {"/": 200, "/idees": 200}


def test_what_readers_do_not_see_changes_nothing(campaign, client):
    person, kept = make_person(), {}
    for page in ("/", "/idees", f"/idees/{list_ideas(campaign)[0]}"):
        kept[page] = ask(client, page)[1]
    save_draft(FORM, campaign=campaign, now=now())
    submit_idea(FORM, campaign=campaign, author_id=person.id, now=now())
    ask_sign_in("x@example.org", language="fr", now=now(), origin="http://localhost", key="k" * 32)
    end_sessions(person.id)
    assert [ask(client, page, tag) for page, tag in kept.items()] == [(304, tag) for tag in kept.values()]


def test_a_vote_changes_the_pages_that_show_it_and_no_other(campaign, client):
    alone, supported = make_idea(campaign=campaign).id, list_ideas(campaign)[0]
    pages = ("/", "/idees", f"/idees/{supported}", f"/idees/{alone}")
    person, before = make_person(), version()
    kept = {page: ask(client, page)[1] for page in pages}
    for act in (cast_vote, withdraw_vote):
        act(supported, person_id=person.id, now=now())
        assert [ask(client, page, kept[page])[0] for page in pages] == [200, 200, 200, 304]
        kept = {page: ask(client, page)[1] for page in pages}
    assert version() == before


def test_an_act_that_fails_changes_nothing(campaign):
    before = version()

    @transaction()
    def fail():
        db.session.execute(sa.update(Idea).values(title="x"))
        raise RuntimeError("given up")

    with pytest.raises(RuntimeError, match="given up"):
        fail()
    assert version() == before


def test_a_public_act_within_one_that_is_not_is_seen(campaign):
    before = version()
    with transaction(is_public=False), transaction():
        pass
    assert version() != before


def test_what_was_hidden_is_not_confirmed_to_whoever_kept_it(campaign, client):
    number = list_ideas(campaign)[0]
    _, tag = ask(client, f"/idees/{number}")
    decide_idea(number, Verdict.HIDE, reason="other", actor=make_moderator(), now=now())
    assert client.get(f"/idees/{number}", headers={"If-None-Match": tag}).status_code == 404


def test_a_page_in_another_language_or_place_has_a_tag_of_its_own(campaign, client):
    tags = [ask(client, page)[1] for page in ("/idees", "/idees?lang=en", "/idees?page=1", "/idees?tri=recentes")]
    assert len(set(tags)) == len(tags)


def test_somebody_signed_in_is_given_no_tag(campaign, visit):
    visit.sign_in(make_person())
    assert "ETag" not in visit("/idees").response.headers


def test_a_tag_that_a_proxy_has_weakened_is_known(campaign, client):
    _, tag = ask(client)
    assert ask(client, tag=f"W/{tag}")[0] == 304


def test_counts_follow_the_version(campaign, visit):
    assert "3 idées" in visit("/idees").text
    make_vote(make_idea(campaign=campaign))
    assert "4 idées" in visit("/idees").text


def test_the_clock_is_the_same_as_long_as_its_words_are(app):
    campaign, seen = make_campaign(), {}
    words = app.jinja_env.from_string(
        '{% from "components/time_left.html" import time_left %}{{ time_left(c.opens_at, c.closes_at, now) }}'
    )
    start = campaign.opens_at - timedelta(hours=1)
    with app.test_request_context("/"):
        for minutes in range(0, 31 * 24 * 60 + 120, 7):
            moment = start + timedelta(minutes=minutes)
            said = words.render(c=campaign, now=moment)
            assert seen.setdefault(find_clock(campaign, moment), said) == said
    assert len(seen) > 50

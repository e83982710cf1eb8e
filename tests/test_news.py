"""Nobody who spoke is left without news: each is told once, never of their own act, and stops it in one press."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from ideas.actions import news
from ideas.actions.answers import Reply
from ideas.actions.answers import answer as conclude
from ideas.actions.following import follow_idea
from ideas.actions.handled import About
from ideas.actions.handling import ask_author, decide_reply, reply_to_question, route
from ideas.actions.ideas import submit_idea
from ideas.actions.lateness import tell_late
from ideas.actions.merging import leave_merge, merge_ideas, undo_merge
from ideas.actions.news import choose_mails, draw_key, spread_news, write_digests
from ideas.actions.outbox import deliver_due
from ideas.actions.publication import decide_idea, decide_ideas
from ideas.actions.regrouping import regroup
from ideas.actions.telling import draw_act, tell
from ideas.actions.transaction import transaction
from ideas.actions.undoing import undo_decision
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.accounts import Operator
from ideas.domain.errors import NotFound
from ideas.domain.events import MOST_AT_ONCE, EventKind, Rhythm
from ideas.domain.handling import Handling
from ideas.domain.publication import Verdict
from ideas.mail.news import SUBJECTS, Letterhead
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Event, Follow, Idea, Membership, Notice, OutboxMail, Person, Question
from tests.factories import (
    make_answer,
    make_campaign,
    make_idea,
    make_moderator,
    make_person,
    make_producer,
    make_vote,
    now,
)
from tests.test_mail import sink  # noqa: F401 -- a fixture
from tests.test_versions import FORM

HEAD = Letterhead("Données rêvées", "https://idees.example.org", "equipe@example.org")
SOON = timedelta(hours=2)


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def moderator(app):
    return make_moderator()


def mails():
    """What was written so far, the oldest first: to whom, subject, text."""
    db.session.rollback()
    rows = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id))
    return [(mail.to, mail.subject, mail.body) for mail in rows]


def spread(at=None):
    spread_news(HEAD, now=at or now())
    write_digests(HEAD, now=at or now())


def email_of(person):
    return queries.people.find_email(person.id)


@transaction()
def answer(idea, kind=EventKind.ANSWERED, by=None):
    tell(kind, [idea.id], by=by, now=now())


def test_an_author_hears_that_their_idea_has_arrived_and_what_its_number_is(campaign):
    author = make_person("nadia@example.org")
    idea = submit_idea(FORM, campaign=campaign, author_id=author.id, now=now())
    spread()
    ((to, subject, body),) = mails()
    assert to == "nadia@example.org" and subject.startswith(f"Données rêvées : idée n° {idea.id} reçue")
    assert f"https://idees.example.org/idees/{idea.id}\n" in body and "vous recevrez un message" in body


def test_publication_and_refusal_are_told_with_the_reason_and_what_to_do(campaign, moderator):
    given = {"actor": moderator, "now": now()}
    waiting = {"publication": "awaiting_review", "published_at": None}
    kept, refused = make_idea(**waiting), make_idea(**waiting)
    decide_idea(kept.id, Verdict.PUBLISH, **given)
    note = "Votre texte nomme 100 % des agents."
    decide_idea(refused.id, Verdict.REFUSE, reason="personal_data", note=note, **given)
    spread()
    published, not_published = (body for _to, _subject, body in mails())
    assert "est publiée" in published and f"/idees/{kept.id}\n" in published
    assert "Raison : Contient des données personnelles" in not_published and note in not_published
    assert f"/idees/{refused.id}/corriger" in not_published


def test_each_is_told_in_their_language(campaign, moderator):
    idea = make_idea(publication="awaiting_review", published_at=None, author=make_person(language="en"))
    decide_idea(idea.id, Verdict.REFUSE, reason="personal_data", actor=moderator, now=now())
    spread()
    ((_to, subject, body),) = mails()
    assert "not published" in subject and "Reason: Contains personal data" in body and "?lang=en" in body


def test_nobody_is_told_of_their_own_act(campaign):
    moderator = make_moderator()
    idea = make_idea(publication="awaiting_review", published_at=None, author=moderator)
    decide_idea(idea.id, Verdict.PUBLISH, actor=moderator, now=now())
    voter = make_person()
    make_vote(idea, voter)
    answer(idea, by=voter.id)
    spread(now() + SOON)
    assert [to for to, _, _ in mails()] == [email_of(moderator)]


def test_one_is_told_once_however_often_the_worker_passes(campaign):
    idea = make_idea()
    voter = make_person()
    make_vote(idea, voter)
    follow_idea(idea.id, person_id=voter.id, now=now())
    answer(idea)
    for _ in range(3):
        spread(now() + SOON)
    assert sorted(to for to, _, _ in mails()) == sorted(
        [email_of(db.session.get(Person, idea.author_id)), email_of(voter)]
    )
    assert db.session.query(Notice).count() == 2


def test_what_one_act_does_to_many_ideas_is_told_once_to_each(campaign):
    author, voter = make_person(), make_person()
    ideas = [make_idea(author=author) for _ in range(3)]
    [make_vote(idea, voter) for idea in ideas]
    with transaction():
        tell(EventKind.ANSWERED, [idea.id for idea in ideas], by=None, now=now())
    spread(now() + SOON)
    assert sorted(to for to, _, _ in mails()) == sorted([email_of(author), email_of(voter)])


def test_supporters_hear_of_answers_and_merges_never_of_review(campaign, moderator):
    idea, kept, voter = make_idea(), make_idea(), make_person()
    make_vote(idea, voter)
    decide_idea(idea.id, Verdict.HIDE, reason="other", actor=moderator, now=now())
    decide_idea(idea.id, Verdict.RESTORE, actor=moderator, now=now())
    merge_ideas(idea.id, kept.id, actor=moderator, now=now())
    spread(now() + SOON)
    told = [body for to, _, body in mails() if to == email_of(voter)]
    assert len(told) == 1 and "a été réunie à l’idée" in told[0] and "en ligne" not in told[0]


def test_what_is_hidden_since_is_told_to_nobody_else(campaign, moderator):
    idea, voter = make_idea(title="Secret de plus"), make_person()
    make_vote(idea, voter)
    answer(idea)
    spread_news(HEAD, now=now())
    decide_idea(idea.id, Verdict.HIDE, reason="other", actor=moderator, now=now())
    write_digests(HEAD, now=now() + SOON)
    assert email_of(voter) not in [to for to, _, _ in mails()]


def test_an_idea_that_waits_for_review_is_told_to_its_author_alone(campaign, moderator):
    idea, kept = make_idea(publication="awaiting_review", published_at=None), make_idea()
    merge_ideas(idea.id, kept.id, actor=moderator, now=now())
    spread(now() + SOON)
    assert [to for to, _, _ in mails()] == [email_of(db.session.get(Person, idea.author_id))]


def test_a_digest_gathers_and_does_not_come_more_than_once_a_week(campaign):
    voter, ideas = make_person(), [make_idea() for _ in range(3)]
    [make_vote(idea, voter) for idea in ideas]
    answer(ideas[0])
    answer(ideas[1])
    spread()
    to_voter = lambda: [body for to, _, body in mails() if to == email_of(voter)]  # noqa: E731
    assert to_voter() == []
    spread(now() + SOON)
    assert len(to_voter()) == 1 and all(idea.title in to_voter()[0] for idea in ideas[:2])
    answer(ideas[2])
    spread(now() + timedelta(days=6))
    assert len(to_voter()) == 1
    spread(now() + timedelta(days=7) + SOON)
    assert len(to_voter()) == 2 and ideas[2].title in to_voter()[1]


@pytest.mark.parametrize("rhythm, days, count", [(Rhythm.DAILY, 1, 2), (Rhythm.WEEKLY, 1, 1), (Rhythm.NEVER, 30, 0)])
def test_each_chooses_their_rhythm(campaign, rhythm, days, count):
    voter, ideas = make_person(), [make_idea(), make_idea()]
    choose_mails(voter.id, own=True, rhythm=rhythm)
    for passed, idea in enumerate(ideas):
        make_vote(idea, voter)
        answer(idea)
        spread(now() + passed * timedelta(days=days) + SOON)
    assert len([to for to, _, _ in mails() if to == email_of(voter)]) == count


def test_who_wants_them_at_once_has_a_mail_for_each_news_and_no_more_than_a_day_takes(campaign):
    voter, other = make_person("lea@example.org"), make_person()
    choose_mails(voter.id, own=True, rhythm=Rhythm.AT_ONCE)
    start = now()

    def tell_one(minutes):
        idea = make_idea()
        make_vote(idea, voter)
        make_vote(idea, other)
        answer(idea)
        spread(start + timedelta(minutes=minutes))

    def to_voter():
        return [body for to, _, body in mails() if to == "lea@example.org"]

    for number in range(MOST_AT_ONCE):
        tell_one(number)
        assert len(to_voter()) == number + 1, "nothing waits for other news"
    last = [("dernier message de la journée" in body) for body in to_voter()]
    assert last == [False] * (MOST_AT_ONCE - 1) + [True]
    tell_one(MOST_AT_ONCE)
    tell_one(MOST_AT_ONCE + 1)
    assert len(to_voter()) == MOST_AT_ONCE
    assert [to for to, _, _ in mails()].count(email_of(other)) == 0, "others have them as they chose"
    spread(start + timedelta(days=1, minutes=1))
    assert len(to_voter()) == MOST_AT_ONCE + 1 and to_voter()[-1].count("/idees/") == 2, "what waited comes in one"


def test_mails_about_one_s_own_idea_leave_room_for_the_others(campaign):
    person = make_person("lea@example.org")
    choose_mails(person.id, own=True, rhythm=Rhythm.AT_ONCE)
    for _ in range(MOST_AT_ONCE):
        answer(make_idea(author=person))
        spread()
    idea = make_idea()
    make_vote(idea, person)
    answer(idea)
    spread()
    assert idea.title in [body for to, _, body in mails() if to == "lea@example.org"][-1]


def test_a_worker_that_dies_between_two_people_tells_the_others_later(campaign, monkeypatch):
    monkeypatch.setattr(news, "PIECE", 2)
    idea = make_idea()
    [make_vote(idea) for _ in range(7)]
    answer(idea)
    turns = iter(range(2))

    def die():
        if next(turns, None) is None:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(news, "give_way", die)
        with pytest.raises(KeyboardInterrupt):
            spread_news(HEAD, now=now())
    db.session.rollback()
    spread(now() + SOON)
    assert db.session.query(Notice).count() == 8 and len(mails()) == 8
    assert len({to for to, _, _ in mails()}) == 8


def test_an_event_that_cannot_be_told_silences_no_other(campaign, monkeypatch):
    broken, sound = make_idea(), make_idea()
    answer(broken)
    answer(sound)
    with monkeypatch.context() as patch:
        patch.setitem(SUBJECTS, EventKind.ANSWERED, "%(nothing)s")
        spread()
    assert mails() == []
    answer(sound, EventKind.OPENED)
    with monkeypatch.context() as patch:
        patch.setitem(SUBJECTS, EventKind.ANSWERED, "%(nothing)s")
        spread()
    assert [to for to, _, _ in mails()] == [email_of(db.session.get(Person, sound.author_id))]
    spread()
    assert len(mails()) == 3, "they are told once they can be"


def test_an_author_takes_their_idea_out_of_a_merge_with_one_press(campaign, moderator, visit):
    idea, kept = make_idea(), make_idea()
    make_vote(idea)
    merge_ideas(idea.id, kept.id, actor=moderator, now=now())
    spread()
    ((_to, _subject, body),) = mails()
    path = next(line for line in body.splitlines() if "/reunion/" in line).removeprefix("https://idees.example.org")
    page = visit(path)
    assert idea.title in page.text and kept.title in page.text
    assert db.session.get(Idea, idea.id, populate_existing=True).publication == "merged"
    visit.submit(page, path)
    db.session.expire_all()
    assert (idea.publication, idea.vote_count, kept.vote_count) == ("published", 1, 0)
    assert "réunie à aucune autre" in visit(path).text


def test_only_its_author_takes_an_idea_out_of_a_merge(campaign, moderator):
    idea, kept = make_idea(), make_idea()
    merge_ideas(idea.id, kept.id, actor=moderator, now=now())
    with pytest.raises(NotFound):
        leave_merge(idea.id, author=make_person(), now=now())
    undo_merge(idea.id, actor=moderator, now=now())


def test_one_press_stops_the_mails_without_signing_in(campaign, app, sink):  # noqa: F811
    idea, voter = make_idea(), make_person("lea@example.org")
    make_vote(idea, voter)
    answer(idea)
    spread(now() + SOON)
    given = {"sender": "Données rêvées <site@example.org>", "reply_to": HEAD.answers_to, "var": "unused"}
    deliver_due(smtp_url=sink.url, now=now() + SOON, **given)
    mail = next(
        message
        for message in (message_from_bytes(one.content, policy=policy.default) for one in sink.received)
        if message["To"] == "lea@example.org"
    )
    assert mail["From"] == "Données rêvées <site@example.org>" and mail["Reply-To"] == HEAD.answers_to
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail["List-Unsubscribe"].strip("<>").removeprefix("https://idees.example.org")
    client = app.test_client()
    assert client.get(path).status_code == 200
    assert db.session.get(Person, voter.id, populate_existing=True).mail_rhythm == "weekly", "looking stops nothing"
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert db.session.get(Person, voter.id, populate_existing=True).mail_rhythm == "never"


def test_the_page_of_news_needs_its_link_alone(campaign, visit):
    idea, voter = make_idea(), make_person()
    make_vote(idea, voter)
    answer(idea)
    spread(now() + SOON)
    key = db.session.get(Person, voter.id, populate_existing=True).news_key
    page = visit(f"/nouvelles/{key}")
    assert idea.title in page.text and page.text.count("Nouveau") == 1
    page = visit.submit(page, f"/nouvelles/{key}/lues")
    assert idea.title in page.text and "Tout marquer" not in page.text
    assert "Tout de suite, 5 courriels par jour au plus" in page.text
    for rhythm in ("at_once", "daily"):
        page = visit.submit(page, f"/nouvelles/{key}", own="", rhythm=rhythm)
        assert db.session.get(Person, voter.id, populate_existing=True).mail_rhythm == rhythm
    assert visit.client.get("/nouvelles/autre").status_code == 404


def test_my_page_says_what_changed(campaign, visit):
    author = make_person()
    idea = make_idea(author=author, answer_id=make_answer(text="Voici.").id)
    answer(idea)
    spread()
    visit.sign_in(author)
    assert "a reçu une réponse officielle" in visit("/compte").text


def test_one_follows_an_idea_and_stops(campaign, visit):
    idea, reader = make_idea(), make_person()
    visit.sign_in(reader)
    page = visit(f"/idees/{idea.id}")
    page = visit.submit(page, f"/idees/{idea.id}/suivre")
    answer(idea)
    spread(now() + SOON)
    assert email_of(reader) in [to for to, _, _ in mails()]
    page = visit.submit(visit(f"/idees/{idea.id}"), f"/idees/{idea.id}/suivre/arret")
    assert "Suivre cette idée" in page.text


def test_a_refused_idea_is_corrected_and_sent_again(campaign, moderator, visit):
    author = make_person()
    idea = make_idea(author=author, publication="awaiting_review", published_at=None)
    decide_idea(
        idea.id, Verdict.REFUSE, reason="unintelligible", note="Précisez l’échelle.", actor=moderator, now=now()
    )
    visit.sign_in(author)
    path = f"/idees/{idea.id}/corriger"
    page = visit(path)
    assert "Incompréhensible" in page.text and "Précisez l’échelle." in page.text
    page = visit.submit(page, path, status=400, title="")
    assert db.session.get(Idea, idea.id, populate_existing=True).title
    visit.submit(page, path, title="Horaires des bus, par arrêt", data_wanted="Les passages réels.", consent="y")
    db.session.expire_all()
    assert (idea.publication, idea.title) == ("awaiting_review", "Horaires des bus, par arrêt")
    assert [one.kind for one in db.session.query(Event).order_by(Event.id)] == ["refused", "received"]


def test_an_idea_of_others_cannot_be_corrected(campaign, visit):
    idea = make_idea(publication="refused", published_at=None)
    visit.sign_in(make_person())
    assert visit.client.get(f"/idees/{idea.id}/corriger").status_code == 404


def test_an_answer_reaches_whoever_wrote_what_was_merged_into_the_idea(campaign, moderator):
    kept, merged = make_idea(), make_idea()
    merge_ideas(merged.id, kept.id, actor=moderator, now=now())
    spread()
    answer(kept)
    spread(now() + SOON)
    author = email_of(db.session.get(Person, merged.author_id))
    (body,) = [body for to, subject, body in mails() if to == author and "du nouveau" in subject]
    assert f"L’idée n° {kept.id}, « {kept.title} », a reçu une réponse officielle." in body


def test_one_answer_to_several_ideas_names_them_all_to_whoever_wrote_them(campaign):
    author, voter = make_person("a@example.org"), make_person("v@example.org")
    one, two, three = (make_idea(author=author, title=title) for title in ("Crues", "Marées", "Houle"))
    other = make_idea(title="Vents")
    make_vote(two, voter)
    make_vote(other, voter)
    with transaction():
        tell(EventKind.ANSWERED, [one.id, two.id, three.id, other.id], by=None, now=now())
    spread(now() + SOON)
    bodies = {to: body for to, _, body in mails()}
    for idea in (two, three):
        assert f"Idée n° {idea.id}, « {idea.title} »\nhttps://" in bodies["a@example.org"]
        assert f"/idees/{idea.id}\n" in bodies["a@example.org"]
    assert "Vents" not in bodies["a@example.org"] and "Houle" not in bodies["v@example.org"]
    assert f"Idée n° {other.id}, « Vents »" in bodies["v@example.org"] and "Marées" in bodies["v@example.org"]


def test_answers_published_together_are_all_told_each_with_what_it_concludes(campaign, visit):
    author, english = make_person("a@example.org"), make_person("e@example.org", language="en")
    ideas = [make_idea(author=author, title=f"Crues {number}") for number in range(13)]
    merged = make_idea(publication="merged", canonical_id=ideas[1].id)
    for idea in (ideas[0], merged):  # one counts for a family by a vote on any idea of it
        make_vote(idea, english)
    with transaction():
        tell(EventKind.OPENED, [idea.id for idea in ideas], by=None, now=now())
    for idea, state in zip(ideas, [Handling.OPENED, Handling.NOT_HELD, *[Handling.REFUSED] * 11], strict=True):
        idea.handling = state
    db.session.commit()
    spread(now() + SOON)
    bodies = {to: body for to, _, body in mails()}
    french, told = bodies["a@example.org"], "Réponses publiées en même temps :\n"
    assert told in french and f"Idée n° {ideas[1].id}, « Crues 1 » : Donnée non détenue\nhttps://" in french
    assert f"Idée n° {ideas[10].id}, « Crues 10 » : Refusée par le producteur\n" in french
    assert "Crues 11" not in french and "\net 2 autres\n" in french
    assert "Answers published at the same time:\n" in bodies["e@example.org"]
    assert f"Idea no. {ideas[1].id}, “Crues 1”: Data not held\n" in bodies["e@example.org"]
    assert "Crues 2" not in bodies["e@example.org"]
    page = visit(f"/nouvelles/{draw_key(author.id)}")
    assert all(f"Crues {number}" in page.text for number in range(13)) and "(Donnée non détenue)" in page.text


def test_an_answer_of_several_that_is_taken_back_before_it_is_told_hides_no_other(campaign, moderator):
    """Each person is told once of an act: not by what no longer stands."""
    voter, author = make_person("v@example.org"), make_person("a@example.org")
    ideas = [make_idea(author=author, title=title) for title in ("Crues", "Marées", "Houle")]
    for idea in ideas:
        make_vote(idea, voter)
    act, given = draw_act(), {"actor": Operator(), "now": now()}
    decisions = [
        conclude(About([idea.id]), Handling.NOT_HELD, Reply(text="Ailleurs."), **given, act=act) for idea in ideas
    ]
    undo_decision(decisions[0].id, **given)  # before the worker comes
    spread()
    ((_, first, body),) = [one for one in mails() if one[0] == "a@example.org" and "réponse" in one[1]]
    assert "Marées" in first and "Houle" in body and "Crues" not in body
    undo_decision(decisions[1].id, **given)  # before the digest
    spread(now() + SOON)
    ((_, _, body),) = [one for one in mails() if one[0] == "v@example.org"]
    assert "« Houle », a reçu une réponse" in body and "« Marées », a reçu" not in body


def test_supporters_hear_that_a_merge_was_undone(campaign, moderator):
    idea, kept, voter = make_idea(), make_idea(), make_person()
    make_vote(idea, voter)
    merge_ideas(idea.id, kept.id, actor=moderator, now=now())
    undo_merge(idea.id, actor=moderator, now=now())
    spread(now() + SOON)
    (body,) = [body for to, _, body in mails() if to == email_of(voter)]
    assert "n’est plus réunie à une autre" in body


def test_hiding_a_merged_idea_is_one_mail(campaign, moderator):
    idea = make_idea()
    merge_ideas(idea.id, make_idea().id, actor=moderator, now=now())
    spread()
    decide_idea(idea.id, Verdict.HIDE, reason="other", actor=moderator, now=now())
    spread()
    assert ["réunie" in subject or "masquée" in subject for _, subject, _ in mails()] == [True, True]


def test_supporters_hear_that_an_idea_was_withdrawn_without_its_words(campaign):
    idea, voter = make_idea(title="Zythum"), make_person("v@example.org")
    make_vote(idea, voter)
    withdraw_idea(idea.id, author_id=idea.author_id, now=now())
    spread(now() + SOON)
    ((to, subject, body),) = mails()
    assert to == "v@example.org" and f"L’idée n° {idea.id}, que vous souteniez ou suiviez, a été retirée" in body
    assert "zythum" not in (subject + body + db.session.query(OutboxMail).one().html).lower()


def test_supporters_of_a_withdrawn_idea_are_led_to_the_one_that_says_it_better(campaign):
    idea, better = make_idea(title="Zythum"), make_idea(title="Brasseries")
    make_vote(idea, make_person("v@example.org"))
    withdraw_idea(idea.id, author_id=idea.author_id, now=now(), better_id=better.id)
    spread(now() + SOON)
    ((_, _, body),) = mails()
    assert f"qui renvoie à l’idée n° {better.id}, « Brasseries »" in body and f"/idees/{better.id}" in body
    assert "zythum" not in body.lower()


def test_an_idea_withdrawn_before_it_was_online_is_told_to_nobody(campaign):
    idea = make_idea(publication="awaiting_review", published_at=None)
    withdraw_idea(idea.id, author_id=idea.author_id, now=now())
    spread(now() + SOON)
    assert mails() == []


def test_whoever_stopped_the_mails_about_their_ideas_gets_none(campaign):
    idea = make_idea()
    choose_mails(idea.author_id, own=False, rhythm=Rhythm.WEEKLY)
    answer(idea)
    spread(now() + SOON)
    assert mails() == [] and db.session.query(Notice).count() == 1, "it stays on the site"


def test_a_promise_that_is_not_kept_is_told_once_and_again_after_another(campaign):
    promise = make_answer(promised_on=now().date() - timedelta(days=1))
    idea = make_idea(handling="scheduled", answer_id=promise.id)
    make_idea(handling="scheduled", answer_id=make_answer(promised_on=now().date()).id)
    assert [tell_late(now=now()) for _ in range(2)] == [1, 0]
    spread()
    ((to, subject, _body),) = mails()
    assert to == email_of(db.session.get(Person, idea.author_id)) and "date dépassée" in subject
    promise.promised_on = now().date() + timedelta(days=30)
    db.session.commit()
    assert tell_late(now=now() + timedelta(days=20)) == 1, "the other one"
    assert tell_late(now=now() + timedelta(days=32)) == 1


def test_one_follows_a_subject_and_stops(campaign, visit):
    ideas = [make_idea(title=f"Horaires des bus de nuit {number}") for number in range(3)]
    alone = make_idea(title="Prix du gaz", data_wanted="Tarifs.", planned_use="Comparer.")
    regroup(campaign.id, now=now())
    number = db.session.query(Membership.cluster_id).filter_by(idea_id=ideas[0].id).scalar()
    reader = make_person("lecture@example.org")
    visit.sign_in(reader)
    page = visit.submit(visit(f"/sujets/{number}"), f"/sujets/{number}/suivre")
    answer(ideas[1])
    answer(alone)
    spread(now() + SOON)
    (body,) = [body for to, _, body in mails() if to == "lecture@example.org"]
    assert ideas[1].title in body and alone.title not in body
    page = visit.submit(page, f"/sujets/{number}/suivre/arret")
    assert "Suivre ce sujet" in page.text and db.session.query(Follow).count() == 0
    assert visit.client.post("/sujets/98765/suivre").status_code in (400, 404)


def test_what_a_body_answers_is_told_with_its_conclusion_and_its_reason(campaign, moderator):
    body = make_producer(name="IGN")
    idea, voter = make_idea(), make_person("v@example.org")
    make_vote(idea, voter)
    given = {"actor": moderator, "now": now()}
    route(About([idea.id]), body.id, **given)
    ask_author(About([idea.id]), "À quelle échelle ?", **given)
    spread()
    routed, asked = (text for _, _, text in mails())
    assert "est transmise à : IGN." in routed and "La question : À quelle échelle ?" in asked
    refused = conclude(About([idea.id]), Handling.REFUSED, Reply(text="Non.", reason="commercial_secrecy"), **given)
    spread(now() + SOON)
    for to, _, text in mails()[2:]:
        assert "Ce qu’elle conclut : Refusée par le producteur\n" in text, to
        assert "Raison : Secret des affaires\n" in text and "La réponse : Non.\n" in text and "L. 311-6" in text
    assert len(mails()) == 4
    assert [text.count("Un refus se conteste") for _, _, text in mails()[2:]] == [1, 0], "one's own is explained"
    undo_decision(refused.id, **given)
    spread(now() + timedelta(days=8))
    assert [text.count("est examinée de nouveau") for _, _, text in mails()[4:]] == [1, 1]


def test_an_answer_taken_back_before_the_letter_is_not_in_it(campaign, moderator):
    idea, voter = make_idea(producer_id=make_producer().id), make_person("v@example.org")
    make_vote(idea, voter)
    reply = Reply(text="Les voici.", dataset_url="https://data.example/x")
    done = conclude(About([idea.id]), Handling.OPENED, reply, actor=moderator, now=now())
    spread()
    undo_decision(done.id, actor=moderator, now=now())
    spread(now() + SOON)
    (body,) = [body for to, _, body in mails() if to == "v@example.org"]
    assert "sont ouvertes" not in body and "est examinée de nouveau" in body


def test_an_author_hears_what_became_of_their_reply(campaign, moderator):
    idea = make_idea(producer_id=make_producer().id)
    given = {"actor": moderator, "now": now()}
    ask_author(About([idea.id]), "À quelle échelle ?", **given)
    (question,) = db.session.query(Question)
    reply_to_question(question.id, "Au 1/25 000.", author_id=idea.author_id, now=now())
    decide_reply(question.id, is_published=False, reason="personal_data", **given)
    spread()
    told = [text for _, subject, text in mails() if "précision non publiée" in subject]
    assert len(told) == 1 and "Raison : Contient des données personnelles\n" in told[0]


def test_several_decided_at_once_are_several_events_of_one_writing(campaign, moderator):
    author = make_person()
    ideas = [make_idea(author=author, publication="awaiting_review", published_at=None) for _ in range(2)]
    decide_ideas([idea.id for idea in ideas], Verdict.PUBLISH, actor=moderator, now=now())
    spread()
    assert len(mails()) == 2 and db.session.query(Campaign).count() == 1

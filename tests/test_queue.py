"""The queue of the moderators: its order, what is looked for, asking, bulk with its preview, and who reads what."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from ideas.actions.asking import ask_before_review
from ideas.actions.claiming import LASTS, claim
from ideas.actions.correcting import correct_idea
from ideas.actions.ideas import submit_idea
from ideas.actions.news import spread_news
from ideas.actions.publication import decide_idea
from ideas.actions.undoing import undo_decision
from ideas.domain.errors import AlreadyDone, NotAllowed, WrongState
from ideas.domain.publication import Publication, Verdict
from ideas.domain.signals import Signal
from ideas.mail.news import Letterhead
from ideas.store.database import db
from ideas.store.models import Claim, Decision, Idea, OutboxMail, Person, Question
from ideas.web.forms import MOST_TICKED
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.test_versions import FORM
from tests.test_voting import press_together

HEAD = Letterhead("Données rêvées", "https://idees.example")


@pytest.fixture
def moderator(app):
    make_campaign()
    return make_moderator()


@pytest.fixture
def desk(visit, moderator):
    """A moderator's browser."""
    return visit.sign_in(moderator)


def make_waiting(**given):
    return make_idea(**{"publication": "awaiting_review", "published_at": None} | given)


def send(campaign, **texts):
    """An idea as its author sends it, weighed on the way."""
    values = {**FORM, "consent": "y", **texts}
    return submit_idea(values, campaign=campaign, author_id=make_person().id, now=now())


def state_of(idea):
    db.session.expire_all()
    return db.session.get(Idea, idea.id).publication


def titles(page):
    return [link["href"] for link in page.all("a") if "idee=" in link.get("href", "") and "fait" not in link["href"]]


def test_the_gravest_comes_first_then_the_oldest(app, desk):
    campaign = make_campaign()
    plain = send(campaign, title="Rien de particulier")
    linked = send(campaign, title="Un lien", data_wanted="Voir https://exemple.fr/a")
    called = send(campaign, title="Un numéro", data_wanted="Appelez le 06 12 34 56 78")
    assert (plain.signals, linked.signals, called.signals) == (0, Signal.LINK, Signal.TELEPHONE)
    text = desk("/moderation").text
    assert text.index("Un numéro") < text.index("Un lien") < text.index("Rien de particulier")
    text = desk("/moderation?tri=anciennes").text
    assert text.index("Rien de particulier") < text.index("Un lien")
    text = desk("/moderation?signal=lien").text
    assert "Un lien" in text and "Un numéro" not in text


def test_a_corrected_text_is_weighed_again(app):
    idea = send(make_campaign(), data_wanted="Appelez le 06 12 34 56 78")
    correct_idea(idea.id, {**FORM, "consent": "y"}, author_id=idea.author_id, now=now())
    assert idea.signals == 0


def test_words_a_number_a_theme_and_a_person_are_looked_for(app, desk):
    campaign = make_campaign()
    idea = send(campaign, title="Écoles élémentaires", theme="education")
    other = send(campaign, title="Gares", theme="transport")
    again = make_waiting(campaign=campaign, author_id=idea.author_id, title="Du même auteur")
    for asked, found in {
        "q=ecole": [idea],
        f"q={other.id}": [other],
        "theme=transport": [other],
        f"auteur={idea.id}": [idea, again],
        "q=rien+de+tel": [],
    }.items():
        text = desk(f"/moderation?{asked}").text
        assert [one.title in text for one in (idea, other, again)] == [one in found for one in (idea, other, again)]


def test_an_act_leads_to_the_next_which_is_then_known_to_be_read(app, desk, moderator):
    first, second, third = (make_waiting(title=f"Idée {word}") for word in ("une", "deux", "trois"))
    page = desk.submit(desk("/moderation"), f"/moderation/{first.id}", verdict="publish")
    assert page.html.index('id="lecture"') < page.html.index("Idée deux", page.html.index('id="lecture"'))
    assert db.session.scalars(sa.select(Claim.idea_id)).all() == [second.id]
    other = make_moderator()
    assert not claim(second.id, actor=other, now=now())
    assert claim(third.id, actor=other, now=now())


def test_the_other_is_told_and_the_claim_ends_by_itself(app, desk):
    idea, other = make_waiting(), make_moderator()
    claim(idea.id, actor=other, now=now())
    assert "Une autre personne de l’équipe relit cette idée" in desk("/moderation").text
    later = now() + LASTS + timedelta(seconds=1)
    assert claim(idea.id, actor=make_moderator(), now=later)
    claim(idea.id, actor=other, now=now() - 2 * LASTS)
    db.session.execute(sa.update(Claim).values(ends_at=now() - timedelta(seconds=1)))
    db.session.commit()
    assert "Une autre personne" not in desk("/moderation").text


def test_a_claim_forbids_nothing_and_the_second_act_is_told(app, desk):
    idea, other = make_waiting(), make_moderator()
    page = desk("/moderation")
    claim(idea.id, actor=other, now=now())
    decide_idea(idea.id, Verdict.PUBLISH, actor=other, now=now())
    page = desk.submit(page, f"/moderation/{idea.id}", verdict="publish", status=409)
    assert "Rien n’a été changé" in page.text and db.session.query(Decision).count() == 1
    with pytest.raises(NotAllowed):
        claim(idea.id, actor=make_person(), now=now())


def test_a_text_that_its_author_corrected_meanwhile_is_not_published_unread(app, desk):
    idea = make_waiting()
    page = desk("/moderation")
    correct_idea(idea.id, {**FORM, "consent": "y", "title": "Tout autre chose"}, author_id=idea.author_id, now=now())
    page = desk.submit(page, f"/moderation/{idea.id}", verdict="publish", status=409)
    assert "Son auteur a corrigé cette idée" in page.text and "Tout autre chose" in page.text
    assert state_of(idea) == "awaiting_review"
    desk.submit(page, f"/moderation/{idea.id}", verdict="publish")
    assert state_of(idea) == "published"


def test_of_moderators_who_decide_at_one_instant_one_is_obeyed_and_the_others_told(app):
    idea = make_waiting()
    number, moderators = idea.id, [make_moderator().id for _ in range(6)]

    def act():
        moderator = db.session.get(Person, moderators.pop())
        verdict = Verdict.PUBLISH if len(moderators) % 2 else Verdict.REFUSE
        decide_idea(number, verdict, actor=moderator, now=now(), reason="other", expected=Publication.AWAITING_REVIEW)

    raised = press_together(app, 6, act)
    assert [type(error) for error in raised] == [WrongState] * 5
    assert db.session.query(Decision).count() == 1 and state_of(idea) in ("published", "refused")


def test_of_moderators_who_open_an_idea_at_one_instant_one_reads_it(app):
    number, moderators, got = make_waiting().id, [make_moderator().id for _ in range(6)], []

    def act():
        got.append(claim(number, actor=db.session.get(Person, moderators.pop()), now=now()))

    assert press_together(app, 6, act) == []
    assert sorted(got) == [False] * 5 + [True] and db.session.query(Claim).count() == 1


def test_whoever_reads_says_so_by_a_button(app, desk):
    idea = make_waiting()
    page = desk.submit(desk("/moderation"), f"/moderation/{idea.id}/relecture")
    assert db.session.scalars(sa.select(Claim.idea_id)).all() == [idea.id]
    assert f"/moderation/{idea.id}/relecture" not in [form.get("action") for form in page.all("form")]


def test_the_last_acts_are_taken_back_one_after_the_other(app, desk):
    first, second = make_waiting(title="Idée une"), make_waiting(title="Idée deux")
    page = desk.submit(desk("/moderation"), f"/moderation/{first.id}", verdict="publish")
    page = desk.submit(page, f"/moderation/{second.id}", verdict="refuse", reason="other")
    page = desk.submit(desk("/moderation?etat=masquees"), "/moderation/annulation")
    assert (state_of(first), state_of(second)) == ("published", "awaiting_review")
    page = desk.submit(page, "/moderation/annulation")
    assert state_of(first) == "awaiting_review" and "À relire (2)" in page.text
    assert "/moderation/annulation" not in [form.get("action") for form in page.all("form")]


def test_what_cannot_be_taken_back_says_why(app, desk):
    idea = make_waiting()
    page = desk.submit(desk("/moderation"), f"/moderation/{idea.id}", verdict="publish")
    decide_idea(idea.id, Verdict.HIDE, actor=make_moderator(), now=now(), reason="other")
    page = desk.submit(page, "/moderation/annulation", status=409)
    assert "Une décision plus récente dépend de celle-ci" in page.text and state_of(idea) == "hidden"


def test_several_are_shown_with_who_hears_of_them_before_anything_is_done(app, desk):
    author = make_person()
    ideas = [make_waiting(author=author), make_waiting(author=author), make_waiting(), make_waiting(author_id=None)]
    sent = {"idea_id": [idea.id for idea in ideas], "verdict": "refuse", "reason": "advertising", "note": "Ma note"}
    page = desk.submit(desk("/moderation"), "/moderation/plusieurs/apercu", **sent)
    assert "Ne pas publier : 4 idées" in page.text and "2 personnes l’apprendront, dont 2 par un message" in page.text
    assert "Publicité" in page.text and {state_of(idea) for idea in ideas} == {"awaiting_review"}
    page = desk.submit(page, "/moderation/plusieurs", idea_id=sent["idea_id"])
    assert {state_of(idea) for idea in ideas} == {"refused"} and "Idée non publiée : 4 idées" in page.text
    assert {one.note for one in db.session.query(Decision)} == {"Ma note"}
    desk.submit(page, "/moderation/annulation", decision_id=[one.id for one in db.session.query(Decision)])
    assert {state_of(idea) for idea in ideas} == {"awaiting_review"}


def test_what_changed_meanwhile_is_named_before_several_are_decided(app, desk):
    first, second = make_waiting(title="Déjà décidée"), make_waiting()
    page = desk("/moderation")
    decide_idea(first.id, Verdict.PUBLISH, actor=make_moderator(), now=now())
    sent = {"idea_id": [first.id, second.id], "verdict": "publish"}
    page = desk.submit(page, "/moderation/plusieurs/apercu", **sent)
    assert "Déjà décidée" in page.text and "Rien ne changera" in page.text


def test_more_than_one_act_takes_are_refused_with_the_limit(app, desk):
    make_waiting()
    page = desk("/moderation")
    assert f"{MOST_TICKED} idées au plus" in page.text
    sent = {"idea_id": list(range(1, MOST_TICKED + 2)), "verdict": "publish"}
    page = desk.submit(page, "/moderation/plusieurs/apercu", status=400, **sent)
    assert f"{MOST_TICKED + 1} idées sont choisies ; choisissez-en {MOST_TICKED} au plus" in page.text


def test_an_author_is_asked_before_publication_and_answers_by_correcting(app, desk):
    idea = make_waiting(author=make_person("auteur@example.org"))
    page = desk.submit(desk("/moderation"), f"/moderation/{idea.id}/question", text="Quelle ligne de bus ?")
    assert "question posée" in page.text and state_of(idea) == "awaiting_review"
    spread_news(HEAD, now=now())
    assert "Quelle ligne de bus ?" in db.session.scalar(sa.select(OutboxMail.body))
    assert "Quelle ligne de bus ?" not in desk("/registre").text
    correct_idea(idea.id, {**FORM, "consent": "y"}, author_id=idea.author_id, now=now())
    assert "question posée" not in desk("/moderation").text


def test_the_author_sees_the_question_and_nobody_does_once_it_is_published(app, visit):
    author, moderator = make_person(), make_moderator()
    idea = make_waiting(author=author)
    ask_before_review(idea.id, "Quelle ligne de bus ?", actor=moderator, now=now())
    page = visit.sign_in(author)(f"/idees/{idea.id}")
    assert "Quelle ligne de bus ?" in page.text and f"/idees/{idea.id}/reponse" in " ".join(page.links())
    decide_idea(idea.id, Verdict.PUBLISH, actor=moderator, now=now() + timedelta(seconds=1))
    assert "Quelle ligne de bus ?" not in visit(f"/idees/{idea.id}").text


def test_a_question_is_taken_back_and_asked_once_at_a_time(app, desk, moderator):
    idea = make_waiting()
    decision = ask_before_review(idea.id, "Laquelle ?", actor=moderator, now=now())
    with pytest.raises(AlreadyDone):
        ask_before_review(idea.id, "Laquelle ?", actor=moderator, now=now())
    undo_decision(decision.id, actor=moderator, now=now())
    assert db.session.scalar(sa.select(Question.withdrawn_at)) is not None
    decide_idea(idea.id, Verdict.PUBLISH, actor=moderator, now=now())
    with pytest.raises(WrongState):
        ask_before_review(idea.id, "Laquelle ?", actor=moderator, now=now())


@pytest.mark.parametrize("text", ["", " ", "x" * 2_001])
def test_a_question_that_cannot_be_kept_comes_back_with_what_was_typed(app, desk, text):
    idea = make_waiting()
    page = desk.submit(desk("/moderation"), f"/moderation/{idea.id}/question", text=text, status=400)
    assert text.strip() in page.html and not db.session.query(Question).count()


def test_somebody_who_sends_many_at_once_is_told_of_and_their_ideas_are_one_link_away(app, desk):
    author = make_person()
    ideas = [make_waiting(author=author, title=f"Envoi {number}") for number in range(5)]
    make_waiting(title="Une autre personne")
    page = desk(f"/moderation?idee={ideas[0].id}")
    assert "5 idées en une heure" in page.text and "compte du jour" in page.text
    (link,) = {link for link in page.links() if f"auteur={ideas[0].id}" in link}
    text = desk(link).text
    assert "Envoi 4" in text and "Une autre personne" not in text


def test_the_queue_costs_twelve_statements_whatever_is_looked_for(app, desk, client, count_queries):
    idea = make_waiting(theme="health")
    for _ in range(3):
        make_waiting(theme="health")
    page = desk.submit(desk("/moderation"), f"/moderation/{idea.id}", verdict="publish")
    here = page.response.request.full_path
    for address in (here, "/moderation?q=bus&theme=health", "/moderation?etat=publiees"):
        with count_queries() as statements:
            client.get(address)
        assert len(statements) <= 12, address

"""Supporting with a use: a line beside one's support, reviewed before anybody reads it, gone with the support."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest

from ideas.actions.editions import publish_edition
from ideas.actions.leaving import close_account
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.news import spread_news, write_digests
from ideas.actions.regrouping import regroup
from ideas.actions.undoing import undo_decision
from ideas.actions.uses import decide_use, take_back_use, write_use
from ideas.actions.voting import cast_vote, withdraw_vote
from ideas.domain.errors import AlreadyDone, Closed, Invalid, NotAllowed, NotFound, TooOften, WrongState
from ideas.domain.limits import USES_OF_PERSON
from ideas.domain.lines import LineState
from ideas.domain.uses import LONGEST_USE
from ideas.mail.news import Letterhead
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Event, Notice, OutboxMail, Vote, VoteUse
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now
from tests.pages import Visitor

LINE = "Afficher le prochain car devant le collège"


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def idea(campaign):
    return make_idea(campaign=campaign, title="Horaires des cars")


@pytest.fixture
def voter(idea):
    person = make_person()
    make_vote(idea, person)
    return person


@pytest.fixture
def moderator(campaign):
    return make_moderator()


def publish(use, moderator):
    return decide_use(use.id, is_published=True, actor=moderator, now=now())


@pytest.fixture
def published(idea, voter, moderator):
    use = write_use(idea.id, LINE, person_id=voter.id, now=now())
    publish(use, moderator)
    return use


def uses():
    db.session.expire_all()
    return [(one.text, one.state) for one in db.session.query(VoteUse).order_by(VoteUse.id)]


def form_of(idea):
    return f"/idees/{idea.id}/usage"


def test_a_supporter_says_in_a_line_what_they_would_do(idea, voter, visit, app):
    page = visit.sign_in(voter)(f"/idees/{idea.id}")
    assert form_of(idea) in page.links()
    page = visit.submit(visit(form_of(idea)), form_of(idea), text=f"  {LINE}\n")
    assert "Elle paraît après relecture" in page.text and LINE in page.text and "En attente de relecture" in page.text
    assert uses() == [(LINE, "waiting")]
    assert LINE not in Visitor(app.test_client())(f"/idees/{idea.id}").html


def test_a_line_is_read_by_moderators_then_by_everybody(idea, voter, moderator, visit, app):
    write_use(idea.id, LINE, person_id=voter.id, now=now())
    visit.sign_in(moderator)
    assert "1 usage de soutien à relire" in visit("/moderation").text
    page = visit("/moderation/usages")
    use = db.session.query(VoteUse).one()
    page = visit.submit(page, f"/moderation/usages/{use.id}", verdict="publish")
    assert "Rien à relire" in page.text and uses() == [(LINE, "published")]
    text = Visitor(app.test_client())(f"/idees/{idea.id}").text
    assert LINE in text and "dont 1 avec un usage" in text
    assert "Usage d’un soutien publié" in visit("/registre").text


def test_a_decision_about_a_line_is_taken_back(idea, voter, moderator, visit):
    use = write_use(idea.id, LINE, person_id=voter.id, now=now())
    visit.sign_in(moderator)
    page = visit.submit(visit("/moderation/usages"), f"/moderation/usages/{use.id}", verdict="publish")
    (undo,) = [form["action"] for form in page.all("form") if form.get("action", "").endswith("/annulation")]
    page = visit.submit(page, undo)
    assert "attend de nouveau" in page.text and uses() == [(LINE, "waiting")]
    assert [one.kind for one in db.session.query(Decision).order_by(Decision.id)] == ["publish_use", "undo"]


def test_a_refused_line_says_why_to_who_wrote_it_alone(idea, voter, moderator, visit, app):
    use = write_use(idea.id, LINE, person_id=voter.id, now=now())
    visit.sign_in(moderator)
    page = visit.submit(visit("/moderation/usages"), f"/moderation/usages/{use.id}", verdict="refuse")
    assert "Choisissez la raison" in page.text and uses() == [(LINE, "waiting")]
    visit.submit(page, f"/moderation/usages/{use.id}", verdict="refuse", reason="advertising")
    visit.sign_in(voter)
    assert "Publicité" in visit(form_of(idea)).text and "Non publié" in visit(f"/idees/{idea.id}").text
    assert LINE not in Visitor(app.test_client())(f"/idees/{idea.id}").html
    visit.submit(visit(form_of(idea)), form_of(idea), text="Autre chose")
    assert uses() == [("Autre chose", "waiting")]


def test_a_published_line_that_is_changed_waits_again(idea, voter, published, client):
    tag = client.get(f"/idees/{idea.id}").headers["ETag"]
    write_use(idea.id, "Autre chose", person_id=voter.id, now=now())
    answer = client.get(f"/idees/{idea.id}", headers={"If-None-Match": tag})
    assert answer.status_code == 200 and LINE not in answer.text and "Autre chose" not in answer.text


def test_a_line_goes_alone_and_the_support_stays(idea, voter, published, visit):
    visit.sign_in(voter)
    page = visit.submit(visit(form_of(idea)), form_of(idea), forget="1")
    assert "Votre soutien reste compté" in page.text and LINE not in page.text
    assert uses() == [] and db.session.query(Vote).count() == 1


def test_a_line_goes_with_the_support_and_pages_are_asked_for_again(idea, voter, published, client):
    make_vote(idea)
    tag = client.get(f"/idees/{idea.id}").headers["ETag"]
    withdraw_vote(idea.id, person_id=voter.id, now=now())
    cast_vote(idea.id, person_id=make_person().id, now=now())  # the count is what it was
    answer = client.get(f"/idees/{idea.id}", headers={"If-None-Match": tag})
    assert answer.status_code == 200 and LINE not in answer.text and uses() == []


def test_a_line_goes_with_the_account(idea, voter, published):
    close_account(voter.id, now=now())
    assert uses() == [] and db.session.query(Vote).count() == 0


def test_who_does_not_support_is_told_to(idea, visit):
    visit.sign_in(make_person())
    assert visit.client.get(form_of(idea)).location.startswith(f"/idees/{idea.id}-")
    assert "Soutenez d’abord cette idée" in visit(f"/idees/{idea.id}").text
    with pytest.raises(WrongState):
        write_use(idea.id, LINE, person_id=make_person().id, now=now())


@pytest.mark.parametrize("text, words", [("", "Dites en une ligne"), ("x" * (LONGEST_USE + 1), "281 caractères")])
def test_a_bad_line_is_told_beside_its_field_and_comes_back(idea, voter, visit, text, words):
    page = visit.sign_in(voter)(form_of(idea))
    page = visit.submit(page, form_of(idea), status=400, text=text)
    assert words in page.text and page.fields(page.find_form(form_of(idea)))["text"] == text
    assert uses() == []
    with pytest.raises(Invalid):
        write_use(idea.id, text, person_id=voter.id, now=now())


def test_what_looks_personal_is_shown_once_and_never_exported(campaign, idea, voter, moderator, visit, tmp_path):
    line = "Écrire à jean.dupont@mairie.example ou à Mme Durand"
    page = visit.submit(visit.sign_in(voter)(form_of(idea)), form_of(idea), text=line)
    assert "Mme Durand" in page.text and uses() == []
    visit.submit(page, form_of(idea))
    assert uses() == [(line, "waiting")]
    assert "Mme Durand" in Visitor(visit.client).sign_in(moderator)("/moderation/usages").text
    publish(db.session.query(VoteUse).one(), moderator)
    edition = publish_edition(campaign.id, now=now(), var=str(tmp_path))
    (file,) = tmp_path.rglob(f"{edition.number}/uses.jsonl")
    (row,) = map(json.loads, file.read_text().splitlines())
    assert row["text"] == "Écrire à [adresse retirée] ou à Mme Durand" and row["text_changed"] is True
    assert row["idea_id"] == idea.id and not set(row) & {"person_id", "vote_id"}


def test_only_published_lines_are_exported_and_counted(campaign, idea, published, moderator, tmp_path):
    other = make_person()
    make_vote(idea, other)
    write_use(idea.id, "En attente", person_id=other.id, now=now())
    edition = publish_edition(campaign.id, now=now(), var=str(tmp_path))
    (folder,) = {file.parent for file in tmp_path.rglob(f"{edition.number}/uses.csv")}
    assert "En attente" not in (folder / "uses.csv").read_text() and LINE in (folder / "uses.csv").read_text()
    (row,) = map(json.loads, (folder / "ideas.jsonl").read_text().splitlines())
    assert (row["vote_count"], row["use_count"]) == (2, 1)


def test_a_program_is_stopped(idea, voter, visit):
    page = visit.submit(visit.sign_in(voter)(form_of(idea)), form_of(idea), status=400, text=LINE, website="x")
    assert "renvoyez-le" in page.text and uses() == []


def test_a_line_follows_the_support_into_a_family_and_back(idea, voter, published, moderator, client):
    kept = make_idea(title="Cars du soir")
    merge_ideas(idea.id, kept.id, actor=moderator, now=now())
    assert LINE in Visitor(client)(f"/idees/{kept.id}").text
    write_use(kept.id, "Dit de la page de l’autre", person_id=voter.id, now=now())
    assert uses() == [("Dit de la page de l’autre", "waiting")]
    undo_merge(idea.id, actor=moderator, now=now())
    assert LINE not in Visitor(client)(f"/idees/{kept.id}").text


def test_a_hidden_idea_shows_no_line(idea, published, client):
    idea.publication = "hidden"
    db.session.commit()
    assert LINE not in client.get(f"/idees/{idea.id}").text


def test_a_subject_shows_the_lines_of_its_ideas(campaign, idea, published, client):
    for number in range(3):
        make_idea(campaign=campaign, title=f"Horaires des cars {number}")
    regroup(campaign.id, now=now())
    page = Visitor(client)("/sujets")
    (subject,) = {
        link for link in page.links() if link.startswith("/sujets/") and link.removeprefix("/sujets/").isdecimal()
    }
    text = Visitor(client)(subject).text
    assert LINE in text and "dont 1 avec un usage" in text


def test_nobody_but_a_moderator_decides_and_nothing_is_decided_twice(idea, voter, moderator):
    use = write_use(idea.id, LINE, person_id=voter.id, now=now())
    with pytest.raises(NotAllowed):
        publish(use, voter)
    decision = publish(use, moderator)
    with pytest.raises(WrongState):
        publish(use, moderator)
    write_use(idea.id, "Autre chose", person_id=voter.id, now=now())
    with pytest.raises(WrongState):
        undo_decision(decision.id, actor=moderator, now=now())
    number = use.id
    take_back_use(idea.id, person_id=voter.id)
    with pytest.raises(NotFound):
        decide_use(number, is_published=True, actor=moderator, now=now())


def test_a_closed_campaign_takes_no_line_and_too_many_wait(campaign, idea, voter):
    for _ in range(USES_OF_PERSON.most):
        write_use(idea.id, LINE, person_id=voter.id, now=now())
    with pytest.raises(TooOften):
        write_use(idea.id, LINE, person_id=voter.id, now=now())
    db.session.get(Campaign, campaign.id).closed_at = now()
    db.session.commit()
    with pytest.raises(Closed):
        write_use(idea.id, LINE, person_id=voter.id, now=now())


def test_a_vote_is_cast_once_and_its_line_is_one(idea, voter):
    write_use(idea.id, LINE, person_id=voter.id, now=now())
    with suppress(AlreadyDone):
        cast_vote(idea.id, person_id=voter.id, now=now())
    db.session.rollback()
    write_use(idea.id, "Mieux dit", person_id=voter.id, now=now())
    assert uses() == [("Mieux dit", LineState.WAITING)]


HEAD = Letterhead("Données rêvées", "https://idees.example.org", "equipe@example.org")


def spread():
    """Let the worker pass, once what happened has waited for the rest of the day's news."""
    later = now() + timedelta(hours=2)
    spread_news(HEAD, now=later)
    write_digests(HEAD, now=later)
    db.session.rollback()
    return {mail.to: mail.body for mail in db.session.query(OutboxMail)}


def news_of(person):
    return [(line.kind.value, line.part.value, line.use) for line in queries.news.list_lines(person.id)]


def test_who_wrote_a_line_and_the_author_hear_that_it_is_published(campaign, voter, moderator, visit):
    author = make_person("auteur@example.org")
    idea = make_idea(campaign=campaign, title="Bacs", author=author)
    make_vote(idea, voter)
    publish(write_use(idea.id, LINE, person_id=voter.id, now=now()), moderator)
    told = spread()
    assert sorted(told) == sorted(["auteur@example.org", queries.people.find_email(voter.id)])
    assert "Une personne dit ce qu’elle ferait des données de votre idée" in told["auteur@example.org"]
    assert all(LINE in body and f"/idees/{idea.id}\n" in body for body in told.values())
    assert "est publié" in told[queries.people.find_email(voter.id)]
    assert "est publié" in visit.sign_in(voter)("/compte").text


def test_who_wrote_a_refused_line_alone_hears_why(idea, voter, moderator, visit):
    use = write_use(idea.id, LINE, person_id=voter.id, now=now())
    decide_use(use.id, is_published=False, reason="advertising", actor=moderator, now=now())
    ((to, body),) = spread().items()
    assert to == queries.people.find_email(voter.id) and "Publicité" in body and LINE in body
    assert f"/idees/{idea.id}/usage\n" in body
    assert form_of(idea) in visit.sign_in(voter)("/compte").links()


def test_lines_of_a_day_come_to_their_author_in_one_mail(campaign, moderator):
    author = make_person("auteur@example.org")
    idea = make_idea(campaign=campaign, title="Bacs", author=author)
    for number in range(3):
        person = make_person()
        make_vote(idea, person)
        publish(write_use(idea.id, f"Usage {number}", person_id=person.id, now=now()), moderator)
    spread()
    (body,) = [mail.body for mail in db.session.query(OutboxMail) if mail.to == "auteur@example.org"]
    assert all(f"Usage {number}" in body for number in range(3))


def test_an_author_who_supports_with_a_use_hears_of_it_once(campaign, moderator):
    author = make_person("auteur@example.org")
    idea = make_idea(campaign=campaign, title="Bacs", author=author)
    make_vote(idea, author)
    publish(write_use(idea.id, LINE, person_id=author.id, now=now()), moderator)
    spread()
    assert news_of(author) == [("use_published", "writer", LINE)]


def test_nobody_is_told_of_a_line_that_they_decided_of_themselves(campaign, idea, moderator):
    make_vote(idea, moderator)
    publish(write_use(idea.id, LINE, person_id=moderator.id, now=now()), moderator)
    spread()
    assert news_of(moderator) == []


def test_authors_of_a_family_both_hear_of_a_line(campaign, voter, moderator):
    first, second = make_person(), make_person()
    kept = make_idea(campaign=campaign, title="Bacs", author=first)
    merged = make_idea(campaign=campaign, title="Bacs du soir", author=second)
    make_vote(merged, voter)
    merge_ideas(merged.id, kept.id, actor=moderator, now=now())
    publish(write_use(kept.id, LINE, person_id=voter.id, now=now()), moderator)
    spread()
    assert [line for line in news_of(first) if line[0] == "use_published"] == [("use_published", "author", LINE)]
    assert [line for line in news_of(second) if line[0] == "use_published"] == [("use_published", "author", LINE)]
    (line,) = [line for line in queries.news.list_lines(voter.id) if line.kind == "use_published"]
    assert line.idea_id == kept.id, "the page that shows it"


def test_a_verdict_that_is_taken_back_is_told_to_nobody(idea, voter, moderator):
    decision = publish(write_use(idea.id, LINE, person_id=voter.id, now=now()), moderator)
    undo_decision(decision.id, actor=moderator, now=now())
    assert spread() == {} and news_of(voter) == []


def test_news_no_longer_show_a_line_that_was_written_over_or_taken_back(idea, voter, published):
    spread()
    assert news_of(voter) == [("use_published", "writer", LINE)]
    write_use(idea.id, "Autre chose", person_id=voter.id, now=now())
    assert news_of(voter) == [("use_published", "writer", "")]
    take_back_use(idea.id, person_id=voter.id)
    assert db.session.query(Event).filter(Event.use_id.is_not(None)).count() == db.session.query(Notice).count() == 0


def test_an_account_lists_the_lines_beside_the_supports(campaign, idea, voter, moderator, visit):
    bare = make_idea(campaign=campaign, title="Bacs")
    make_vote(bare, voter)
    use = write_use(idea.id, LINE, person_id=voter.id, now=now())
    page = visit.sign_in(voter)("/compte")
    assert LINE in page.text and "En attente de relecture" in page.text and "Modifier ou retirer" in page.text
    assert {form_of(idea), form_of(bare)} <= set(page.links())
    decide_use(use.id, is_published=False, reason="advertising", actor=moderator, now=now())
    text = visit("/compte/soutiens").text
    assert "Non publié" in text and "Publicité" in text
    db.session.get(Campaign, campaign.id).closed_at = now()
    db.session.commit()
    page = visit("/compte/soutiens")
    assert LINE in page.text and form_of(idea) not in page.links()


def test_programs_read_the_lines_that_are_published(idea, published, client):
    other = make_person()
    make_vote(idea, other)
    write_use(idea.id, "En attente", person_id=other.id, now=now())
    assert client.get(f"/api/v1/ideas/{idea.id}").json["uses"] == [LINE]

"""An author takes their idea back: gone from every public place, its votes kept, nobody else's idea lost."""

import pytest

from ideas.actions.editions import write_edition_files
from ideas.actions.merging import merge_ideas
from ideas.actions.regrouping import regroup
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.accounts import Role
from ideas.domain.errors import NotFound, WrongState
from ideas.store.database import db
from ideas.store.models import Decision, Idea, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now

TITLE = "Horaires des bus zythum"


@pytest.fixture
def author(app):
    return make_person(role=Role.MODERATOR.value)


def withdraw(idea):
    db.session.commit()
    return withdraw_idea(idea.id, author_id=idea.author_id, now=now())


def read(visit, address):
    with visit.client.get(address) as answer:
        return answer.get_data(as_text=True)


def test_an_author_withdraws_their_idea_from_its_page(author, visit):
    idea = make_idea(author=author, title=TITLE)
    visit.sign_in(author)
    address = f"/idees/{idea.id}/retrait"
    assert address in visit(f"/idees/{idea.id}").links()
    page = visit.submit(visit(address), address)
    assert "Votre idée est retirée." in page.text and "Retirée par son auteur" in page.text
    assert (page.response.request.path, TITLE in page.text) == ("/compte", True)
    own = visit(f"/idees/{idea.id}")
    assert TITLE in own.text and address not in own.links()


@pytest.mark.parametrize("typed", ["{}", " n° {} : Lignes", "https://example.org/idees/{}-lignes?lang=en"])
def test_whoever_looks_for_it_is_led_to_the_one_that_its_author_names(author, visit, typed):
    better, voter = make_idea(title="Lignes de bus"), make_person("v@example.org")
    idea = make_idea(author=author, title=TITLE)
    make_vote(idea, voter)
    visit.sign_in(author)
    address = f"/idees/{idea.id}/retrait"
    visit.submit(visit(address), address, better=typed.format(better.id))
    assert db.session.query(Decision).one().other_idea_id == better.id
    assert TITLE in visit(f"/idees/{idea.id}").text, "its author still reads it"
    visit.sign_in(voter)
    page = visit(f"/idees/{idea.id}", status=410)
    assert "renvoie à une autre" in page.text and f"/idees/{better.id}" in page.links()
    assert "Lignes de bus" in page.text and TITLE not in page.html


@pytest.mark.parametrize("state", ["hidden", "awaiting_review", "itself", "elsewhere", "nowhere"])
def test_only_an_idea_on_line_here_is_one_to_lead_to(author, visit, state):
    idea = make_idea(author=author, title=TITLE)
    others = {
        "itself": lambda: idea.id,
        "elsewhere": lambda: make_idea(campaign=make_campaign(slug="ailleurs")).id,
        "nowhere": lambda: 999_999,
    }
    number = others.get(state, lambda: make_idea(publication=state).id)()
    visit.sign_in(author)
    address = f"/idees/{idea.id}/retrait"
    page = visit.submit(visit(address), address, better=f"n° {number}", status=400)
    assert f"n° {number} n’est pas en ligne" in page.text and db.session.query(Decision).count() == 0
    page = visit.submit(page, address, better="la mienne", status=400)
    assert "la mienne" in page.html and "Tapez le numéro" in page.text
    assert "retirée" in visit.submit(page, address, better="").text


def test_one_that_is_hidden_since_is_led_to_no_more(author, visit):
    better = make_idea(title="Lignes de bus", publication="published")
    idea = make_idea(author=author, title=TITLE)
    withdraw_idea(idea.id, author_id=author.id, now=now(), better_id=better.id)
    better.publication = "hidden"
    db.session.commit()
    page = visit(f"/idees/{idea.id}", status=410)
    assert "Lignes" not in page.html and "retirée par son auteur." in page.text


def test_the_decision_is_recorded_without_saying_who_the_author_is(author, visit):
    idea = make_idea(author=author, title=TITLE)
    withdraw(idea)
    decision = db.session.query(Decision).one()
    assert (decision.kind, decision.role, decision.idea_id) == ("withdraw", "contributor", idea.id)
    page = visit("/registre")
    assert "Idée retirée par son auteur" in page.text and TITLE not in page.html and "Modérateur" not in page.text


def test_others_are_told_that_it_was_withdrawn_and_nothing_else(author, visit):
    idea = make_idea(author=author, title=TITLE)
    withdraw(idea)
    page = visit(f"/idees/{idea.id}", status=410)
    assert "Cette idée a été retirée par son auteur." in page.text and TITLE not in page.html
    assert "withdrawn by its author" in visit(f"/idees/{idea.id}?lang=en", status=410).text
    visit.sign_in(make_person())(f"/idees/{idea.id}", status=410)
    assert TITLE in visit.sign_in(make_moderator())(f"/idees/{idea.id}").text


def test_an_idea_that_was_never_online_is_not_spoken_of(author, visit):
    idea = make_idea(author=author, publication="awaiting_review", published_at=None)
    withdraw(idea)
    assert "introuvable" in visit(f"/idees/{idea.id}", status=404).text


def test_it_is_gone_from_every_public_place_and_its_votes_are_kept(author, visit, tmp_path):
    campaign = make_campaign()
    idea, other = (make_idea(campaign=campaign, author=author, title=f"{TITLE} {n}") for n in range(2))
    for _ in range(3):
        make_idea(campaign=campaign, title="Horaires des bus de nuit")
    make_vote(idea)
    make_vote(idea)
    make_vote(other)
    regroup(campaign.id, now=now())
    places = ["/", "/idees", "/idees?q=zythum", "/sujets", "/fil.atom", "/sitemap.xml", f"/idees/{other.id}"]
    places += ["/idees/similaires?texte=horaires+bus+zythum", "/registre"]
    assert f"/idees/{idea.id}-" in "".join(read(visit, place) for place in places)
    withdraw(idea)
    for place in places:
        assert f"/idees/{idea.id}-" not in read(visit, place) and f"{TITLE} 0" not in read(visit, place), place
    assert "1 soutien" in visit("/").text and db.session.query(Vote).count() == 3
    write_edition_files(campaign, tmp_path / "edition")
    assert not any(f"{TITLE} 0".encode() in path.read_bytes() for path in (tmp_path / "edition").glob("ideas.*"))
    assert "voters,,,true,false" in (tmp_path / "edition" / "figures.csv").read_text()


def test_ideas_of_others_merged_into_it_stand_alone_again(author):
    kept, double, third = make_idea(author=author), make_idea(), make_idea()
    for idea in (kept, double, double, third):
        make_vote(idea)
    moderator = make_moderator()
    merge_ideas(third.id, double.id, actor=moderator, now=now())
    merge_ideas(double.id, kept.id, actor=moderator, now=now())
    withdraw(kept)
    db.session.expire_all()
    rows = [(one.publication, one.canonical_id, one.vote_count) for one in db.session.query(Idea).order_by(Idea.id)]
    assert rows == [("withdrawn", None, 1), ("published", None, 3), ("merged", double.id, 1)]
    assert [one.kind for one in db.session.query(Decision).order_by(Decision.id)][2:] == ["undo_merge", "withdraw"]


@pytest.mark.parametrize("state", ["withdrawn", "draft"])
def test_what_is_withdrawn_or_was_never_sent_cannot_be_withdrawn(author, visit, state):
    idea = make_idea(author=author, publication=state)
    with pytest.raises(WrongState):
        withdraw(idea)
    visit.sign_in(author)
    assert f"/idees/{idea.id}/retrait" not in visit(f"/idees/{idea.id}").links()
    assert visit.client.get(f"/idees/{idea.id}/retrait").status_code == 303
    assert db.session.query(Decision).count() == 0


def test_nobody_withdraws_the_idea_of_another(author, visit):
    idea, own = make_idea(), make_idea(author=author)
    with pytest.raises(NotFound):
        withdraw_idea(idea.id, author_id=author.id, now=now())
    visit.sign_in(author)
    page = visit(f"/idees/{own.id}/retrait")
    token = page.fields(page.find_form(f"/idees/{own.id}/retrait"))["csrf_token"]
    assert visit.client.post(f"/idees/{idea.id}/retrait", data={"csrf_token": token}).status_code == 404
    assert visit.client.get(f"/idees/{idea.id}/retrait").status_code == 303
    assert db.session.query(Idea).filter_by(publication="withdrawn").count() == 0


def test_an_idea_withdrawn_twice_leaves_one_line(author, visit):
    idea = make_idea(author=author)
    page = visit.sign_in(author)(f"/idees/{idea.id}/retrait")
    visit.submit(page, f"/idees/{idea.id}/retrait")
    assert "n’est plus possible" in visit.submit(page, f"/idees/{idea.id}/retrait", status=409).text
    assert db.session.query(Decision).count() == 1


def test_an_idea_can_be_withdrawn_once_the_campaign_is_over(author):
    idea = make_idea(author=author, campaign=make_campaign(closed_at=now()))
    withdraw(idea)
    assert db.session.query(Idea).one().publication == "withdrawn"

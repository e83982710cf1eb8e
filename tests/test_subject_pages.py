"""Subjects as people read them, and the triage pages: only what is published counts, every act can be taken back."""

import re

import pytest

from ideas.actions.catalogue import import_catalogue
from ideas.actions.membership import move
from ideas.actions.merging import merge_ideas
from ideas.actions.pairing import keep_apart, keep_together
from ideas.actions.publication import decide_idea
from ideas.actions.subjects import confirm, join, rename, split
from ideas.actions.voting import withdraw_vote
from ideas.domain.accounts import Role
from ideas.domain.clusters import RunState
from ideas.domain.publication import Verdict
from ideas.retrieval.search import make_search_text
from ideas.store.database import db
from ideas.store.models import (
    Assignee,
    Campaign,
    Cluster,
    Constraint,
    Dataset,
    Idea,
    Identity,
    Job,
    Lineage,
    Membership,
    NearIdeas,
    NearPair,
    Run,
    RunCluster,
)
from tests.factories import make_answer, make_campaign, make_idea, make_moderator, make_person, make_vote, now


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def bench(visit):
    """A reviewer's browser."""
    return visit.sign_in(make_person(role=Role.REVIEWER.value))


def save(*rows):
    db.session.add_all(rows)
    db.session.commit()
    return rows[0]


def make_run(campaign, **given):
    usual = {"state": RunState.ACCEPTED, "started_at": now(), "finished_at": now()}
    run = save(Run(campaign_id=campaign.id, **usual | given))
    db.session.get(Campaign, campaign.id).current_run_id = run.id
    db.session.commit()
    return run


def make_member(title, votes=0, **given):
    usual = {"title": title, "search_text": make_search_text(title, "")}
    idea = make_idea(**usual | given)
    for _ in range(votes):
        make_vote(idea=idea, person=make_person())
    return idea


def make_subject(run, *ideas, words=("vélo", "comptage"), pairs=(), near=(), title="", **given):
    """A subject of the run, named after its first idea when it has a title; all its ideas are in it by the run."""
    usual = {"campaign_id": run.campaign_id, "born_run_id": run.id, "accepted_at": now()}
    subject = save(Cluster(**usual | given))
    key = {"run_id": run.id, "cluster_id": subject.id}
    named = {"title": title, "named_after_id": ideas[0].id} if title else {}
    save(
        RunCluster(**key, keywords=list(words), size=len(ideas), cohesion=0.5, **named),
        Lineage(**key, event="born"),
        *[Membership(**key, idea_id=one.id, likeness=0.7) for one in ideas],
        *[NearPair(run_id=run.id, first_id=a.id, second_id=b.id, likeness=0.9, shared=WORDS) for a, b in pairs],
        *[NearIdeas(run_id=run.id, idea_id=a.id, near=[[b.id, likeness, ["vélo"]]]) for a, b, likeness in near],
    )
    return subject


WORDS = {"words": [["vélo", 0.7], ["comptage", 0.3]]}


def hide(idea):
    decide_idea(idea.id, Verdict.HIDE, actor=make_moderator(), now=now(), reason="off_topic")


def undo_of(page):
    """Where the notice of what was just done posts to take it back."""
    return next(form["action"] for form in page.all("form") if "/annulation" in form.get("action", ""))


def acting():
    return {"actor": make_person(role=Role.REVIEWER.value), "now": now()}


def test_subjects_are_listed_by_different_people_under_the_theme_of_most_ideas(visit, campaign):
    run, fan = make_run(campaign), make_person()
    bikes = [make_member("Vélo", theme="transport"), make_member("Comptage vélo", theme="sport")]
    bikes.append(make_member("Vélo en ville", theme="transport"))
    for idea in bikes:
        make_vote(idea=idea, person=fan)
    make_subject(run, *bikes, words=["vélo"])
    meals = [make_member("Cantine", 2, theme="education"), make_member("Menu", theme="education")]
    make_subject(run, *meals, name="Repas scolaires")
    page = visit("/sujets")
    assert page.text.index("Repas scolaires") < page.text.index("Vélo")
    assert "3 idées1 personneProposé par la machine" in page.text and "2 idées2 personnes" in page.text
    assert page.text.index("Transports") < page.text.index(
        "Vélo3 idées" if "Vélo3 idées" in page.text else "Vélo 3 idées"
    )
    assert "/sujets?theme=transport" in page.html and "De quoi parlent les 5 idées" in page.text
    assert "Repas scolaires" not in visit("/sujets?theme=transport").text


def test_a_subject_without_theme_has_its_place(visit, campaign):
    run = make_run(campaign)
    make_subject(run, make_member("Vélo"), make_member("Comptage"), words=["vélo"])
    make_subject(run, make_member("Eau", theme="health"), make_member("Robinet", theme="health"), words=["eau"])
    assert "Sans thème" in visit("/sujets").text
    page = visit("/sujets?theme=autres")
    assert "Vélo" in page.text and "Eau" not in page.text


def test_a_bar_is_hollow_until_a_person_has_reviewed(visit, campaign):
    run = make_run(campaign)
    subject = make_subject(run, make_member("Vélo"), make_member("Comptage"))
    assert "people hollow" in visit("/sujets").html
    confirm(subject.id, **acting())
    page = visit("/sujets")
    assert "people hollow" not in page.html and "Relu par l’équipe" in page.text and "1 relu par l’équipe" in page.text


def test_a_campaign_without_a_run_says_what_will_be_there(visit, campaign):
    assert "Aucun sujet pour l’instant" in visit("/sujets").text


def test_an_idea_without_subject_has_an_honest_place(visit, campaign):
    make_subject(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    make_member("Xylophone", 3)
    page = visit("/sujets/sans")
    assert "Xylophone" in page.text and "Vélo" not in page.text and "1 idée" in page.text
    assert "1 idée seule" in visit("/sujets").text


def test_a_subject_says_why_its_ideas_are_together(visit, campaign):
    run = make_run(campaign)
    ideas = [make_member("Vélo en ville", 1), make_member("Comptage vélo", 1), make_member("Piste vélo")]
    other, far = make_member("Gare vélo"), make_member("Gare")
    subject = make_subject(run, *ideas, near=[(ideas[0], other, 0.4), (ideas[1], ideas[0], 0.9)])
    make_subject(run, other, far, words=["gare"], title="Gare vélo")
    page = visit(f"/sujets/{subject.id}")
    for words in ("Vélo, comptage", "3 idées réunies, soutenues par 2 personnes, depuis le", "vélo 3 sur 3"):
        assert words in page.text.replace("\xa0", " ").replace("\u202f", " ")
    assert "Gare vélo proche" in page.text and "Né" in page.text and "Proposé par la machine" in page.text
    assert "0,4" not in page.text and "triage" not in page.html


def test_a_subject_of_one_idea_speaks_of_one(visit, campaign):
    subject = make_subject(make_run(campaign), make_member("Vélo", 2))
    page = visit(f"/sujets/{subject.id}")
    assert "Une idée, soutenue par 2 personnes" in page.text and "2 personnes soutiennent cette idée" in page.text


def test_the_requests_of_a_subject_count_ideas_and_people(visit, campaign):
    run = make_run(campaign)
    ideas = [make_member("Vélo un", 2), make_member("Vélo deux", 1), make_member("Vélo trois", 4)]
    subject = make_subject(run, *ideas)
    request = save(Cluster(campaign_id=campaign.id, born_run_id=run.id, level="request", accepted_at=now()))
    key = {"run_id": run.id, "cluster_id": request.id, "parent_id": subject.id}
    save(RunCluster(**key, title="Vélo un", named_after_id=ideas[0].id, size=2, cohesion=0.9))
    for idea in ideas[:2]:
        db.session.get(Membership, (run.id, idea.id)).request_id = request.id
    db.session.commit()
    page = visit(f"/sujets/{subject.id}")
    assert "Ce qui est demandé, précisément" in page.text and "2 idées3 personnes" in page.text
    of_request = visit(f"/sujets/{subject.id}/demandes/{request.id}")
    assert "2 idées demandent la même chose, soutenues par 3 personnes" in of_request.text
    assert "Vélo deux" in of_request.text and "Vélo trois" not in of_request.text
    hide(ideas[1])
    visit(f"/sujets/{subject.id}/demandes/{request.id}", status=404)
    visit(f"/sujets/{subject.id}/demandes/{subject.id}", status=404)
    db.session.get(Idea, ideas[1].id).publication = "published"
    db.session.get(Membership, (run.id, ideas[2].id)).request_id = request.id
    db.session.commit()
    assert "une seule réponse vaudrait pour toutes" in visit(f"/sujets/{subject.id}").text


def test_the_number_of_a_request_leads_to_its_page_wherever_its_subject_is(client, campaign):
    run = make_run(campaign)
    one, other = (make_subject(run, make_member("Vélo un"), make_member("Vélo deux")) for _ in range(2))
    request = save(Cluster(campaign_id=campaign.id, born_run_id=run.id, level="request", accepted_at=now()))
    save(RunCluster(run_id=run.id, cluster_id=request.id, parent_id=other.id, size=2, cohesion=0.9))
    for path in (f"/sujets/{request.id}", f"/sujets/{one.id}/demandes/{request.id}"):
        assert client.get(path).location == f"/sujets/{other.id}/demandes/{request.id}"


def test_people_are_counted_again_only_once_somebody_votes_or_acts(visit, campaign, count_queries):
    def ask():
        with count_queries() as statements:
            page = visit("/sujets")
        return page.text, sum("count(DISTINCT votes" in statement for statement in statements)

    fan, idea, other = make_person(), make_member("Vélo un", 1), make_member("Vélo deux")
    make_subject(make_run(campaign), idea, other)
    assert [ask()[1], ask()[1]] == [1, 0]
    make_vote(idea=idea, person=fan)
    text, counted = ask()
    assert "2 idées2 personnes" in text and counted == 1
    withdraw_vote(idea.id, person_id=fan.id, now=now())
    make_vote(idea=other, person=make_person())
    make_vote(idea=other, person=fan)
    text, counted = ask()
    assert "2 idées3 personnes" in text and counted == 1


def test_an_answer_for_all_stands_first(visit, campaign):
    ideas = [make_member("Vélo"), make_member("Comptage"), make_member("Cycles")]
    subject = make_subject(make_run(campaign), *ideas)
    answer = make_answer(text="Les comptages seront ouverts en mars.")
    for idea in ideas[:2]:
        idea.answer_id = answer.id
    db.session.commit()
    assert "Réponse officielle à 2 de ces 3 idées" in visit(f"/sujets/{subject.id}").text
    ideas[2].answer_id = answer.id
    db.session.commit()
    page = visit(f"/sujets/{subject.id}")
    assert "Réponse officielle pour tout le sujet" in page.text and "ouverts en mars" in page.text


def test_a_newcomer_is_never_under_a_confirmed_label(visit, campaign):
    run = make_run(campaign)
    subject = make_subject(run, *[make_member(f"Vélo {number}") for number in range(12)])
    confirm(subject.id, **acting())
    new = make_member("Vélo tout neuf")
    save(Membership(run_id=run.id, idea_id=new.id, cluster_id=subject.id, origin="placed", likeness=0.5))
    page = visit(f"/sujets/{subject.id}")
    assert page.text.count("Arrivée depuis la relecture") == 1 and "sauf ce qui est arrivé depuis" in page.text
    other = make_member("Vélo encore plus neuf")
    save(Membership(run_id=run.id, idea_id=other.id, cluster_id=subject.id, origin="placed", likeness=0.5))
    page = visit(f"/sujets/{subject.id}")
    assert "À revoir" in page.text and "Relu par l’équipe" not in page.text


def test_what_is_hidden_leaves_members_counts_words_and_neighbours_at_once(visit, campaign):
    run = make_run(campaign)
    secret = make_member("Zanzibar vélo", 3)
    ideas = [secret, make_member("Vélo en ville", 1), make_member("Comptage vélo", 1)]
    subject = make_subject(run, *ideas, words=["zanzibar", "vélo", "vélo zanzibar"], title="Zanzibar vélo")
    other = make_subject(run, make_member("Gare"), make_member("Quai"), words=["gare"])
    save(NearIdeas(run_id=run.id, idea_id=db.session.get(Idea, secret.id).id, near=[]))
    assert "anzibar" in visit(f"/sujets/{subject.id}").text
    hide(secret)
    for path in ("/sujets", f"/sujets/{subject.id}", "/sujets/sans", f"/sujets/{other.id}"):
        assert "anzibar" not in visit(path).html
    page = visit(f"/sujets/{subject.id}")
    assert "2 idées réunies, soutenues par 2 personnes" in page.text and "vélo 2 sur 2" in page.text


def test_a_name_and_its_subject_go_with_the_last_member(visit, campaign):
    ideas = [make_member("Vélo"), make_member("Comptage")]
    subject = make_subject(make_run(campaign), *ideas, name="Nom donné")
    for idea in ideas:
        hide(idea)
    visit(f"/sujets/{subject.id}", status=404)
    assert "Nom donné" not in visit("/sujets").html and "Nom donné" not in visit("/registre").html


def test_a_merged_idea_leaves_its_subject_and_its_supporters_count_once(visit, campaign):
    fan = make_person()
    ideas = [make_member("Vélo"), make_member("Comptage"), make_member("Cycles")]
    subject = make_subject(make_run(campaign), *ideas)
    for idea in (ideas[0], ideas[2]):
        make_vote(idea=idea, person=fan)
    make_vote(idea=ideas[2], person=make_person())
    merge_ideas(ideas[2].id, ideas[0].id, actor=make_moderator(), now=now())
    page = visit(f"/sujets/{subject.id}")
    assert "2 idées réunies, soutenues par 2 personnes" in page.text and "Cycles" not in page.text


def test_the_address_of_a_joined_subject_leads_to_the_other(visit, client, campaign):
    run = make_run(campaign)
    old = make_subject(run, make_member("Vélo"), make_member("Comptage"))
    heir = make_subject(run, make_member("Cycles"), make_member("Pistes"))
    join(heir.id, [old.id], note="Même objet", **acting())
    answer = client.get(f"/sujets/{old.id}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sujets/{heir.id}")
    page = visit(f"/sujets/{heir.id}")
    assert f"Le sujet n° {old.id} l’a rejoint" in page.text and "« Même objet »" in page.text


def test_history_tells_reasons_and_not_what_a_run_left_alone(visit, campaign):
    run = make_run(campaign)
    ideas = [make_member("Vélo"), make_member("Comptage"), make_member("Piste")]
    subject = make_subject(run, *ideas)
    save(Lineage(run_id=run.id, cluster_id=subject.id, event="kept", overlap=1.0))
    rename(subject.id, "Compter les vélos", **acting())
    split(subject.id, [[ideas[2].id]], note="On compte, on ne décrit pas", **acting())
    page = visit(f"/sujets/{subject.id}")
    assert "« On compte, on ne décrit pas »" in page.text and "Sujet renommé" in page.text
    assert "s’en est séparé" in page.text and "Ses idées ont changé" not in page.text


@pytest.mark.parametrize("number", [987_654, 0, 2**31, "x"])
def test_an_unknown_subject_is_not_found(visit, campaign, number):
    visit(f"/sujets/{number}", status=404)


def test_a_subject_that_is_only_proposed_has_no_page(visit, bench, campaign):
    subject = make_subject(make_run(campaign), make_member("Vélo"), make_member("Comptage"), accepted_at=None)
    visit(f"/sujets/{subject.id}", status=404)


@pytest.mark.parametrize(
    "old, new", [("", ""), ("/12", "/12"), ("/sans", "/sans"), ("/12?lang=en", "/12?lang=en"), ("?page=2", "?page=2")]
)
def test_old_addresses_lead_on_for_ever(client, campaign, old, new):
    answer = client.get(f"/regroupements{old}")
    assert answer.status_code == 301 and answer.headers["Location"] == f"/sujets{new}"


def test_an_idea_names_its_subject_and_a_theme_that_is_only_suggested(visit, campaign):
    run = make_run(campaign)
    ideas = [make_member("Vélo"), make_member("Comptage", theme="transport")]
    subject = make_subject(run, *ideas, name="Compter les vélos", near=[(ideas[0], ideas[1], 0.7)])
    page = visit(f"/idees/{ideas[0].id}")
    assert "Compter les vélos" in page.text and f"/sujets/{subject.id}" in page.links()
    assert "Transports (suggéré d’après son sujet)" in page.text
    assert "très proche" in page.text and "Mots partagés : vélo" in page.text and "0,70" not in page.text
    assert "suggéré" not in visit(f"/idees/{ideas[1].id}").text


def test_a_card_names_the_subject_as_the_machine_does_until_a_person_names_it(visit, campaign):
    ideas = [make_member("Vélo"), make_member("Comptage")]
    subject = make_subject(make_run(campaign), *ideas, title="Compter les vélos")
    assert visit("/idees").text.count("Compter les vélos") == 3, "on two cards and in the filter"
    hide(ideas[0])  # the idea whose title it was
    page = visit("/idees")
    assert "Compter les vélos" not in page.text and "Voir son sujet" in page.text
    rename(subject.id, "Vélos comptés", **acting())
    assert "Vélos comptés" in visit("/idees").text


def test_a_page_of_subjects_costs_the_same_however_many(client, campaign, count_queries):
    run = make_run(campaign)
    near = make_member("Gare")
    ideas = [make_member("Vélo", 1), make_member("Comptage", theme="transport"), make_member("Caché")]
    subject = make_subject(run, *ideas, near=[(ideas[0], near, 0.4)])
    make_subject(run, near, make_member("Quai"))
    hide(db.session.query(Idea).filter_by(title="Caché").one())
    client.get("/sujets")  # people are counted once
    addresses = ("/sujets", "/sujets?theme=transport", f"/sujets/{subject.id}", "/sujets/sans")
    few = [count_statements(client, count_queries, path) for path in addresses]
    for _ in range(5):
        make_subject(run, make_member("Vélo"), make_member("Comptage"), make_member("Seul"))
    for _ in range(3):
        save(Membership(run_id=run.id, idea_id=make_member("Vélo").id, cluster_id=subject.id, likeness=0.5))
    client.get("/sujets")
    assert [count_statements(client, count_queries, path) for path in addresses] == few
    assert max(few) <= 8


def count_statements(client, count_queries, path):
    with count_queries() as statements:
        assert client.get(path).status_code == 200
    return len(statements)


def test_the_bench_shows_newcomers_first_then_what_is_uncertain_and_much_supported(bench, campaign):
    run = make_run(campaign)
    grown = make_subject(run, make_member("Cantine"), make_member("Menu"), words=["cantine"])
    confirm(grown.id, **acting())
    new = make_member("Cantine bio")
    save(Membership(run_id=run.id, idea_id=new.id, cluster_id=grown.id, origin="placed", likeness=0.5))
    done = make_subject(run, make_member("Train", 3), make_member("Gare"), words=["train"])
    confirm(done.id, **acting())
    make_subject(run, make_member("Vélo", 2), make_member("Comptage"), words=["vélo"])
    make_subject(run, make_member("Eau", 1), make_member("Robinet"), words=["eau"])
    page = bench("/triage?filtre=tous")
    names = [page.text.index(words) for words in ("Cantine3 idées", "Vélo2 idées", "Eau2 idées", "Train2 idées")]
    assert names == sorted(names) and "1 sujet relu sur 4" in page.text
    assert "1 arrivée depuis votre relecture" in page.text and "Arrivée depuis la relecture" in page.text
    assert "Train" not in bench("/triage").text and "Vélo" not in bench("/triage?filtre=relus").text


def test_an_empty_bench_says_how_to_begin(bench, campaign):
    assert "Rien à trier" in bench("/triage").text
    bench("/triage?sujet=99", status=404)


def test_confirming_on_the_bench_opens_the_next_and_is_undone(bench, campaign):
    run = make_run(campaign)
    first = make_subject(run, make_member("Vélo", 2), make_member("Comptage"), words=["vélo"])
    make_subject(run, make_member("Eau", 1), make_member("Robinet"), words=["eau"])
    page = bench.submit(bench("/triage"), f"/triage/sujets/{first.id}/confirmation")
    assert "Triage : Eau" in page.text and "Sujet confirmé" in page.text
    page = bench.submit(page, undo_of(page))
    assert "Décision annulée" in page.text and "Triage : Vélo" in page.text
    assert db.session.get(Cluster, first.id, populate_existing=True).state == "proposed"


def test_a_subject_is_renamed(bench, campaign):
    subject = make_subject(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    page = bench.submit(bench("/triage"), f"/triage/sujets/{subject.id}/nom", name="Compteurs <vélo>")
    assert "Compteurs <vélo>" in page.text and "Sujet renommé" in page.text


def sort(bench, subject, act, ideas=(), status=200, page=None, **sent):
    page = page or bench(f"/triage?sujet={subject.id}")
    ticked = [one.id for one in ideas]
    return bench.submit(page, f"/triage/sujets/{subject.id}/idees", status=status, act=act, idea_id=ticked, **sent)


def where(idea):
    run_id = db.session.get(Campaign, idea.campaign_id, populate_existing=True).current_run_id
    row = db.session.get(Membership, (run_id, idea.id), populate_existing=True)
    return row and row.cluster_id


@pytest.mark.parametrize("typed", ["n° {number} : Eau, robinet", "{number}", "eau, robinet", "robin"])
def test_ideas_move_to_a_subject_found_by_typing(bench, campaign, typed):
    run, ideas = make_run(campaign), [make_member("Vélo"), make_member("Comptage"), make_member("Piste")]
    here = make_subject(run, *ideas)
    there = make_subject(run, make_member("Eau"), make_member("Robinet"), words=["eau", "robinet"])
    page = sort(bench, here, "move", ideas[:2], target=typed.format(number=there.id))
    assert [where(one) for one in ideas] == [there.id, there.id, here.id]
    bench.submit(page, undo_of(page))
    assert [where(one) for one in ideas] == [here.id] * 3


def test_ticked_ideas_are_split_pinned_and_taken_out(bench, campaign):
    ideas = [make_member(title) for title in ("Vélo", "Comptage", "Piste", "Gare")]
    subject = make_subject(make_run(campaign), *ideas)
    page = sort(bench, subject, "split", ideas[2:], name="Pistes")
    assert where(ideas[2]) == where(ideas[3]) != subject.id and "Sujet partagé" in page.text
    assert "Pistes" in bench(f"/sujets/{where(ideas[2])}").text
    sort(bench, subject, "pin", ideas[:1])
    assert db.session.query(Constraint).one().kind == "pinned"
    sort(bench, subject, "take_out", ideas[1:2])
    assert where(ideas[1]) is None and "Comptage" in bench("/triage/sans").text


def test_an_idea_without_subject_is_placed_in_one(bench, campaign):
    subject = make_subject(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    alone = make_member("Cycles")
    page = bench.submit(bench("/triage/sans"), "/triage/sans", idea_id=[alone.id], target=str(subject.id))
    assert where(alone) == subject.id and "Idées déplacées vers un sujet : n°" in page.text
    make_member("Xylophone")
    page = bench.submit(bench("/triage/sans"), "/triage/sans", status=400, target="rien de tel")
    assert "Choisissez une idée au moins" in page.text and "Tapez le nom ou le numéro" in page.text


def test_ideas_alone_near_a_subject_are_shown_beside_it_and_brought_in_one_act(bench, campaign):
    run = make_run(campaign)
    velo, pistes, far = make_member("Pistes cyclables", 2), make_member("Voies cyclables"), make_member("Cantines")
    # One is near by what the run noted of it, the other by what it noted of a member; the third is near nothing here.
    subject = make_subject(run, velo, make_member("Comptage"), near=[(pistes, velo, 0.3), (far, pistes, 0.2)])
    said = make_member("Stationnement des vélos", 3)
    save(
        NearIdeas(run_id=run.id, idea_id=velo.id, near=[[said.id, 0.4, ["vélo"]]]),
        NearIdeas(run_id=run.id, idea_id=said.id, near=[]),
    )
    page = bench(f"/triage?sujet={subject.id}")
    offered = [int(tag["value"]) for tag in page.all("button") if tag.get("name") == "idea_id"]
    assert offered == [said.id, pistes.id]
    page = bench.submit(page, f"/triage/sujets/{subject.id}/venues", idea_id=[said.id, pistes.id])
    assert where(said) == where(pistes) == subject.id and where(far) is None
    bench.submit(page, undo_of(page))
    assert where(said) is None and where(pistes) is None
    page = bench.submit(
        bench(f"/triage?sujet={subject.id}"), f"/triage/sujets/{subject.id}/venues", status=409, idea_id=[]
    )
    assert "Choisissez une idée au moins" in page.text


def test_ideas_alone_become_a_subject_or_stay_alone(bench, campaign):
    make_subject(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    first, second, third = make_member("Cycles", 2), make_member("Pistes"), make_member("Xylophone")
    page = bench("/triage/sans")
    page = bench.submit(page, "/triage/sans", idea_id=[first.id, second.id], act="gather", name="")
    assert where(first) == where(second) and "Sujet fait d’idées seules" in page.text
    assert "Cycles2 idées" in bench("/triage").text
    page = bench.submit(page, undo_of(page))
    assert where(first) is None and where(second) is None
    page = bench.submit(bench("/triage/sans"), "/triage/sans", idea_id=[third.id], act="gather", name="", status=409)
    assert "Choisissez deux idées au moins" in page.text
    bench.submit(page, "/triage/sans", idea_id=[third.id], act="leave", name="")
    assert db.session.query(Constraint).filter_by(lifted_at=None).one().kind == "out"


def test_ideas_alone_have_their_turn_among_the_subjects_and_are_left_by_one_press(bench, campaign):
    run = make_run(campaign)
    torn = make_subject(run, make_member("Vélo", 9), make_member("Comptage"))
    sure = make_subject(run, make_member("Eau", 9), make_member("Robinet"))
    for subject, robustness in ((torn, 0.0), (sure, 0.9)):
        db.session.get(RunCluster, (run.id, subject.id)).robustness = robustness
    db.session.commit()
    ideas = make_member("Cycles", 3), make_member("Pistes"), make_member("Xylophone", 1)
    save(*(NearIdeas(run_id=run.id, idea_id=one.id, near=[], reading_place=at) for at, one in enumerate(ideas)))
    page = bench("/triage")
    turns = re.findall('href="([^"]+)"', page.html.partition('class="lines"')[2].partition("</ul>")[0])
    assert turns == [f"/triage?sujet={torn.id}", "/triage/sans", f"/triage?sujet={sure.id}"]
    later = [tag["href"] for tag in bench(f"/triage?sujet={sure.id}").all("a") if tag.get("data-key") == "J"]
    assert later == ["/triage/sans"], "whoever passed the ideas alone comes back to them after the last subject"
    page = bench.submit(page, f"/triage/sujets/{torn.id}/confirmation")
    assert page.text.index("Cycles") < page.text.index("Pistes") < page.text.index("Xylophone")
    assert "3 idées à lire" in page.text
    page = bench.submit(page, "/triage/sans", idea_id=[ideas[0].id], target=str(torn.id))
    assert "2 idées à lire" in page.text and where(ideas[0]) == torn.id
    late = make_member("Venue pendant la lecture")
    page = bench.submit(page, "/triage/sans", idea_id=[one.id for one in ideas[1:]], act="leave")
    assert "Eau" in page.text and "Idées sans sujet" in page.text, "nobody supports the last one: it can wait"
    page = bench.submit(bench("/triage/sans"), "/triage/sans", idea_id=[late.id], act="leave")
    assert "Eau" in page.text and "Idées sans sujet" not in page.text
    assert "laissée seule" in bench("/triage/sans").text
    assert "1 idée à lire" in bench.submit(page, undo_of(page)).text, "undone, one is back where they were left"


def test_an_idea_taken_out_of_a_subject_is_read_again_among_those_alone(bench, campaign):
    ideas = [make_member(title) for title in ("Vélo", "Comptage", "Piste")]
    subject = make_subject(make_run(campaign), *ideas)
    sort(bench, subject, "take_out", ideas[:1])
    page = bench("/triage/sans")
    assert "1 idée à lire" in page.text
    bench.submit(page, "/triage/sans", idea_id=[ideas[0].id], act="leave")
    assert "0 idée à lire" in bench("/triage/sans").text
    assert db.session.query(Constraint).filter_by(lifted_at=None).one().kind == "out"
    bench.submit(bench("/triage/sans"), "/triage/sans", idea_id=[ideas[0].id], act="leave", status=409, name="")


def test_two_ideas_are_kept_together_across_pages(bench, campaign):
    run, here, there = make_run(campaign), make_member("Vélo"), make_member("Eau")
    subject = make_subject(run, here, make_member("Comptage"))
    make_subject(run, there, make_member("Robinet"))
    sort(bench, subject, "together", [here], other=f"n° {there.id}")
    assert where(here) == where(there) == subject.id


def test_two_ideas_are_kept_apart(bench, campaign):
    a, b = make_member("Vélo"), make_member("Comptage")
    subject = make_subject(make_run(campaign), a, b)
    page = sort(bench, subject, "apart", [a, b])
    assert "Idées gardées à part" in page.text and where(a) != where(b)


def test_subjects_are_joined_and_dissolved(bench, campaign):
    run, ideas = make_run(campaign), [make_member(title) for title in ("Vélo", "Piste", "Eau", "Robinet")]
    here, there = make_subject(run, *ideas[:2]), make_subject(run, *ideas[2:], name="De l’eau")
    page = bench(f"/triage?sujet={here.id}")
    page = bench.submit(page, f"/triage/sujets/{here.id}/reunion", target="De l’eau")
    assert {where(one) for one in ideas} == {here.id} and "Sujets réunis" in page.text
    page = bench.submit(page, f"/triage/sujets/{here.id}/dissolution")
    assert {where(one) for one in ideas} == {None} and "Sujet dissous" in page.text
    assert db.session.get(Cluster, there.id).dissolved_run_id


def join_in_tree(run, *joinings):
    """Note where the tree of a run joined ideas: idea → the one that led, likeness."""
    for idea, head, likeness in joinings:
        near = db.session.get(NearIdeas, (run.id, idea.id)) or NearIdeas(run_id=run.id, idea_id=idea.id, near=[])
        near.joined_to_id, near.joined_at_likeness = head and head.id, likeness
        save(near)


@pytest.fixture
def branch(campaign):
    """A subject of two bicycles that lead all, two waters, two stations, and one that left it."""
    run = make_run(campaign)
    titles = ("Vélos", "Comptages", "Eau", "Robinet", "Gare", "Quai")
    ideas = [make_member(title, votes) for votes, title in enumerate(titles)]
    bike, count, water, tap, station, quay = ideas
    left = make_member("Rivière")
    make_subject(run, left, make_member("Crue"))
    tree = ((count, bike, 0.9), (tap, left, 0.8), (water, left, 0.7), (quay, station, 0.6))
    join_in_tree(run, *tree, (station, bike, 0.4), (left, bike, 0.3), (bike, None, None))
    return make_subject(run, *ideas), ideas


def test_a_finer_cut_is_shown_before_it_is_made(bench, branch):
    subject, (bike, count, water, tap, station, quay) = branch
    page = bench(f"/triage?sujet={subject.id}")
    said = ["sujet entier : 6 idées", "2 sujets : 4 et 2 idées", "3 sujets : 2, 2 et 2 idées"]
    assert [one["words"] for one in page.all("option") if one["value"] in ("1", "2", "3")] == said
    (slider,) = [one for one in page.all("input") if one.get("type") == "range"]
    assert (slider["min"], slider["max"], slider["value"]) == ("1", "3", "1")
    assert slider["aria-valuetext"] == said[0]
    page = bench(f"/triage/sujets/{subject.id}/partage?parts=2&suite=7")
    assert re.search(
        "Reste ici 4 idées, 10 personnes Vélos .* Gare .* Nouveau sujet 2 idées, 5 personnes Eau", page.text
    )
    assert where(water) == subject.id
    page = bench.submit(page, f"/triage/sujets/{subject.id}/partage")
    assert "Sujet partagé" in page.text
    assert {where(one) for one in (bike, count, station, quay)} == {subject.id}
    assert where(water) == where(tap) != subject.id
    bench.submit(page, undo_of(page))
    assert {where(one) for one in (bike, water, tap)} == {subject.id}


def test_a_cut_that_is_no_more_changes_nothing(bench, branch):
    subject, ideas = branch
    page = bench(f"/triage/sujets/{subject.id}/partage?parts=3")
    for idea in ideas[2:]:
        hide(idea)
    page = bench.submit(page, f"/triage/sujets/{subject.id}/partage", status=409)
    assert "Cette coupe n’existe plus" in page.text and where(ideas[0]) == subject.id
    assert "Aucune coupe plus fine" in bench(f"/triage/sujets/{subject.id}/partage").text


def test_whoever_acts_on_what_changed_meanwhile_is_told_and_keeps_what_was_ticked(bench, campaign):
    ideas = [make_member("Vélo"), make_member("Comptage"), make_member("Piste")]
    subject = make_subject(make_run(campaign), *ideas)
    page = bench(f"/triage?sujet={subject.id}")
    rename(subject.id, "Autre nom", **acting())
    page = sort(bench, subject, "take_out", ideas[:1], status=409, page=page, note="Ma raison")
    assert "a changé entre-temps" in page.text and "Autre nom" in page.text and "Ma raison" in page.html
    assert ticked_of(page) == [str(ideas[0].id)] and where(ideas[0]) == subject.id
    sort(bench, subject, "take_out", ideas[:1], page=page)
    assert where(ideas[0]) is None


@pytest.mark.parametrize("act", ["move", "pin"])
def test_several_ideas_are_all_placed_or_none(bench, campaign, act):
    run, ideas = make_run(campaign), [make_member("Vélo"), make_member("Comptage"), make_member("Cycles")]
    here, there = make_subject(run, *ideas), make_subject(run, make_member("Eau"), make_member("Robinet"))
    page = bench(f"/triage?sujet={here.id}")
    hide(ideas[1])
    page = sort(bench, here, act, ideas, status=409, page=page, target=str(there.id), note="Ma note")
    assert "Rien n’a été changé" in page.text and "Ma note" in page.html
    assert db.session.query(Constraint).count() == 0
    assert sorted(ticked_of(page)) == sorted(str(one.id) for one in (ideas[0], ideas[2]))


def test_more_ideas_than_one_act_takes_are_refused_together(bench, campaign):
    subject = make_subject(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    path = f"/triage/sujets/{subject.id}/idees"
    page = bench.submit(bench(f"/triage?sujet={subject.id}"), path, status=400, act="pin", idea_id=list(range(1, 160)))
    assert "159 idées sont choisies ; choisissez-en 100 au plus" in page.text
    assert db.session.query(Constraint).count() == 0


def ticked_of(page):
    return [box["value"] for box in page.all("input") if box.get("name") == "idea_id" and "checked" in box]


@pytest.mark.parametrize(
    "act, count, why",
    [
        ("apart", 3, "Choisissez deux idées"),
        ("together", 3, "Choisissez deux idées"),
        ("pin", 0, "Choisissez une idée au moins"),
        ("split", 0, "Choisissez une idée au moins"),
        ("move", 1, "Tapez le nom ou le numéro d’un sujet"),
        ("delete", 1, "Choisissez une action"),
    ],
)
def test_a_choice_that_does_not_fit_is_explained_and_kept(bench, campaign, act, count, why):
    ideas, run = [make_member("Vélo"), make_member("Comptage"), make_member("Cycles")], make_run(campaign)
    subject = make_subject(run, *ideas)
    page = sort(bench, subject, act, ideas[:count], status=400, note="Ma note")
    assert why in page.text and "Ma note" in page.html and db.session.query(Constraint).count() == 0
    assert sorted(ticked_of(page)) == sorted(str(one.id) for one in ideas[:count])


@pytest.mark.parametrize("note", ["a" * 2_001, "a\u202eb"], ids=["long", "hidden"])
def test_a_note_about_ideas_that_cannot_be_kept_comes_back(bench, campaign, note):
    ideas = [make_member("Vélo"), make_member("Comptage")]
    page = sort(bench, make_subject(make_run(campaign), *ideas), "apart", ideas, status=400, note=note)
    assert note.replace("\u202e", "") in page.html and db.session.query(Constraint).count() == 0


def test_a_name_that_is_too_long_comes_back_beside_its_error(bench, campaign):
    subject = make_subject(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    path = f"/triage/sujets/{subject.id}/nom"
    page = bench.submit(bench("/triage"), path, name="x" * 201, status=400)
    assert "201 caractères ; le maximum est de 200" in page.text and "x" * 201 in page.html


def test_a_contradiction_shows_the_decisions_to_lift(bench, campaign):
    a, b = make_member("Vélo"), make_member("Comptage")
    subject = make_subject(make_run(campaign), a, b)
    decision = keep_together(a.id, b.id, **acting())
    page = sort(bench, subject, "apart", [a, b], status=409)
    assert f"contredit des décisions en vigueur : n° {decision.id}" in page.text and "Lever" in page.text
    kept = page.fields(page.find_form(f"/triage/sujets/{subject.id}/idees"))
    assert kept["act"] == "apart" and "Envoyer de nouveau" in page.text
    constraint = db.session.query(Constraint).one()
    page = bench.submit(page, f"/triage/consignes/{constraint.id}/levee")
    assert "Consigne levée" in page.text and db.session.query(Constraint).one().lifted_at


def test_near_pairs_forget_what_is_hidden_or_kept_apart(bench, campaign):
    ideas = [make_member(title) for title in ("Vélo un", "Vélo deux", "Vélo trois")]
    a, b, c = ideas
    make_subject(make_run(campaign), *ideas, pairs=[(a, b), (a, c), (b, c)])
    assert "3 paires presque identiques" in bench("/triage").text
    hide(a)
    assert "1 paire presque identique" in bench("/triage").text
    keep_apart(b.id, c.id, **acting())
    assert "0 paire" in bench("/triage").text


def test_a_near_pair_is_merged_into_the_more_supported(bench, campaign):
    less, more = make_member("Vélo", 1), make_member("Vélos", 2)
    make_subject(make_run(campaign), less, more, pairs=[(less, more)])
    page = bench.submit(bench("/triage"), "/triage/fusion")
    assert "Idée réunie à une autre" in page.text and "Triage : " in page.text
    assert db.session.get(Idea, less.id, populate_existing=True).canonical_id == more.id
    page = bench.submit(page, undo_of(page))
    assert "Réunion annulée" in page.text
    assert db.session.get(Idea, less.id, populate_existing=True).canonical_id is None


def test_what_is_nearly_the_same_again_folds_but_for_what_came_since(bench, campaign):
    kept, *again = [make_member(f"Comptages vélo {number}", 9 - number) for number in range(6)]
    odd = make_member("Piste")
    subject = make_subject(make_run(campaign), kept, *again, odd, pairs=[(kept, one) for one in again])
    db.session.query(Membership).filter_by(idea_id=odd.id).one().likeness = 0.1
    db.session.commit()
    html = bench("/triage").html
    fold = html[html.index('<li class="near-fold">') : html.index("</details>", html.index('<li class="near-fold">'))]
    assert "4\u00a0autres idées, presque les mêmes" in fold and '<details class="more"><summary>' in fold
    assert [int(number) for number in re.findall(r'name="idea_id" value="(\d+)"', fold)] == [
        one.id for one in again[1:]
    ]
    assert html.index(f'value="{again[0].id}"') < html.index('<li class="near-fold">')
    assert "near-fold" not in bench("/triage?textes=entiers").html
    page = sort(bench, subject, "together", [again[2]], status=400)
    assert '<li class="near-fold"><details class="more" open>' in page.html


def test_a_near_pair_is_set_apart(bench, campaign):
    a, b = make_member("Vélo"), make_member("Vélos")
    make_subject(make_run(campaign), a, b, pairs=[(a, b)])
    page = bench.submit(bench("/triage/doublons"), "/triage/distinctes")
    assert "Idées jugées distinctes" in page.text and "Aucune paire à examiner" in page.text
    assert db.session.query(Constraint).one().kind == "distinct"


@pytest.fixture
def proposal(campaign):
    """A subject that is shown, and a run that would make it grow and add another."""
    ideas = [make_member(title) for title in ("Vélo", "Comptage", "Cycles", "Eau", "Robinet")]
    shown = make_run(campaign)
    subject = make_subject(shown, *ideas[:2], name="Compter les vélos")
    run = save(Run(campaign_id=campaign.id, state=RunState.PROPOSED, started_at=now(), base_run_id=shown.id))
    key = {"run_id": run.id, "cluster_id": subject.id}
    save(
        RunCluster(**key, keywords=["vélo"], size=3, cohesion=0.5),
        *[Membership(**key, idea_id=one.id, likeness=0.7) for one in ideas[:3]],
        NearIdeas(run_id=run.id, idea_id=ideas[2].id, near=[[ideas[0].id, 0.5, ["bicyclette"]]]),
    )
    new = make_subject(run, *ideas[3:], title="Eau", accepted_at=None)
    return run, subject, new, ideas


def test_a_proposal_tells_what_would_move_and_why_and_changes_nothing(bench, campaign, proposal):
    *_, new, ideas = proposal
    assert "Une proposition vous attend" in bench("/triage").text
    page = bench("/triage/proposition")
    for words in ("1 idée arrive", "Nouveau sujet", "Y viendraient : Cycles", "bicyclette", "1 modifié", "1 nouveau"):
        assert words in page.text
    assert where(ideas[2]) is None
    bench(f"/sujets/{new.id}", status=404)


def test_a_proposal_is_accepted_subject_by_subject(bench, campaign, proposal):
    run, _subject, new, ideas = proposal
    page = bench.submit(bench("/triage/proposition"), f"/triage/propositions/{run.id}/sujets/{new.id}")
    assert where(ideas[3]) == new.id and where(ideas[2]) is None and "Sujet proposé par la machine accepté" in page.text
    bench(f"/sujets/{new.id}")


def test_a_proposal_is_accepted_whole_and_taken_back(bench, campaign, proposal):
    run, subject, new, ideas = proposal
    page = bench.submit(bench("/triage/proposition"), f"/triage/propositions/{run.id}/acceptation")
    assert where(ideas[2]) == subject.id and where(ideas[3]) == new.id
    bench.submit(page, undo_of(page))
    assert where(ideas[2]) is None and where(ideas[3]) is None


def test_a_proposal_is_left_aside(bench, campaign, proposal):
    run, *_ = proposal
    page = bench.submit(bench("/triage/proposition"), f"/triage/propositions/{run.id}/rejet")
    assert "Proposition de la machine écartée" in page.text and "vous attend" not in page.text
    assert "Aucune proposition n’attend" in bench("/triage/proposition").text


@pytest.mark.parametrize("fineness, cut", [("usual", None), ("finer", 0.3), ("coarsest", 0.2)])
def test_another_run_is_asked_for_in_plain_words(bench, campaign, fineness, cut):
    make_run(campaign, parameters={"subjects": 0.26})
    page = bench.submit(bench("/triage/passages"), "/triage/passage", fineness=fineness)
    assert db.session.query(Job).one().parameters == {"subject_cut": cut}
    assert "Un passage est demandé" in page.text and "Proposition demandée" in page.text


def test_a_subject_is_taken_left_and_given_and_stays_open_to_all(bench, campaign):
    run = make_run(campaign)
    velo = make_subject(run, make_member("Vélo"), make_member("Comptage"), title="Comptages")
    make_subject(run, make_member("Eau"), make_member("Robinet"), title="Eau")
    mine = "/triage?filtre=les-miens"
    assert "Les miens 0" in bench("/triage").text
    bench.submit(bench(f"/triage?sujet={velo.id}"), f"/triage/sujets/{velo.id}/prise")
    assert "Comptages" in bench(mine).text and "Eau" not in bench(mine).text and "Les miens 1" in bench(mine).text
    page = bench.submit(bench(f"/triage?sujet={velo.id}"), f"/triage/sujets/{velo.id}/partant")
    assert "Les miens 0" in page.text
    colleague = make_moderator()
    save(Identity(person_id=colleague.id, kind="email", issuer="", subject="collegue@exemple.fr", verified_at=now()))
    give = f"/triage/sujets/{velo.id}/attribution"
    page = bench.submit(bench(f"/triage?sujet={velo.id}"), give, email="Collegue@exemple.fr")
    assert "pris par quelqu’un d’autre" in page.text and "collegue" not in page.text
    bench.submit(bench(f"/triage?sujet={velo.id}"), f"/triage/sujets/{velo.id}/confirmation")
    assert db.session.get(Cluster, velo.id).state == "confirmed"
    citizen = make_person()
    save(Identity(person_id=citizen.id, kind="email", issuer="", subject="ailleurs@exemple.fr", verified_at=now()))
    for email, status in (("rien", 400), ("personne@exemple.fr", 400), ("ailleurs@exemple.fr", 409)):
        bench.submit(bench(f"/triage?sujet={velo.id}"), give, email=email, status=status)
    assert db.session.query(Assignee.person_id).scalar() == colleague.id


def test_the_bench_costs_the_same_however_full(bench, client, campaign, count_queries):
    run = make_run(campaign)
    a, b = make_member("Vélo", 3), make_member("Comptage")
    subject = make_subject(run, a, b, pairs=[(a, b)])
    left = make_member("Vélo rangé ailleurs")
    make_subject(run, left, make_member("Gare"), make_member("Quai"))
    move([left.id], subject.id, **acting())
    addresses = (f"/triage?sujet={subject.id}", "/triage/sans", f"/triage/sujets/{subject.id}/partage")
    client.get("/sujets")  # people are counted once
    few = [count_statements(client, count_queries, path) for path in addresses]
    for _ in range(4):
        c, d = make_member("Eau"), make_member("Robinet")
        make_subject(run, c, d, pairs=[(c, d)])
        make_member("Seul")
    client.get("/sujets")
    assert [count_statements(client, count_queries, path) for path in addresses] == few
    assert max(few) <= 12


def test_the_bench_shows_what_is_open_already(bench, campaign, var, tmp_path):
    file = tmp_path / "catalogue.csv"
    file.write_text(
        "id;title;url;organization\nv1;Comptages des vélos;https://x.example.org/v1;Ville de Brest\n"
        "v2;Pistes;https://x.example.org/v2;Ville de Nantes\n",
        encoding="utf-8",
    )
    import_catalogue(file, var=str(var / "var"))
    a, b = make_member("Vélo", 3), make_member("Comptages des vélos")
    a.dataset_id = b.dataset_id = db.session.query(Dataset).filter_by(key="v2").one().id
    db.session.commit()
    subject = make_subject(make_run(campaign), a, b)
    page = bench(f"/traitement/sujets/{subject.id}")
    assert "Comptages des vélos — Ville de Brest" in page.text and "https://x.example.org/v1" in page.links()
    assert page.text.count("Ville de Nantes · indiqué par l’auteur") == 1


def test_the_bench_leads_to_the_answer_with_its_act_chosen_and_back_to_the_next(bench, campaign):
    run = make_run(campaign)
    first = make_subject(run, make_member("Vélo", 2), make_member("Comptage"), words=["vélo"])
    make_subject(run, make_member("Eau", 1), make_member("Robinet"), words=["eau"])
    page = bench("/triage")
    address = next(link for link in page.links() if "acte=out_of_scope" in link)
    page = bench(address)
    assert [box["value"] for box in page.all("input") if box.get("name") == "act" and "checked" in box] == [
        "out_of_scope"
    ]
    assert any("autofocus" in field for field in page.all("textarea"))
    page = bench.submit(page, address, text="Cela ne relève pas de l’appel.")
    assert "Triage : Eau" in page.text and "Réponse officielle publiée" in page.text
    page = bench.submit(page, undo_of(page))
    assert "Décision annulée" in page.text and "Triage : Vélo" in page.text
    assert {idea.answer_id for idea in db.session.query(Idea)} == {None} and first.id


def test_an_idea_ticked_alone_is_kept_apart_from_its_subject(bench, campaign):
    ideas = [make_member(title) for title in ("Vélo", "Comptage", "Piste")]
    subject = make_subject(make_run(campaign), *ideas)
    sort(bench, subject, "apart", ideas[1:2], centre=[ideas[0].id, ideas[1].id])
    assert where(ideas[1]) is None and where(ideas[0]) == where(ideas[2]) == subject.id
    assert db.session.query(Constraint).one().kind == "apart"


def test_ideas_go_to_a_subject_by_its_button_and_the_last_one_comes_first(bench, campaign):
    run, ideas = make_run(campaign), [make_member("Vélo"), make_member("Comptage"), make_member("Piste")]
    here, far = make_subject(run, *ideas), make_subject(run, make_member("Eau"), make_member("Robinet"), words=["eau"])
    sort(bench, here, "", ideas[:1], to=str(far.id))
    assert where(ideas[0]) == far.id
    page = bench(f"/triage?sujet={here.id}")
    assert [button["value"] for button in page.all("button") if button.get("data-key") == "1"] == [str(far.id)]


def test_acts_are_taken_back_one_after_the_other(bench, campaign):
    ideas = [make_member("Vélo", 1), make_member("Comptage"), make_member("Piste")]
    subject = make_subject(make_run(campaign), *ideas, pairs=[(ideas[0], ideas[1])])
    sort(bench, subject, "pin", ideas[2:])
    page = bench.submit(bench("/triage"), "/triage/fusion")
    for words in ("Réunion annulée", "Décision annulée"):
        page = bench.submit(page, undo_of(page))
        assert words in page.text
    assert db.session.query(Constraint).count() == 0 and "/annulation" not in page.html


def test_the_clearer_of_two_ideas_as_supported_is_kept_unless_one_chooses_the_other(bench, campaign):
    short = make_member("Vélo", 1, data_wanted="Vélos")
    clear = make_member(
        "Vélos", data_wanted="Les passages de chaque compteur de vélos, heure par heure, depuis sa pose"
    )
    make_subject(make_run(campaign), short, clear, pairs=[(short, clear)])
    page = bench("/triage/doublons")
    kept = page.fields(page.find_form("/triage/fusion"))["kept"]
    assert kept == str(clear.id) and "depuis sa pose" in page.text
    bench.submit(page, "/triage/fusion", kept=str(short.id))
    assert db.session.get(Idea, clear.id, populate_existing=True).canonical_id == short.id
    bench.submit(page, "/triage/fusion", kept="987654", status=400)


def test_a_reviewer_whose_subject_was_joined_away_is_told_and_reads_the_next(bench, campaign):
    run = make_run(campaign)
    here, there = make_subject(run, make_member("Vélo"), make_member("Piste")), make_subject(run, make_member("Eau"))
    page = bench(f"/triage?sujet={there.id}")
    join(here.id, [there.id], **acting())
    page = bench.submit(page, f"/triage/sujets/{there.id}/confirmation", status=409)
    assert "Rien n’a été changé" in page.text and f"/triage/sujets/{here.id}/confirmation" in page.html


def test_a_subject_is_found_by_a_part_of_its_name(bench, campaign):
    run = make_run(campaign)
    make_subject(run, make_member("Vélo"), name="Compter les vélos")
    make_subject(run, make_member("Eau"), name="Eau du robinet")
    page = bench("/triage?q=velos")
    assert "Triage : Compter les vélos" in page.text and "Eau du robinet2" not in page.text
    assert "Aucun sujet ici" in bench("/triage?q=xylophone").text


def test_a_subject_of_many_ideas_is_read_by_pages(bench, campaign):
    ideas = [make_member(f"Vélo {number}") for number in range(60)]
    subject = make_subject(make_run(campaign), *ideas)
    page = bench(f"/triage?sujet={subject.id}&page=3")
    assert (
        len([box for box in page.all("input") if box.get("name") == "idea_id" and box.get("type") == "checkbox"]) == 10
    )
    page = sort(bench, subject, "take_out", ideas[-1:], page=page)
    assert "page=3" in page.response.request.query_string.decode()

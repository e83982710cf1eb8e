"""Clusters as people read them: only what is published counts, and the triage page."""

from datetime import timedelta

import pytest

from ideas.actions.catalogue import import_catalogue
from ideas.actions.clusters import keep_apart, keep_together
from ideas.actions.jobs import claim_next, give_up, renew
from ideas.actions.merging import merge_ideas
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import ask_regroup
from ideas.domain.accounts import Role
from ideas.domain.jobs import Phase
from ideas.domain.publication import Verdict
from ideas.operations.jobs import Means, run_job
from ideas.retrieval.search import make_search_text
from ideas.store.database import db
from ideas.store.models import (
    Campaign,
    Cluster,
    Constraint,
    Dataset,
    Idea,
    Job,
    Lineage,
    Membership,
    NearPair,
    Run,
    RunCluster,
)
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now


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
    run = save(Run(campaign_id=campaign.id, state="done", started_at=now(), finished_at=now(), **given))
    db.session.get(Campaign, campaign.id).current_run_id = run.id
    db.session.commit()
    return run


def make_member(title, votes=0, **given):
    return make_idea(title=title, vote_count=votes, search_text=make_search_text(title, ""), **given)


def make_cluster(run, *ideas, words=("vélo", "comptage"), pairs=(), **given):
    """A cluster of the run; its closest pair is its first two ideas, each is least like the last."""
    cluster = save(Cluster(campaign_id=run.campaign_id, born_run_id=run.id, **given))
    closest = {"first": ideas[0].id, "second": ideas[1].id, "likeness": 0.8, "shared": [["vélo", 0.6]]}
    key = {"run_id": run.id, "cluster_id": cluster.id}
    save(
        RunCluster(**key, keywords=list(words), size=len(ideas), cohesion=0.5, closest=closest),
        Lineage(**key, event="born"),
        *[Membership(**key, idea_id=one.id, likeness=0.7, weakest_idea_id=ideas[-1].id) for one in ideas],
        *[NearPair(run_id=run.id, first_id=a.id, second_id=b.id, likeness=0.9, shared=WORDS) for a, b in pairs],
    )
    return cluster


WORDS = {"words": [["vélo", 0.7], ["comptage", 0.3]]}


def hide(idea):
    decide_idea(idea.id, Verdict.HIDE, actor=make_moderator(), now=now(), reason="off_topic")


def test_clusters_are_listed_by_support_with_their_words(visit, campaign):
    run = make_run(campaign)
    make_cluster(run, make_member("Vélo", 2), make_member("Comptage vélo"), words=["vélo"])
    make_cluster(run, make_member("Cantine", 5), make_member("Menu", 4), words=["menu"], name="Repas scolaires")
    page = visit("/regroupements")
    assert page.text.index("Repas scolaires") < page.text.index("Vélo")
    assert "2 regroupements" in page.text and "9 soutiens" in page.text and "Dernier passage le" in page.text


def test_a_campaign_without_a_run_says_what_will_be_there(visit, campaign):
    assert "Aucun regroupement pour l’instant" in visit("/regroupements").text


def test_an_idea_without_cluster_has_an_honest_place(visit, campaign):
    make_cluster(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    make_member("Xylophone", 3)
    page = visit("/regroupements/sans")
    assert "Xylophone" in page.text and "Vélo" not in page.text and "1 idée" in page.text


def test_a_cluster_says_why_its_members_are_together(visit, campaign):
    ideas = [make_member("Vélo en ville"), make_member("Comptage vélo"), make_member("Piste cyclable")]
    page = visit(f"/regroupements/{make_cluster(make_run(campaign), *ideas).id}")
    for words in ("Vélo, comptage", "0,70", "vélo 60 %", "Né au passage", "Proposé par la machine", "cohésion 0,50"):
        assert words in page.text.replace("\xa0", " ").replace("\u202f", " ")
    assert "Corriger" not in page.text


def test_what_is_hidden_leaves_members_counts_pairs_and_words_at_once(visit, campaign):
    secret = make_member("Zanzibar vélo", 7)
    ideas = [secret, make_member("Vélo en ville", 1), make_member("Comptage vélo", 1)]
    cluster = make_cluster(make_run(campaign), *ideas, words=["zanzibar", "vélo", "vélo zanzibar"])
    assert "zanzibar" in visit(f"/regroupements/{cluster.id}").text
    hide(secret)
    for path in ("/regroupements", f"/regroupements/{cluster.id}", "/regroupements/sans"):
        page = visit(path)
        assert "anzibar" not in page.html and "7 soutiens" not in page.text and "9 soutiens" not in page.text
    page = visit(f"/regroupements/{cluster.id}")
    assert "2 idées" in page.text and "2 soutiens" in page.text and "n’est plus en ligne" in page.text


def test_a_hidden_idea_is_nobodys_weakest_link(visit, campaign):
    ideas = [make_member("Vélo"), make_member("Comptage"), make_member("Zanzibar")]
    cluster = make_cluster(make_run(campaign), *ideas)
    hide(ideas[-1])
    page = visit(f"/regroupements/{cluster.id}")
    assert "retiré depuis" in page.text and f"/idees/{ideas[-1].id}" not in page.html


def test_a_name_and_its_cluster_go_with_the_last_member(visit, campaign):
    ideas = [make_member("Vélo"), make_member("Comptage")]
    cluster = make_cluster(make_run(campaign), *ideas, name="Nom donné")
    for idea in ideas:
        hide(idea)
    visit(f"/regroupements/{cluster.id}", status=404)
    assert "Nom donné" not in visit("/regroupements").html and "Nom donné" not in visit("/registre").html


def test_near_pairs_forget_what_is_hidden_or_kept_apart(bench, campaign):
    ideas = [make_member(title) for title in ("Vélo un", "Vélo deux", "Vélo trois")]
    a, b, c = ideas
    make_cluster(make_run(campaign), *ideas, pairs=[(a, b), (a, c), (b, c)])
    assert "3 paires presque identiques" in bench("/triage").text
    hide(a)
    assert "1 paire presque identique" in bench("/triage").text
    keep_apart(b.id, c.id, actor=make_moderator(), now=now())
    assert "0 paire" in bench("/triage").text


def test_a_merged_idea_leaves_its_cluster(visit, campaign):
    ideas = [make_member("Vélo"), make_member("Comptage"), make_member("Cycles")]
    cluster = make_cluster(make_run(campaign), *ideas)
    merge_ideas(ideas[2].id, ideas[0].id, actor=make_moderator(), now=now())
    page = visit(f"/regroupements/{cluster.id}")
    assert "2 idées" in page.text and "Cycles" not in page.text


def test_the_address_of_a_dissolved_cluster_says_what_became_of_it(visit, campaign):
    ideas = [make_member("Vélo"), make_member("Comptage")]
    old = make_cluster(make_run(campaign), *ideas, name="Ancien nom")
    run = make_run(campaign)
    heir = make_cluster(run, *ideas)
    old.dissolved_run_id = run.id
    save(old, Lineage(run_id=run.id, cluster_id=old.id, event="joined", from_cluster_id=heir.id, overlap=1.0))
    page = visit(f"/regroupements/{old.id}")
    assert f"Réuni au regroupement n° {heir.id}" in page.text and f"/regroupements/{heir.id}" in page.links()
    assert f"Le regroupement n° {old.id} l’a rejoint" in visit(f"/regroupements/{heir.id}").text


@pytest.mark.parametrize("number", [987_654, 0, 2**31, "x"])
def test_an_unknown_cluster_is_not_found(visit, campaign, number):
    visit(f"/regroupements/{number}", status=404)


def test_a_page_of_clusters_costs_the_same_however_many(client, campaign, count_queries):
    run = make_run(campaign)
    cluster = make_cluster(run, make_member("Vélo"), make_member("Comptage"), make_member("Caché"))
    hide(db.session.query(Idea).filter_by(title="Caché").one())
    addresses = ("/regroupements", f"/regroupements/{cluster.id}", "/regroupements/sans")
    few = [count_statements(client, count_queries, path) for path in addresses]
    for _ in range(5):
        make_cluster(run, make_member("Vélo"), make_member("Comptage"), make_member("Seul"))
    save(
        *[Membership(run_id=run.id, idea_id=make_member("Vélo").id, cluster_id=cluster.id, likeness=0.5) for _ in "abc"]
    )
    assert [count_statements(client, count_queries, path) for path in addresses] == few
    assert max(few) <= 8


def count_statements(client, count_queries, path):
    with count_queries() as statements:
        assert client.get(path).status_code == 200
    return len(statements)


def test_the_bench_shows_first_what_is_uncertain_and_much_supported(bench, campaign):
    run = make_run(campaign)
    make_cluster(run, make_member("Cantine", 9), make_member("Menu"), words=["cantine"], state="confirmed")
    make_cluster(run, make_member("Vélo", 5), make_member("Comptage"), words=["vélo"])
    make_cluster(run, make_member("Eau", 1), make_member("Robinet"), words=["eau"])
    page = bench("/triage")
    names = [page.text.index(f"{word}2 idées") for word in ("Vélo", "Eau", "Cantine")]
    assert names == sorted(names) and "1 sur 3 regroupements confirmés" in page.text


def test_an_empty_bench_says_how_to_begin(bench, campaign):
    assert "Rien à trier" in bench("/triage").text
    bench("/triage?regroupement=99", status=404)


def test_confirming_on_the_bench_opens_the_next(bench, campaign):
    run = make_run(campaign)
    first = make_cluster(run, make_member("Vélo", 5), make_member("Comptage"), words=["vélo"])
    make_cluster(run, make_member("Eau", 1), make_member("Robinet"), words=["eau"])
    page = bench.submit(bench("/triage"), f"/regroupements/{first.id}/confirmation")
    assert "Triage : Eau" in page.html and "Regroupement confirmé" in page.text


def test_a_cluster_is_renamed_from_its_page(bench, campaign):
    cluster = make_cluster(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    page = bench(f"/regroupements/{cluster.id}")
    page = bench.submit(page, f"/regroupements/{cluster.id}/nom", name="Compteurs <vélo>")
    assert "Compteurs <vélo>" in page.text and "Regroupement renommé" in page.text


def test_two_chosen_ideas_are_kept_apart_and_the_notice_undoes_it(bench, campaign):
    a, b = make_member("Vélo"), make_member("Comptage")
    cluster = make_cluster(make_run(campaign), a, b)
    path = f"/regroupements/{cluster.id}/consignes"
    page = bench.submit(bench(f"/regroupements/{cluster.id}"), path, act="apart", idea_id=[a.id, b.id])
    assert "vaut dès le prochain regroupement" in page.text and "Gardées à part, décision" in page.text
    constraint = db.session.query(Constraint).one()
    page = bench.submit(page, f"/triage/consignes/{constraint.id}/levee")
    assert "Consigne levée" in page.text and db.session.query(Constraint).one().lifted_at


@pytest.mark.parametrize("act, target", [("move", True), ("pin", False)])
def test_several_ideas_are_placed_at_once(bench, campaign, act, target):
    run, ideas = make_run(campaign), [make_member("Vélo"), make_member("Comptage")]
    here, there = make_cluster(run, *ideas), make_cluster(run, make_member("Eau"), make_member("Robinet"))
    sent = {"act": act, "idea_id": [one.id for one in ideas], "target": there.id if target else ""}
    page = bench.submit(bench(f"/triage?regroupement={here.id}"), f"/regroupements/{here.id}/consignes", **sent)
    assert "2 idées" in page.text
    placed = {one.cluster_id for one in db.session.query(Constraint)}
    assert placed == {there.id if target else here.id}


@pytest.mark.parametrize(
    "act, count, why",
    [
        ("apart", 1, "Choisissez deux idées"),
        ("together", 3, "Choisissez deux idées"),
        ("pin", 0, "Choisissez une idée au moins"),
        ("move", 0, "Choisissez une idée au moins"),
        ("move", 1, "Choisissez le regroupement où déplacer"),
        ("delete", 1, "Choisissez une action"),
    ],
)
@pytest.mark.parametrize("origin", ["/regroupements/{}", "/triage?regroupement={}"])
def test_a_choice_that_does_not_fit_is_explained_and_kept(bench, campaign, act, count, why, origin):
    ideas, run = [make_member("Vélo"), make_member("Comptage"), make_member("Cycles")], make_run(campaign)
    cluster, _other = make_cluster(run, *ideas), make_cluster(run, make_member("Eau"), make_member("Robinet"))
    sent = {"act": act, "idea_id": [one.id for one in ideas[:count]], "note": "Ma note"}
    path = f"/regroupements/{cluster.id}/consignes"
    page = bench.submit(bench(origin.format(cluster.id)), path, status=400, **sent)
    assert why in page.text and "Ma note" in page.html and db.session.query(Constraint).count() == 0
    ticked = [box["value"] for box in page.all("input") if box.get("name") == "idea_id" and "checked" in box]
    assert ticked == [str(one.id) for one in ideas[:count]]


@pytest.mark.parametrize("note", ["a" * 2_001, "a\u202eb"], ids=["long", "hidden"])
def test_a_note_about_ideas_that_cannot_be_kept_comes_back(bench, campaign, note):
    ideas = [make_member("Vélo"), make_member("Comptage")]
    cluster = make_cluster(make_run(campaign), *ideas)
    sent = {"act": "apart", "idea_id": [one.id for one in ideas], "note": note}
    path = f"/regroupements/{cluster.id}/consignes"
    page = bench.submit(bench(f"/triage?regroupement={cluster.id}"), path, status=400, **sent)
    assert note.replace("\u202e", "") in page.html and db.session.query(Constraint).count() == 0


def test_a_name_that_is_too_long_comes_back_beside_its_error(bench, campaign):
    cluster = make_cluster(make_run(campaign), make_member("Vélo"), make_member("Comptage"))
    path = f"/regroupements/{cluster.id}/nom"
    page = bench.submit(bench(f"/regroupements/{cluster.id}"), path, name="x" * 201, status=400)
    assert "201 caractères ; le maximum est de 200" in page.text and "x" * 201 in page.html
    token = page.fields(0)["csrf_token"]
    english = bench.client.post(path + "?lang=en", data={"csrf_token": token, "name": "x" * 201})
    assert "201 characters; the maximum is 200" in english.get_data(as_text=True)


def test_a_contradiction_shows_the_decisions_to_lift(bench, campaign):
    a, b = make_member("Vélo"), make_member("Comptage")
    cluster = make_cluster(make_run(campaign), a, b)
    decision = keep_together(a.id, b.id, actor=make_moderator(), now=now())
    sent = {"act": "apart", "idea_id": [a.id, b.id]}
    page = bench(f"/regroupements/{cluster.id}")
    page = bench.submit(page, f"/regroupements/{cluster.id}/consignes", **sent, status=409)
    assert f"contredit des décisions en vigueur : n° {decision.id}" in page.text and "Lever" in page.text


def test_a_near_pair_is_merged_into_the_more_supported(bench, campaign):
    less, more = make_member("Vélo", 1), make_member("Vélos", 4)
    make_cluster(make_run(campaign), less, more, pairs=[(less, more)])
    address = f"/moderation/{less.id}/reunion"
    link = next(link for link in bench("/triage").links() if address in link)
    assert f"dans={more.id}" in link
    page = bench.submit(bench(link), address)
    assert "Triage" in page.html and "Idée réunie à une autre" in page.text
    page = bench.submit(page, f"/moderation/{less.id}/reunion/annulation")
    assert "Réunion annulée" in page.text and "Triage" in page.html


def test_a_near_pair_is_set_apart(bench, campaign):
    a, b = make_member("Vélo"), make_member("Vélos")
    make_cluster(make_run(campaign), a, b, pairs=[(a, b)])
    page = bench.submit(bench("/triage"), "/triage/distinctes")
    assert "Idées gardées à part" in page.text and "Aucune paire à examiner" in page.text
    assert (db.session.query(Constraint).one().kind, "Gardées à part" in page.text) == ("apart", True)


def test_regrouping_from_the_bench_is_asked_once_and_its_result_comes(bench, campaign, var):
    for subject in ("Horaires des bus de la ville", "Analyses de l’eau du robinet"):
        for number in range(3):
            make_idea(title=f"{subject} {number * 'bis '}", data_wanted=subject, planned_use="")
    page = bench("/triage")
    asked = bench.submit(page, "/triage/regroupement", resolution="1,5")
    again = bench.submit(page, "/triage/regroupement", resolution="1,5")
    for shown in (asked, again):
        assert "Regroupement demandé" in shown.text and "Regrouper maintenant" not in shown.text
    assert db.session.query(Job).one().parameters == {"resolution": 1.5}
    do_job(var)
    page = bench("/triage")
    assert "2 regroupements" in page.text and "Regroupement demandé" not in page.text
    cluster = db.session.query(Cluster).first()
    bench.submit(bench(f"/regroupements/{cluster.id}"), f"/regroupements/{cluster.id}/confirmation")
    bench.submit(bench("/triage"), "/triage/regroupement")
    do_job(var)
    page = bench("/triage")
    assert "Rand ajusté" in page.text and "1,00" in page.text


def do_job(var):
    run_job(claim_next(now=now()), Means(clock=now, var=str(var)))


@pytest.mark.parametrize("number", ["", "0", "-1", "9" * 30, "x"])
def test_an_odd_number_finds_nothing(bench, campaign, number):
    idea = make_member("Vélo")
    make_cluster(make_run(campaign), idea, make_member("Vélos"), pairs=[(idea, make_member("Cycles"))])
    bench.submit(bench("/triage"), "/triage/distinctes", second=number, status=404)
    assert db.session.query(Constraint).count() == 0


@pytest.mark.parametrize("resolution", ["", "0", "5,1", "nan", "inf", "beaucoup"])
def test_a_resolution_out_of_bounds_is_refused(bench, campaign, resolution):
    page = bench.submit(bench("/triage"), "/triage/regroupement", resolution=resolution, status=400)
    assert "entre 0,2 et 5" in page.text and f'value="{resolution}"' in page.html and db.session.query(Run).count() == 0


def test_a_run_under_way_is_told_with_its_progress(bench, campaign):
    ask_regroup(campaign.id, actor=make_moderator(), now=now())
    lease = claim_next(now=now())
    assert renew(db.engine, lease, now=now(), progress=0.5, phase=Phase.GROUPING)
    page = bench("/triage")
    assert "Regroupement en cours" in page.text and "Recherche des regroupements." in page.text
    assert 'value="50"' in page.html and "50 %" in page.text


@pytest.mark.parametrize("is_taken", [False, True], ids=["waiting", "left by a dead worker"])
def test_a_run_that_nothing_works_on_is_told(bench, campaign, is_taken):
    ask_regroup(campaign.id, actor=make_moderator(), now=now() - timedelta(minutes=5))
    if is_taken:
        claim_next(now=now() - timedelta(minutes=4))
    assert "rien n’y travaille" in bench("/triage").text


def test_a_run_that_failed_can_be_asked_for_again(bench, campaign):
    ask_regroup(campaign.id, actor=make_moderator(), now=now())
    give_up(claim_next(now=now()), now=now(), error="MemoryError", is_final=True)
    page = bench("/triage")
    assert "n’a pas abouti" in page.text and "MemoryError" not in page.text
    assert "Regroupement demandé" in bench.submit(page, "/triage/regroupement").text


def test_the_bench_costs_the_same_however_full(bench, client, campaign, count_queries):
    run = make_run(campaign)
    a, b = make_member("Vélo", 9), make_member("Comptage")
    make_cluster(run, a, b, pairs=[(a, b)])
    few = count_statements(client, count_queries, "/triage")
    for _ in range(4):
        c, d = make_member("Eau"), make_member("Robinet")
        make_cluster(run, c, d, pairs=[(c, d)])
    keep_together(a.id, b.id, actor=make_moderator(), now=now())
    keep_together(c.id, d.id, actor=make_moderator(), now=now())
    assert count_statements(client, count_queries, "/triage") == few <= 17  # two for data sets: ticked, and alike


def test_the_bench_shows_what_is_open_already(bench, campaign, var, tmp_path):
    file = tmp_path / "catalogue.csv"
    file.write_text(
        "id;title;url;organization\nv1;Comptages des vélos;https://x.example.org/v1;Ville de Brest\n"
        "v2;Pistes;https://x.example.org/v2;Ville de Nantes\n",
        encoding="utf-8",
    )
    import_catalogue(file, var=str(var / "var"))
    a, b = make_member("Vélo", 9), make_member("Comptages des vélos")
    a.dataset_id = b.dataset_id = db.session.query(Dataset).filter_by(key="v2").one().id
    db.session.commit()
    make_cluster(make_run(campaign), a, b)
    page = bench("/triage")
    assert "Comptages des vélos — Ville de Brest" in page.text and "https://x.example.org/v1" in page.links()
    assert page.text.count("Ville de Nantes · indiqué par l’auteur") == 1

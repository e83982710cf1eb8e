"""The moderation pages: deciding, refusing with a reason, being told of the others' acts, merging and undoing."""

import re
from datetime import timedelta

import pytest

from ideas.actions.catalogue import import_catalogue
from ideas.actions.publication import decide_idea
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Dataset, Decision, Idea
from ideas.web.moderation.queue import PAGE_SIZE
from tests.factories import make_idea, make_moderator, make_person, make_vote, now


@pytest.fixture
def desk(visit):
    """A moderator's browser."""
    return visit.sign_in(make_moderator())


def make_waiting(**given):
    return make_idea(**{"publication": "awaiting_review", "published_at": None} | given)


def address(idea):
    return f"/moderation/{idea.id}"


def state_of(idea):
    db.session.expire_all()
    return db.session.get(Idea, idea.id).publication


def test_the_queue_shows_whole_texts_the_oldest_first(desk):
    make_waiting(title="Idée récente")
    recent = make_idea(
        title="Idée plus récente", publication="awaiting_review", data_wanted="Une autre. " * 90 + "Fin."
    )
    make_waiting(title="Idée ancienne", submitted_at=now() - timedelta(days=3))
    page = desk("/moderation")
    assert page.text.index("Idée ancienne") < page.text.index("Idée récente")
    assert "Envoyée il y a 3 jours" in page.text and "À relire (3)" in page.text
    assert "Fin." not in page.text and "Fin." in desk(f"/moderation?idee={recent.id}").text


def test_an_idea_is_published_from_the_queue(desk):
    idea = make_waiting(title="Arrêts de bus")
    page = desk.submit(desk("/moderation"), address(idea), verdict="publish")
    assert f"Idée publiée : n° {idea.id}" in page.text and "Rien ici" in page.text
    assert state_of(idea) == "published"
    assert "Arrêts de bus" in desk("/idees").text


def test_refusing_needs_a_reason_and_keeps_what_was_typed(desk):
    idea = make_waiting()
    page = desk.submit(desk("/moderation"), address(idea), verdict="refuse", note="Ma note", status=400)
    assert "Choisissez la raison" in page.text and "Ma note" in page.html
    page = desk.submit(page, address(idea), verdict="refuse", reason="off_topic", note="Ma note")
    assert state_of(idea) == "refused" and "Idée non publiée" in page.text
    assert db.session.query(Decision).one().note == "Ma note"


@pytest.mark.parametrize("note, why", [("a" * 2_001, "2001"), ("a\u202eb", "invisibles")], ids=["long", "hidden"])
def test_a_note_that_cannot_be_kept_changes_nothing(desk, note, why):
    idea = make_waiting()
    page = desk.submit(desk(address(idea)), address(idea), verdict="refuse", reason="other", note=note, status=400)
    assert why in page.text and state_of(idea) == "awaiting_review" and not db.session.query(Decision).count()


def test_an_act_of_another_moderator_meanwhile_is_told(desk):
    idea = make_waiting()
    page = desk(address(idea))
    decide_idea(idea.id, Verdict.REFUSE, actor=make_moderator(), now=now(), reason="illegal")
    page = desk.submit(page, address(idea), verdict="publish", status=409)
    assert "Rien n’a été changé" in page.text and "Propos contraires à la loi" in page.text
    assert state_of(idea) == "refused"


def test_hiding_is_undone_from_its_notice(desk):
    idea = make_idea(title="Cantines")
    page = desk.submit(desk(address(idea)), address(idea), verdict="hide", reason="personal_data", note="Un nom")
    assert state_of(idea) == "hidden" and "Cantines" not in desk("/idees").text
    page = desk.submit(page, "/moderation/annulation")
    assert state_of(idea) == "published" and f"Décision annulée : n° {idea.id}" in page.text
    assert "Cantines" in desk("/idees").text


def test_several_ideas_get_one_verdict_and_a_decision_each(desk):
    first, second, other = make_waiting(), make_waiting(), make_waiting()
    page = desk.submit(desk("/moderation"), "/moderation/plusieurs", idea_id=[first.id, second.id], verdict="publish")
    assert "Idée publiée : 2 idées" in page.text and state_of(other) == "awaiting_review"
    assert {one.idea_id for one in db.session.query(Decision)} == {first.id, second.id}


def test_several_at_once_are_all_decided_or_none(desk):
    first, second, third = make_waiting(), make_waiting(), make_waiting()
    page = desk("/moderation")
    decide_idea(first.id, Verdict.PUBLISH, actor=make_moderator(), now=now())
    sent = {"idea_id": [first.id, second.id, third.id], "verdict": "publish"}
    page = desk.submit(page, "/moderation/plusieurs", status=409, **sent)
    assert "Rien n’a été changé" in page.text and f"n° {first.id} :" in page.text
    assert [state_of(one) for one in (second, third)] == ["awaiting_review"] * 2
    assert db.session.query(Decision).count() == 1
    ticked = [box["value"] for box in page.all("input") if box.get("name") == "idea_id" and "checked" in box]
    assert ticked == [str(second.id), str(third.id)]  # the first one waits no more


def test_several_without_any_changes_nothing(desk):
    make_waiting()
    page = desk.submit(desk("/moderation"), "/moderation/plusieurs", verdict="publish", status=400)
    assert "Choisissez d’abord une ou plusieurs idées" in page.text and not db.session.query(Decision).count()


@pytest.mark.parametrize(
    "wrong, why",
    [({"reason": ""}, "Choisissez la raison"), ({"note": "a" * 2_001}, "2001"), ({"verdict": "x"}, "une décision")],
)
def test_what_was_typed_and_ticked_for_several_comes_back_with_the_error(desk, wrong, why):
    ideas = [make_waiting() for _ in range(3)]
    sent = {"idea_id": [one.id for one in ideas[1:]], "verdict": "refuse", "reason": "other", "note": "Ma note"} | wrong
    page = desk.submit(desk("/moderation"), "/moderation/plusieurs", status=400, **sent)
    assert why in page.text and sent["note"] in page.html and page.html.startswith("<!doctype html>")
    ticked = [box["value"] for box in page.all("input") if box.get("name") == "idea_id" and "checked" in box]
    assert ticked == [str(one.id) for one in ideas[1:]]
    assert {state_of(idea) for idea in ideas} == {"awaiting_review"}


def test_a_refused_form_of_a_later_page_shows_that_page_again(desk):
    ideas = [make_waiting() for _ in range(PAGE_SIZE + 1)]
    page = desk.submit(desk("/moderation?page=2"), "/moderation/plusieurs", verdict="publish", status=400)
    assert f"n° {ideas[-1].id}" in page.text and f"n° {ideas[0].id}" not in page.text


def test_a_note_of_a_merge_that_cannot_be_kept_comes_back(desk):
    idea, kept = make_idea(), make_idea()
    page = desk(f"{address(idea)}/reunion?dans={kept.id}")
    page = desk.submit(page, f"{address(idea)}/reunion", note="a" * 2_001, status=400)
    assert "2001 caractères" in page.text and "a" * 2_001 in page.html and state_of(idea) == "published"
    page = desk.submit(page, f"{address(idea)}/reunion", note="Les mêmes mots")
    assert db.session.query(Decision).one().note == "Les mêmes mots" and state_of(idea) == "merged"


def test_a_reason_is_of_the_list_and_goes_with_what_needs_one(desk):
    first, second = make_waiting(), make_waiting()
    desk.submit(desk(address(first)), address(first), verdict="refuse", reason="x" * 99, status=400)
    desk.submit(desk(address(second)), address(second), verdict="publish", reason="x" * 99)
    assert (state_of(first), state_of(second)) == ("awaiting_review", "published")
    assert db.session.query(Decision).one().reason == ""


@pytest.mark.parametrize("verdict", ["", "merge", "withdraw", "confirm"])
def test_only_the_verdicts_of_moderators_are_taken(desk, verdict):
    idea = make_waiting()
    page = desk.submit(desk("/moderation"), address(idea), verdict=verdict, note="Ma note", status=400)
    assert "Choisissez une décision" in page.text and "Ma note" in page.html and state_of(idea) == "awaiting_review"


@pytest.mark.parametrize(
    "tab, publication", [("publiees", "published"), ("masquees", "hidden"), ("non-publiees", "refused")]
)
def test_each_state_has_its_tab(desk, tab, publication):
    make_idea(title="La bonne", publication=publication)
    make_waiting(title="Une autre")
    page = desk(f"/moderation?etat={tab}")
    assert "La bonne" in page.text and "Une autre" not in page.text


def test_the_queue_has_pages_and_costs_the_same_however_long(desk, client, count_queries):
    make_waiting()
    desk("/moderation")
    with count_queries() as few:
        client.get("/moderation")
    for _ in range(PAGE_SIZE):
        make_waiting()
    with count_queries() as many:
        client.get("/moderation")
    assert len(many) == len(few) <= 12
    assert "Page 2 sur 2" in desk("/moderation?page=2").text


def test_likely_duplicates_are_shown_with_the_reason(desk):
    words = {"data_wanted": "Comptages des cyclistes par capteur", "planned_use": ""}
    make_idea(title="Compteurs de vélos", **words)
    make_waiting(title="Compteur à vélos", **words)
    page = desk("/moderation")
    assert "Peut-être déjà proposée" in page.text and "Compteurs de vélos" in page.text


def test_a_merge_says_what_it_counts_before_and_is_undone_exactly(desk):
    both = make_person()
    kept, double = make_idea(title="Gardée"), make_idea(title="Doublon")
    for idea, person in ((kept, both), (kept, None), (double, both)):
        make_vote(idea, person)
    page = desk(f"{address(double)}/reunion?numero={kept.id}")
    assert "1 et 2 soutiens, 2 personnes distinctes" in page.text
    page = desk.submit(page, f"{address(double)}/reunion")
    assert state_of(double) == "merged" and f"Idée réunie à une autre : n° {double.id}" in page.text
    page = desk.submit(page, f"{address(double)}/reunion/annulation")
    assert state_of(double) == "published" and db.session.get(Idea, kept.id).vote_count == 2


@pytest.mark.parametrize("number", ["", "abc", "999999", "0", "9" * 30, "²", "%E2%80%AE", "x" * 3_000])
def test_a_merge_with_no_such_idea_is_explained(desk, number):
    idea = make_idea()
    assert "n’a ce numéro ou ces mots" in desk(f"{address(idea)}/reunion?numero={number}", status=400).text


def test_the_idea_to_keep_is_found_by_its_words(desk):
    idea, kept = make_idea(title="Doublon"), make_idea(title="Compteurs de vélos", data_wanted="Passages par heure")
    make_idea(title="Compteurs de vélos cachés", publication="hidden")
    page = desk(f"{address(idea)}/reunion?numero=velo+compteur")
    assert "Idées trouvées pour « velo compteur »" in page.text and "cachés" not in page.text
    assert [radio["value"] for radio in page.all("input") if radio.get("type") == "radio"] == [str(kept.id)]
    page = desk(f"{address(idea)}/reunion?numero=velo+compteur&dans={kept.id}")
    assert f"L’idée n° {idea.id} rejoint l’idée n° {kept.id}" in page.text


@pytest.mark.parametrize("publication", ["hidden", "refused", "awaiting_review"])
def test_only_an_idea_in_line_is_kept(desk, publication):
    idea, other = make_idea(), make_idea(publication=publication)
    assert "n’est pas en ligne" in desk(f"{address(idea)}/reunion?dans={other.id}", status=400).text


@pytest.mark.parametrize("publication", ["draft", "awaiting_confirmation"])
def test_what_nobody_sent_is_not_for_moderators(desk, publication):
    idea = make_idea(publication=publication, author_id=None)
    desk(address(idea), status=404)
    desk(f"{address(idea)}/reunion?dans={make_idea().id}", status=404)
    assert "À relire (0)" in desk("/moderation").text


@pytest.mark.parametrize("path", ["/moderation", "/moderation/{}", "/moderation/{}/reunion", "/triage"])
def test_readers_are_asked_to_sign_in_and_contributors_refused(visit, client, path):
    path = path.format(make_idea().id)
    assert re.match("/connexion", client.get(path).headers["Location"])
    visit.sign_in(make_person())(path, status=403)


def test_a_contributor_decides_nothing(client, visit):
    idea = make_waiting()
    token = visit.sign_in(make_person())("/idees/nouvelle").fields(0)["csrf_token"]
    for path in (address(idea), "/moderation/plusieurs"):
        sent = {"verdict": "publish", "idea_id": idea.id, "csrf_token": token}
        assert client.post(path, data=sent).status_code == 403
    assert state_of(idea) == "awaiting_review"


def test_data_already_open_are_shown_with_who_publishes_them(desk, var, tmp_path):
    file = tmp_path / "catalogue.csv"
    file.write_text(
        "id;title;url;organization;description\n"
        "a1;Comptages des cyclistes par capteur;https://x.example.org/a1;Ville de Brest;Comptages des cyclistes\n"
        "a2;Parcelles du cadastre;https://x.example.org/a2;Direction des impôts;Parcelles\n",
        encoding="utf-8",
    )
    import_catalogue(file, var=str(var / "var"))
    ticked = db.session.query(Dataset).filter_by(key="a2").one()
    words = {"data_wanted": "Comptages des cyclistes par capteur", "planned_use": ""}
    idea = make_waiting(title="Comptages des cyclistes", dataset_id=ticked.id, **words)
    for path in ("/moderation", address(idea)):
        page = desk(path)
        assert "Peut-être déjà ouvert" in page.text and "https://x.example.org/a1" in page.links()
        assert "Comptages des cyclistes par capteur — Ville de Brest" in page.text
        assert "Direction des impôts · indiqué par l’auteur" in page.text and "https://x.example.org/a2" in page.links()


def test_without_a_catalogue_nothing_is_said_of_open_data(desk):
    make_waiting()
    assert "Peut-être déjà ouvert" not in desk("/moderation").text


def test_what_looks_personal_is_signalled_wherever_it_was_written(desk):
    idea = make_waiting(existing_url="https://x.example/?a=jean@mairie.fr", beneficiaries="Appeler le 06 12 34 56 78")
    make_waiting(title="Rien de tel")
    for page in (desk(f"/moderation?idee={idea.id}"), desk(address(idea))):
        assert "À vérifier" in page.text
        assert "jean@mairie.fr" in page.text and "06 12 34 56 78" in page.text

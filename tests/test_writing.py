"""Writing an idea and supporting one, as a person without an account does it, and every way it can go wrong."""

import re

import pytest
import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import Dataset, Idea, OutboxMail, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now

IDEA = {
    "title": "Horaires des cars régionaux",
    "data_wanted": "Les passages réels, arrêt par arrêt.",
    "planned_use": "Prévenir les voyageurs.",
    "use_kinds": ["personal"],
    "profile": "individual",
    "consent": "y",
}


@pytest.fixture
def campaign(app):
    return make_campaign()


def only_idea():
    db.session.expire_all()
    return db.session.query(Idea).one()


def last_mail():
    return db.session.scalars(sa.select(OutboxMail.body).order_by(OutboxMail.id.desc())).first()


def write(visit, status=200, **changed):
    return visit.submit(visit("/idees/nouvelle"), "/idees/nouvelle", status=status, **IDEA | changed)


def identify(visit, page, email="nadia@example.org"):
    page = visit.submit(page, "/idees/nouvelle/identification", email=email)
    code = re.search(r"\b(\d{6})\b", last_mail())[1]
    return visit.submit(page, "/connexion/code", code=code)


def test_a_person_writes_first_and_identifies_afterwards(campaign, visit):
    page = write(visit)
    assert only_idea().publication == "draft"
    page = identify(visit, page)
    assert "Votre idée est reçue" in page.text
    assert (only_idea().publication, only_idea().title) == ("awaiting_review", IDEA["title"])


def test_the_link_of_the_mail_works_from_another_browser(campaign, visit, app):
    from tests.pages import Visitor

    visit.submit(write(visit), "/idees/nouvelle/identification", email="nadia@example.org")
    link = re.search(r"(/connexion/lien/\S+)", last_mail())[1]
    telephone = Visitor(app.test_client())
    telephone(link)
    assert only_idea().publication == "awaiting_confirmation"
    assert "Votre idée est reçue" in telephone.submit(telephone(link), link).text
    assert "plus valable" in telephone(link, status=410).text


def test_a_signed_in_person_sends_at_once(campaign, visit):
    person = make_person()
    visit.sign_in(person)
    assert "Votre idée est reçue" in write(visit).text
    assert (only_idea().publication, only_idea().author_id) == ("awaiting_review", person.id)


def test_what_was_typed_comes_back_after_an_error(campaign, visit):
    page = write(visit, status=400, title="", data_wanted="Long & précis", theme="health")
    assert "Donnez un titre à votre idée." in page.text and "Un point est à revoir" in page.text
    sent = page.fields(page.find_form("/idees/nouvelle"))
    assert (sent["data_wanted"], sent["theme"], sent["profile"]) == ("Long & précis", "health", "individual")
    assert db.session.query(Idea).count() == 0


@pytest.mark.parametrize(
    "changed, message",
    [
        ({"title": "x" * 101}, "101 caractères"),
        ({"data_wanted": "x" * 2_001}, "2001 caractères"),
        ({"title": "a\x00b"}, "caractères invisibles"),
        ({"title": "\u202eabc"}, "caractères invisibles"),
        ({"use_kinds": []}, "au moins un genre"),
        ({"use_kinds": ["world_domination"]}, "réponse de la liste"),
        ({"profile": "king"}, "réponse de la liste"),
        ({"consent": ""}, "Votre accord"),
        ({"producer_id": "987654"}, "réponse de la liste"),
        ({"producer_id": "x" * 201}, "201 caractères"),
        ({"territory_code": "ZZ"}, "Ce territoire n’est pas dans la liste"),
        ({"existing_url": "javascript:alert(1)"}, "adresse complète"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_bad_input_is_told_beside_its_field(campaign, visit, changed, message):
    page = write(visit, status=400, **changed)
    name = next(iter(changed))
    assert message in page.text
    assert [a for a in page.all("p") if a.get("id") == f"{name}-error" and message in a["words"]]
    assert db.session.query(Idea).count() == 0


def test_errors_are_listed_in_the_order_of_the_page(campaign, visit):
    wrong = {"title": "", "use_kinds": [], "consent": "", "producer_id": "987654", "territory_code": "ZZ"}
    page = write(visit, status=400, **wrong, planned_use="", existing_url="x", period="x" * 999, organisation="x" * 999)
    listed = [link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")]
    shown = [field["id"] for field in page.all("input", "textarea", "select") if field.get("id") in listed]
    assert listed[1:] == shown and len(shown) == 9 and (shown[0], shown[-1]) == ("title", "consent")


def test_what_is_refused_for_invisible_characters_is_accepted_as_shown_again(campaign, visit):
    page = write(visit, status=400, title="Ca\u202ers")
    page = visit.submit(
        page, "/idees/nouvelle", **{**IDEA, "title": page.fields(page.find_form("/idees/nouvelle"))["title"]}
    )
    assert only_idea().title == "Cars"


def test_emoji_and_every_script_are_kept(campaign, visit):
    write(visit, title="Vélos 🚲 مرحبا")
    assert only_idea().title == "Vélos 🚲 مرحبا"


def test_fields_of_the_staff_cannot_be_sent(campaign, visit):
    write(visit, publication="published", vote_count="99", author_id="1", handling="opened", id="7", canonical_id="1")
    idea = only_idea()
    assert (idea.publication, idea.vote_count, idea.author_id, idea.handling) == ("draft", 0, None, "received")


def test_going_back_keeps_the_draft_and_does_not_double_it(campaign, visit):
    write(visit)
    page = visit("/idees/nouvelle")
    assert page.fields(page.find_form("/idees/nouvelle"))["title"] == IDEA["title"]
    write(visit, title="Mieux dit")
    assert only_idea().title == "Mieux dit"


def test_asking_for_a_new_code_does_not_lose_the_draft(campaign, visit):
    page = visit.submit(write(visit), "/idees/nouvelle/identification", email="nadia@exmaple.org")
    (again,) = [link for link in page.links() if link.endswith("/identification")]
    page = visit.submit(visit(again), again, email="nadia@example.org")
    code = re.search(r"\b(\d{6})\b", last_mail())[1]
    assert "Votre idée est reçue" in visit.submit(page, "/connexion/code", code=code).text


def test_a_bad_address_is_told_and_the_draft_kept(campaign, visit):
    page = visit.submit(write(visit), "/idees/nouvelle/identification", status=400, email="nadia")
    assert "adresse électronique complète" in page.text and IDEA["title"] in page.text


def test_a_wrong_code_is_told(campaign, visit):
    page = visit.submit(write(visit), "/idees/nouvelle/identification", email="nadia@example.org")
    page = visit.submit(page, "/connexion/code", status=400, code="12")
    assert "n’est pas le bon" in page.text
    assert only_idea().publication == "awaiting_confirmation"


def test_a_campaign_that_closes_while_one_writes_gives_the_text_back(campaign, visit):
    page = visit("/idees/nouvelle")
    campaign.closed_at = now()
    db.session.commit()
    page = visit.submit(page, "/idees/nouvelle", status=409, **IDEA)
    assert "La campagne est close" in page.text
    assert page.fields(page.find_form("/idees/nouvelle"))["data_wanted"] == IDEA["data_wanted"]


def test_a_body_of_ten_megabytes_is_refused_in_words(campaign, visit):
    visit("/idees/nouvelle")
    answer = visit.client.post("/idees/nouvelle", data={"title": "x" * 10_000_000})
    assert answer.status_code == 413 and "trop volumineux" in answer.get_data(as_text=True)


def test_a_forged_form_is_refused_in_words(campaign, client):
    answer = client.post("/idees/nouvelle", data=IDEA, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 400 and "Formulaire expiré" in answer.get_data(as_text=True)
    assert IDEA["title"] not in answer.get_data(as_text=True) and db.session.query(Idea).count() == 0


def test_a_reader_who_wants_to_support_identifies_and_is_counted(campaign, visit):
    idea = make_idea(title="Cartes des bornes")
    page = visit(f"/connexion?soutenir={idea.id}")
    assert "Cartes des bornes" in page.text
    page = visit.submit(page, page.response.request.full_path, email="paul@example.org")
    page = visit.submit(page, "/connexion/code", code=re.search(r"\b(\d{6})\b", last_mail())[1])
    assert "Votre soutien est compté" in page.text and page.response.request.path.startswith("/idees/")
    assert only_idea().vote_count == 1


def test_signing_in_to_support_tells_nothing_of_a_hidden_idea(campaign, visit):
    idea = make_idea(title="Mot secret", publication="hidden")
    assert "Mot secret" not in visit(f"/connexion?soutenir={idea.id}").html


def test_a_vote_is_given_and_taken_back_from_the_page(campaign, visit):
    idea, person = make_idea(), make_person()
    page = visit.sign_in(person)(f"/idees/{idea.id}")
    page = visit.submit(page, f"/idees/{idea.id}/vote")
    assert "Soutenue" in page.text and only_idea().vote_count == 1
    page = visit.submit(page, f"/idees/{idea.id}/vote/retrait")
    assert only_idea().vote_count == 0 and db.session.query(Vote).count() == 0


def test_voting_twice_is_told_and_counts_once(campaign, visit):
    idea = make_idea()
    page = visit.sign_in(make_person())(f"/idees/{idea.id}")
    visit.submit(page, f"/idees/{idea.id}/vote")
    assert "déjà compté" in visit.submit(page, f"/idees/{idea.id}/vote").text
    assert only_idea().vote_count == 1


def test_a_vote_in_a_list_answers_the_button_alone_to_a_script(campaign, visit):
    idea = make_idea()
    page = visit.sign_in(make_person())("/idees")
    action = f"/idees/{idea.id}/vote?liste=1"
    token = page.fields(page.find_form(action))["csrf_token"]
    answer = visit.client.post(action, data={"csrf_token": token}, headers={"X-Fragment": f"v{idea.id}"})
    text = answer.get_data(as_text=True)
    assert "Soutenue" in text and "vote/retrait" in text and "<html" not in text and 'form="votes"' in text


@pytest.mark.parametrize("state, status", [("hidden", 404), ("refused", 404), ("draft", 404)])
def test_a_vote_on_what_is_not_online_is_refused(campaign, visit, state, status):
    shown, gone = make_idea(), make_idea(publication=state)
    page = visit.sign_in(make_person())(f"/idees/{shown.id}")
    token = page.fields(page.find_form(f"/idees/{shown.id}/vote"))["csrf_token"]
    assert visit.client.post(f"/idees/{gone.id}/vote", data={"csrf_token": token}).status_code == status
    assert db.session.query(Vote).count() == 0


def test_a_vote_after_the_closing_is_refused_in_words(campaign, visit):
    idea = make_idea()
    page = visit.sign_in(make_person())(f"/idees/{idea.id}")
    campaign.closed_at = now()
    db.session.commit()
    assert "La campagne est close" in visit.submit(page, f"/idees/{idea.id}/vote", status=409).text


@pytest.mark.parametrize(
    "suite", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "http:evil"]
)
def test_signing_in_never_leads_elsewhere(campaign, visit, suite):
    make_moderator()
    page = visit(f"/connexion?suite={suite}")
    page = visit.submit(page, page.response.request.full_path, email="paul@example.org")
    page = visit.submit(page, "/connexion/code", code=re.search(r"\b(\d{6})\b", last_mail())[1])
    assert page.response.request.path == "/compte"


def test_signing_in_leads_back(campaign, visit):
    page = visit("/connexion?suite=/idees%3Ftri=recentes")
    page = visit.submit(page, page.response.request.full_path, email="paul@example.org")
    page = visit.submit(page, "/connexion/code", code=re.search(r"\b(\d{6})\b", last_mail())[1])
    assert page.response.request.full_path == "/idees?tri=recentes"


def test_signing_out_is_a_post_and_forgets(campaign, visit):
    page = visit.sign_in(make_person())("/compte")
    assert visit.client.get("/deconnexion").status_code == 405
    assert "Se connecter" in visit.submit(page, "/deconnexion").text
    assert visit.client.get("/compte").status_code == 303


def test_a_data_set_already_open_is_kept_with_the_idea(campaign, visit):
    dataset = Dataset(key="a1", title="Arrêts de bus", url="https://www.data.gouv.fr/fr/datasets/a1/")
    db.session.add(dataset)
    db.session.commit()
    number = dataset.id
    assert write(visit, status=400, dataset_id="987654")
    write(visit, dataset_id=str(number))
    assert only_idea().dataset_id == number
    page = visit("/idees/nouvelle")
    assert page.fields(page.find_form("/idees/nouvelle"))["dataset_id"] == str(number)


def test_without_scripts_a_button_shows_what_is_like_the_idea_and_loses_nothing(campaign, visit):
    make_idea(campaign=campaign, title="Horaires réels des cars")
    before = db.session.query(Idea).count()
    page = write(visit, compare="1", dataset_id="")
    assert "Horaires réels des cars" in page.text and "1 idée semblable" in page.text
    kept = page.fields(page.find_form("/idees/nouvelle"))
    assert all(kept[name] in (value, *value) for name, value in IDEA.items())
    assert db.session.query(Idea).count() == before and "Erreur" not in page.text
    assert "Votre adresse" in visit.submit(page, "/idees/nouvelle").text


def test_a_data_set_ticked_stays_so_when_what_is_alike_is_shown_again(campaign, visit, app):
    dataset = Dataset(key="a1", title="Horaires des cars", url="https://www.data.gouv.fr/fr/datasets/a1/")
    db.session.add(dataset)
    db.session.commit()
    number = str(dataset.id)
    page = write(visit, compare="1", dataset_id=number)
    assert page.fields(page.find_form("/idees/nouvelle"))["dataset_id"] == number
    visit.submit(page, "/idees/nouvelle")
    assert only_idea().dataset_id == int(number)


PERSONAL = {
    "data_wanted": "Demander à Mme Durand, 06 12 34 56 78",
    "existing_url": "https://x.example/?a=jean@mairie.fr",
}


def test_what_looks_personal_is_shown_once_before_it_is_sent(campaign, visit):
    page = write(visit, **PERSONAL)
    assert "Vérifiez avant d’envoyer" in page.text and db.session.query(Idea).count() == 0
    assert all(found in page.text for found in ("06 12 34 56 78", "Mme Durand", "jean@mairie.fr"))
    sent = page.fields(page.find_form("/idees/nouvelle"))
    assert (sent["data_wanted"], sent["profile"], sent["consent"]) == (PERSONAL["data_wanted"], "individual", "y")
    visit.submit(page, "/idees/nouvelle", use_kinds=["personal"])
    assert only_idea().data_wanted == PERSONAL["data_wanted"]


def test_what_was_corrected_goes_and_what_is_new_is_shown(campaign, visit):
    page = write(visit, **PERSONAL)
    page = visit.submit(page, "/idees/nouvelle", use_kinds=["personal"], planned_use="Appeler M. Paul Martin")
    assert "M. Paul Martin" in page.text and db.session.query(Idea).count() == 0
    clean = {"data_wanted": "Les horaires", "planned_use": "Appeler", "existing_url": ""}
    visit.submit(page, "/idees/nouvelle", use_kinds=["personal"], **clean)
    assert only_idea().data_wanted == "Les horaires"


def test_what_looks_personal_is_shown_with_the_errors(campaign, visit):
    page = write(visit, status=400, title="", **PERSONAL)
    assert "Donnez un titre" in page.text and "Mme Durand" in page.text
    visit.submit(page, "/idees/nouvelle", use_kinds=["personal"], title="Bus")
    assert only_idea().title == "Bus"

"""Reading ideas: the campaign's page, the list, one idea; what is hidden is nowhere."""

import re
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image

from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.domain.discovery import seed_of
from ideas.domain.publication import Verdict
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Idea
from ideas.store.queries.lists import DISCOVERY, ListPlace, Wanted
from ideas.web.ideas import listing
from ideas.web.ideas.picture import draw_title
from tests.factories import (
    make_answer,
    make_campaign,
    make_idea,
    make_ideas,
    make_moderator,
    make_person,
    make_producer,
    make_territory,
    make_vote,
    now,
)


@pytest.fixture
def campaign(app):
    return make_campaign()


def titles(page):
    return [a["words"] for a in page.all("a") if re.match(r"/idees/\d+-", a.get("href", ""))]


def test_the_campaign_page_asks_its_question_and_shows_what_is_supported(campaign, visit):
    make_idea(title="Horaires des cars")
    page = visit("/")
    assert campaign.question in page.text and "Encore" in page.text
    assert "Proposer une idée" in page.text and "Horaires des cars" in page.text


def test_without_a_campaign_the_site_says_so(app, visit):
    assert "Aucune campagne" in visit("/").text
    # Whoever makes the first one is known before it is there.
    assert "/deconnexion" in visit.sign_in(make_person(role="owner"))("/").html
    assert visit("/idees", status=404)


def test_an_empty_campaign_says_how_to_begin(campaign, visit):
    assert "Aucune idée n’est encore en ligne" in visit("/").text
    assert "Aucune idée n’est encore en ligne" in visit("/idees").text


def test_a_closed_campaign_is_read_but_takes_nothing(app, visit):
    make_campaign(closed_at=now())
    make_idea(title="Lignes de car")
    for address in ("/", "/idees", "/idees/nouvelle"):
        page = visit(address)
        assert "Soutenir" not in page.text and not [a for a in page.all("button") if "verifier" in a.get("name", "")]


def test_the_list_is_ordered_by_support_or_by_date(campaign, visit):
    first, second = make_idea(title="Ancienne"), make_idea(title="Nouvelle")
    make_vote(first)
    assert titles(visit("/idees")) == ["Ancienne", "Nouvelle"]
    assert titles(visit("/idees?tri=recentes")) == ["Nouvelle", "Ancienne"]
    assert titles(visit("/idees?tri=rien")) == ["Ancienne", "Nouvelle"]
    assert second.vote_count == 0


def walk(visit, address):
    """All the titles of a list, from page to page by its own links."""
    seen = []
    while address:
        page = visit(address)
        seen += titles(page)
        address = next((a["href"] for a in page.all("a") if a.get("rel") == "next"), "")
    return seen


@pytest.fixture
def little_known(campaign):
    """Three ideas that people know, then 42 that nearly nobody supports."""
    known = [make_idea(title=f"Connue {number}", vote_count=3 + number * 5).title for number in range(3)]
    return known, [make_idea(title=f"Peu connue {number}", vote_count=number % 3).title for number in range(42)]


def test_what_little_supports_is_discovered_first_each_idea_once(little_known, visit):
    known, little = little_known
    address = next(a["href"] for a in visit("/idees").all("a") if a["words"] == "À découvrir")
    seen = walk(visit, address)
    assert len(seen) == 45 and set(seen[:42]) == set(little)
    assert set(seen[42:44]) == set(known[:2]) and seen[44] == known[2]


def test_a_discovery_stays_the_same_all_day_and_changes_with_it(little_known, campaign):
    def discover(day):
        place = ListPlace(DISCOVERY, size=42, seed=seed_of(date.fromisoformat(day)))
        return [row.title for row in queries.lists.list_page(campaign, Wanted(), place)]

    first, again, other = (discover(day) for day in ("2026-11-27", "2026-11-27", "2026-11-28"))
    assert first == again != other and set(first) == set(other)
    assert first not in (little_known[1], little_known[1][::-1])


def test_the_last_number_that_a_row_may_have_is_discovered_too(campaign, visit):
    make_idea(title="Dernière", id=2**31 - 1)
    make_idea(title="Première", id=1)
    assert set(titles(visit("/idees?tri=decouvrir"))) == {"Dernière", "Première"}


@pytest.mark.parametrize("query", ["n°", "???", "%", "de la", "À", "_", "%E2%80%AE"])
def test_a_question_without_a_word_is_not_everything(campaign, visit, query):
    make_idea(title="Comptages", data_wanted="Passages relevés", planned_use="Études")
    page = visit(f"/idees?q={query}")
    assert titles(page) == [] and "0 idée" in page.text and "ne contient aucun mot à chercher" in page.text


@pytest.mark.parametrize("query", ["R%26D", "C%2B%2B", "🚲"])
def test_a_question_of_one_letter_or_a_picture_is_not_everything(campaign, visit, query):
    make_idea(title="Comptages", data_wanted="Passages relevés", planned_use="Études")
    page = visit(f"/idees?q={query}")
    assert titles(page) == [] and "Aucune idée ne correspond" in page.text


@pytest.mark.parametrize(
    "query, text", [("R%26D", "Dépenses de r&d"), ("🚲", "Vélos 🚲"), ("%25", "Hausse de 5 %"), ("à", "À vélo")]
)
def test_a_question_without_a_word_finds_its_characters(campaign, visit, query, text):
    make_idea(title="Comptages", data_wanted=text)
    make_idea(title="Autre", data_wanted="Rien", planned_use="")
    assert titles(visit(f"/idees?q={query}")) == ["Comptages"]


@pytest.mark.parametrize(
    "query, is_found",
    [
        ("comptage velo", True),
        ("VÉLOS", True),
        ("compte vélo train", True),
        ("%25", False),
        ("l'eau", False),
        ("_", False),
    ],
)
def test_a_search_forgives_accents_and_plurals(campaign, visit, query, is_found):
    title = "Comptages des vélos"
    make_idea(title=title, data_wanted="Capteurs", planned_use="")
    assert (title in visit(f"/idees?q={query}").text) is is_found


def test_filters_narrow_the_list_and_can_be_taken_off(campaign, visit):
    producer = make_producer()
    wanted = make_idea(title="Voulue", theme="health", profile="firm", handling="opened", producer_id=producer.id)
    make_idea(title="Autre", theme="sport")
    page = visit(f"/idees?theme=health&profil=firm&etat=opened&producteur={producer.slug}")
    assert titles(page) == [wanted.title]
    assert len([a for a in page.all("a") if "theme" not in a.get("href", "theme") and "profil=firm" in a["href"]]) == 2
    assert "Aucune idée ne correspond" in visit("/idees?theme=health&profil=individual").text
    assert len(titles(visit("/idees?theme=inconnu&etat=x"))) == 2


def test_pages_go_on_and_end(campaign, visit):
    make_ideas([{}] * 45)
    seen = [title for page in (1, 2, 3) for title in titles(visit(f"/idees?page={page}"))]
    assert len(set(seen)) == 45
    for odd in ("0", "-3", "99999999999999999999", "x", "4"):
        assert titles(visit(f"/idees?page={odd}"))


@pytest.mark.parametrize("page_size", [20, 100])
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_list_costs_at_most_four_statements_however_long(
    campaign, visit, count_queries, signed_in, page_size, monkeypatch
):
    monkeypatch.setattr(listing, "PAGE_SIZE", page_size)
    make_idea()
    if signed_in:
        visit.sign_in(make_person())
    costs = []
    for _ in range(2):
        with count_queries() as statements:
            visit("/idees")
        costs.append(len(statements))
        make_ideas([{}] * (page_size + 5))
    # The filters are counted when the campaign has changed, in one more.
    assert max(costs) <= 5
    visit("/idees")
    with count_queries() as statements:
        visit("/idees")
    assert len(statements) <= 4


@pytest.fixture
def subjects(campaign):
    """Two subjects that a run found, by the first word of their titles, and an idea in none."""
    bus = {"theme": "transport", "data_wanted": "Les passages des bus de nuit", "planned_use": "Rentrer en bus de nuit"}
    for number in range(4):
        make_idea(title=f"Horaires des bus de nuit {number}", profile="firm" if number else "individual", **bus)
    water = {
        "theme": "health",
        "data_wanted": "Les analyses de l’eau du robinet",
        "planned_use": "Boire l’eau du robinet",
    }
    for number in range(3):
        make_idea(title=f"Qualité de l’eau du robinet {number}", **water)
    make_idea(title="Prénoms", theme="sport", data_wanted="Le fichier complet", planned_use="Un jeu")
    regroup(campaign.id, now=now())
    db.session.refresh(campaign)
    rows = queries.clusters.list_current(campaign)
    return {row.title.split()[0]: row.id for row in rows}


def test_the_list_is_filtered_by_subject_beside_the_other_filters(subjects, visit):
    bus, water = subjects["Horaires"], subjects["Qualité"]
    page = visit("/idees")
    assert "Horaires des bus de nuit 0 4" in page.text and "Qualité de l’eau du robinet 0 3" in page.text
    assert {f"/idees?sujet={bus}", f"/idees?sujet={water}"} <= set(page.links())
    page = visit(f"/idees?sujet={bus}")
    assert len(titles(page)) == 4 and all("bus" in title for title in titles(page))
    assert "4 idées" in page.text and "Retirer le filtre Horaires des bus" in page.text
    assert len(titles(visit(f"/idees?sujet={bus},{water}"))) == 7
    page = visit(f"/idees?sujet={bus}&profil=individual")
    assert len(titles(page)) == 1 and "1 idée" in page.text
    assert "Entreprise 3" in page.text and "Particulier 1" in page.text, "the other filters count among its ideas"
    assert "Horaires des bus de nuit 0 1" in page.text, "and it counts among theirs"
    assert len(titles(visit(f"/idees?sujet={bus}&q=nuit"))) == 4
    assert "Aucune idée ne correspond" in visit(f"/idees?sujet={water}&q=nuit").text


def test_a_subject_that_is_none_is_said_and_leaves_nothing(subjects, visit):
    page = visit("/idees?sujet=999999")
    assert titles(page) == [] and "Sujet n° 999999" in page.text and "retirez un filtre" in page.text
    assert len(titles(visit("/idees?sujet=x,-3,²"))) == 8, "what means nothing is left out"


def test_the_filter_of_subjects_costs_no_more_when_it_is_asked_again(subjects, visit, count_queries):
    address = f"/idees?sujet={subjects['Horaires']}"
    visit(address)
    with count_queries() as statements:
        visit(address)
    assert len(statements) <= 4


def test_an_idea_that_leaves_a_subject_leaves_its_list(subjects, campaign, visit):
    address = f"/idees?sujet={subjects['Horaires']}"
    assert len(titles(visit(address))) == 4
    idea = db.session.query(Idea).filter(Idea.title == "Horaires des bus de nuit 3").one()
    decide_idea(idea.id, Verdict.HIDE, reason="other", actor=make_moderator(), now=now())
    page = visit(address)
    assert len(titles(page)) == 3 and "3 idées" in page.text


def test_filters_say_how_many_ideas_they_leave_and_act_at_once(campaign, visit):
    producer = make_producer(name="Office des eaux")
    make_idea(title="Crues", theme="health", profile="firm", producer_id=producer.id)
    make_idea(title="Rivières", theme="health", profile="individual")
    make_idea(title="Bus", theme="sport", profile="individual")

    page = visit("/idees")
    assert "Santé 2" in page.text and "Sport" in page.text and "Office des eaux 1" in page.text
    page = visit("/idees?theme=health")
    assert "Entreprise 1" in page.text and "Particulier 1" in page.text, "counted among those of the theme"
    assert titles(visit("/idees?profil=individual&theme=health")) == ["Rivières"]


def test_several_values_of_a_filter_add_up_and_are_taken_off_one_by_one(campaign, visit):
    for title, theme in (("Crues", "health"), ("Bus", "sport"), ("Menus", "education")):
        make_idea(title=title, theme=theme, profile="firm")
    page = visit("/idees?theme=health")
    more = next(a["href"] for a in page.all("a") if a["words"].startswith("Sport"))
    page = visit(more)
    assert sorted(titles(page)) == ["Bus", "Crues"] and "Retirer le filtre Santé" in page.text
    values = [a for a in page.all("a") if a["words"].startswith(("Santé", "Sport"))]
    chosen = [a for a in values if a.get("aria-current") == "true"]
    assert len(chosen) == 2 and "Entreprise 2" in page.text
    fewer = next(a["href"] for a in chosen if a["words"].startswith("Santé"))
    assert titles(visit(fewer)) == ["Bus"]
    assert "1 idée " in visit("/idees?theme=health,sport&q=crues").text.replace("\u00a0", " ")
    feed = next(tag["href"] for tag in page.all("link") if "atom" in tag.get("type", ""))
    assert "Crues" in visit.client.get(feed).text and "Menus" not in visit.client.get(feed).text
    assert titles(visit("/idees?theme=" + ",".join("x" * 90 for _ in range(300)) + ",health"))


def test_filters_stay_in_the_language_and_the_campaign_of_the_page(campaign, visit):
    make_idea(title="Crues", theme="health")
    page = visit(f"/idees?lang=en&campagne={campaign.slug}&tri=recentes")
    address = next(a["href"] for a in page.all("a") if "theme=health" in a.get("href", "") and "atom" not in a["href"])
    assert all(kept in address for kept in ("lang=en", f"campagne={campaign.slug}", "tri=recentes"))
    sent = {field["name"]: field.get("value") for field in page.all("input") if field.get("type") == "hidden"}
    assert sent == {"lang": "en", "campagne": campaign.slug, "tri": "recentes"}


def test_an_idea_costs_at_most_five_statements_for_a_reader(campaign, visit, count_queries):
    idea = make_idea()
    with count_queries() as statements:
        visit(f"/idees/{idea.id}")
    assert len(statements) <= 5


def test_a_list_of_twenty_is_light(campaign, visit):
    for number in range(20):
        make_idea(title=f"{number} {'é' * 80}", data_wanted="à " * 1_000, holder_text="Ministère " * 4)
    assert len(visit("/idees").response.data) <= 25_000


def test_an_idea_says_all_that_is_known_of_it(campaign, visit):
    idea = make_idea(
        title="Lieux <b>de</b> baignade",
        data_wanted="Toutes les analyses.",
        handling="opened",
        answer_id=make_answer(text="C’est fait.", dataset_url="https://www.data.gouv.fr/fr/datasets/x").id,
        organisation="Secret",
    )
    page = visit(f"/idees/{idea.id}")
    assert "Lieux <b>de</b> baignade" in page.text and "C’est fait." in page.text and "Ouverte" in page.text
    assert "Secret" not in page.html
    assert f'href="http://127.0.0.1:8000/idees/{idea.id}-lieux-b-de-b-baignade"' in page.html


def test_what_ideas_have_in_common_leads_to_the_list_of_them(campaign, visit):
    producer, place = make_producer(name="Office des eaux"), make_territory(name="Corse-du-Sud")
    idea = make_idea(title="Crues", theme="health", profile="firm", producer_id=producer.id, territory_code=place.code)
    make_idea(title="Bus", theme="sport", profile="individual")
    facts = {a["words"]: a["href"] for a in visit(f"/idees/{idea.id}").all("a") if "/idees?" in a.get("href", "")}
    assert {"Entreprise", "Santé", "Office des eaux", "Corse-du-Sud"} <= set(facts)
    for words in ("Entreprise", "Santé", "Office des eaux", "Corse-du-Sud"):
        assert titles(visit(facts[words])) == ["Crues"], words


def test_a_filter_at_work_is_named_and_not_coded(campaign, visit):
    producer, place = make_producer(name="Office des eaux"), make_territory(name="Corse-du-Sud")
    page = visit(f"/idees?producteur={producer.slug}&territoire={place.code}")
    assert "Retirer le filtre Office des eaux" in page.text and "Retirer le filtre Corse-du-Sud" in page.text
    assert "Retirer le filtre inconnu" in visit("/idees?producteur=inconnu").text


def test_what_an_author_wrote_by_hand_leads_nowhere(campaign, visit):
    idea = make_idea(title="Crues", theme="", holder_text="La mairie, je crois")
    assert not [a for a in visit(f"/idees/{idea.id}").all("a") if a["words"] == "La mairie, je crois"]


def test_a_merged_idea_leads_to_the_canonical_one_which_lists_it(campaign, visit):
    kept, duplicate = make_idea(title="Gardée"), make_idea(title="Doublon")
    merge_ideas(duplicate.id, kept.id, actor=make_moderator(), now=now())
    assert f"/idees/{kept.id}-gardee" in visit(f"/idees/{duplicate.id}").links()
    assert "Doublon" in visit(f"/idees/{kept.id}").text
    assert titles(visit("/idees")) == ["Gardée"]


def steps_of(page):
    """Return the story of an idea, as its page tells it, without the days."""
    start = page.html.index('<ol class="story">')
    story = page.html[start : page.html.index("</ol>", start)]
    return [re.sub(r"<[^>]+>", "", words) for words in re.findall(r"<li[^>]*><b>(.*?)</b>", story)]


def test_the_story_of_both_ideas_tells_of_their_merge_until_it_is_undone(campaign, visit):
    kept, duplicate = make_idea(title="Gardée"), make_idea(title="Doublon")
    merge_ideas(duplicate.id, kept.id, actor=make_moderator(), now=now())
    there, here = visit(f"/idees/{duplicate.id}"), visit(f"/idees/{kept.id}")
    assert steps_of(there)[-1] == "Réunie à une autre idée" and "<p>Gardée</p>" in there.html
    assert "Une idée presque identique lui est réunie" in steps_of(here) and "<p>Doublon</p>" in here.html
    undo_merge(duplicate.id, actor=make_moderator(), now=now())
    for idea in (kept, duplicate):
        assert not [words for words in steps_of(visit(f"/idees/{idea.id}")) if "éuni" in words]


def test_the_author_reads_in_the_story_why_an_idea_left(campaign, visit):
    author = make_person()
    idea = make_idea(author=author)
    decide_idea(idea.id, Verdict.HIDE, actor=make_moderator(), now=now(), reason="advertising")
    page = visit.sign_in(author)(f"/idees/{idea.id}")
    assert steps_of(page)[-1] == "Idée masquée" and "<p>Publicité</p>" in page.html
    decide_idea(idea.id, Verdict.RESTORE, actor=make_moderator(), now=now())
    assert "Idée masquée" not in steps_of(visit(f"/idees/{idea.id}"))


def test_similar_ideas_of_the_cluster_are_beside(campaign, visit):
    ideas = [make_idea(title=f"Horaires des bus de nuit {number}") for number in range(3)]
    regroup(campaign.id, now=now())
    assert "Idées semblables" in visit(f"/idees/{ideas[0].id}").text


@pytest.mark.parametrize("state", ["draft", "awaiting_confirmation", "awaiting_review", "refused", "hidden"])
def test_what_is_not_public_is_like_what_never_was(campaign, visit, state):
    idea = make_idea(publication=state)
    hidden, never = visit(f"/idees/{idea.id}", status=404), visit("/idees/987654", status=404)
    assert hidden.text == never.text


def test_an_author_sees_their_own_idea_whatever_its_state(campaign, visit):
    author = make_person()
    idea = make_idea(publication="refused", author=author)
    assert "Non publiée" in visit.sign_in(author)(f"/idees/{idea.id}").text


@pytest.mark.parametrize("address", ["/idees/0", "/idees/99999999999999999999", "/idees/x", "/idees/1-", "/nulle-part"])
def test_an_address_that_means_nothing_is_a_404_page(campaign, visit, address):
    assert "Page introuvable" in visit(address, status=404).text


def test_a_nul_in_an_address_is_a_bad_request(campaign, client):
    assert client.get("/idees?q=a%00b").status_code == 400


def test_readers_carry_no_cookie_and_get_304(campaign, client):
    make_idea()
    for address in ("/", "/idees", "/idees?lang=en", "/donnees", "/registre", "/sujets", "/mentions-legales"):
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers and "no-store" not in answer.headers["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_a_page_seen_by_somebody_is_kept_nowhere(campaign, visit):
    visit.sign_in(make_person())
    answer = visit("/idees").response
    assert answer.headers["Cache-Control"] == "no-store" and "Cookie" in answer.headers["Vary"]


def test_english_is_kept_from_link_to_link(campaign, visit):
    page = visit("/idees?lang=en")
    assert page.all("html")[0]["lang"] == "en"
    ours = [link for link in page.links() if link.startswith("/") and "#" not in link]
    assert [link for link in ours if "lang=en" not in link] == ["/idees"]


def test_a_page_of_another_campaign_is_asked_by_name(app, visit):
    other = make_campaign(slug="autre", opens_at=now().replace(year=2020), question="Et avant ?")
    make_campaign()
    make_idea(campaign=other, title="Ailleurs")
    page = visit("/idees?campagne=autre")
    assert titles(page) == ["Ailleurs"] and "Et avant ?" in page.text
    assert visit("/idees?campagne=inconnue", status=404)


def test_addresses_made_once_a_page_are_those_of_each_idea(app, visit):
    """The campaign's name holds the very number that stands for any other while an address is worked out."""
    campaign = make_campaign(slug="2147483647")
    idea = make_idea(campaign=campaign, title="Cartes des bornes")
    kept = "campagne=2147483647&lang=en"
    readers = visit(f"/idees?{kept}").links()
    assert {f"/idees/{idea.id}-cartes-des-bornes?{kept}", f"/connexion?soutenir={idea.id}&{kept}"} <= {
        link.replace("lang=en&campagne=2147483647", kept) for link in readers
    }
    page = visit.sign_in(make_person())(f"/idees?{kept}")
    (button,) = [b for b in page.all("button") if "formaction" in b]
    assert button["formaction"].startswith(f"/idees/{idea.id}/vote?liste=1")


@pytest.mark.parametrize("order", ["populaires", "recentes"])
def test_the_next_page_begins_after_the_last_idea_of_this_one(campaign, visit, order):
    for number in range(45):
        idea = make_idea(title=f"Idée {number}")
        if number % 3:
            make_vote(idea)
    first = visit(f"/idees?tri={order}")
    seen, address = titles(first), next(link for link in first.links() if "page=2" in link)
    assert "apres=" in address
    assert titles(visit(address)) == titles(visit(f"/idees?tri={order}&page=2"))
    while address:
        page = visit(address)
        seen += titles(page)
        number = int(re.search("page=([0-9]+)", address)[1]) + 1
        address = next((link for link in page.links() if f"page={number}" in link), None)
    assert len(seen) == len(set(seen)) == 45
    assert "apres=" not in next(link for link in page.links() if "page=2" in link)


def test_a_page_after_an_idea_that_has_left_the_list_is_found_by_its_number(campaign, visit):
    ideas = [make_idea(title=f"Idée {number}") for number in range(25)]
    by_number = titles(visit("/idees?page=2"))
    hidden = make_idea(publication="hidden")
    for after in (hidden.id, 987_654, "x"):
        assert titles(visit(f"/idees?page=2&apres={after}")) == by_number
    elsewhere = make_idea(campaign=make_campaign(opens_at=ideas[0].created_at - timedelta(days=90)))
    assert titles(visit(f"/idees?page=2&apres={elsewhere.id}")) == by_number


def test_a_page_says_where_it_is_to_whoever_shares_it(campaign, visit):
    idea = make_idea(title="Crues <b> & eaux")
    page = visit(f"/idees/{idea.id}?lang=en")
    told = {tag.get("property"): tag["content"] for tag in page.all("meta") if "property" in tag}
    canonical = next(tag["href"] for tag in page.all("link") if tag.get("rel") == "canonical")
    assert canonical == told["og:url"] == f"http://127.0.0.1:8000/idees/{idea.id}-crues-b-eaux"
    assert told["og:title"] == idea.title
    described = {tag["itemprop"] for _name, tag in page.tags if "itemprop" in tag}
    assert described == {"url", "datePublished", "headline", "text"}


def test_no_subject_fills_the_head_of_the_list(campaign, visit):
    many = [make_idea(title=f"Horaires des bus de la ligne {n}", vote_count=50 - n) for n in range(5)]
    others = [make_idea(title=title, data_wanted=f"{title}, par mois.", vote_count=20 - n) for n, title in _OTHERS]
    regroup(campaign.id, now=now())
    shown = list_numbers(visit("/idees"))
    assert shown[:10] == [one.id for one in (*many[:2], *others[:8])]
    assert shown[10:] == [one.id for one in (*many[2:], *others[8:])]
    assert list_numbers(visit("/idees?tri=recentes"))[:2] == [others[-1].id, others[-2].id]


def list_numbers(page):
    links = (re.match(r"/idees/(\d+)-", a.get("href", "")) for a in page.all("a"))
    return [int(link[1]) for link in links if link]


_OTHERS = list(
    enumerate(
        [
            "Qualité de l’eau du robinet",
            "Permis de construire accordés",
            "Menus des cantines scolaires",
            "Accidents de la route",
            "Fréquentation des musées",
            "Subventions aux associations",
            "Attente aux urgences",
            "Parcelles de forêt exploitées",
            "Consommation électrique des bâtiments",
        ]
    )
)


def test_an_idea_on_line_has_a_picture_and_a_way_to_be_shared(campaign, visit):
    idea = make_idea(title="Horaires réels des cars, « à chaque arrêt » : où ?")
    page = visit(f"/idees/{idea.id}")
    told = {tag["property"]: tag["content"] for tag in page.all("meta") if "property" in tag}
    address = urlsplit(told["og:image"])
    assert address.scheme and address.netloc and told["og:image:alt"] == idea.title
    drawn = visit.client.get(address.path)
    image = Image.open(BytesIO(drawn.data))
    assert (image.size, image.format, drawn.mimetype) == ((1200, 630), "PNG", "image/png")
    assert len(image.convert("L").getcolors()) > 20  # letters, whose edges are grey
    again = visit.client.get(address.path, headers={"If-None-Match": drawn.headers["ETag"]})
    assert again.status_code == 304
    assert told["og:url"] in page.text and [button for button in page.all("button") if "data-copy" in button]


@pytest.mark.parametrize("publication", ["awaiting_review", "refused", "hidden", "withdrawn"])
def test_what_is_not_on_line_has_no_picture(campaign, client, publication):
    assert client.get(f"/idees/{make_idea(publication=publication).id}/image.png").status_code == 404


@pytest.mark.parametrize("title", ["a" * 150, "mot " * 37, "m" * 40 + " " + "été " * 25, "-"])
def test_a_title_of_any_length_stays_in_its_picture(title):
    image = Image.open(BytesIO(draw_title(title, "Un site au nom très long " * 5))).convert("L")
    paper = image.getpixel((1190, 5))
    for strip in ((40, 0, 78, 630), (1121, 0, 1200, 630), (40, 0, 1200, 30), (40, 610, 1200, 630)):
        assert image.crop(strip).getextrema() == (paper, paper)

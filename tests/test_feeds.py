"""Feeds: valid Atom, what their page shows, and nothing else."""

from datetime import timedelta
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest

from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.domain.ideas import PROFILES, THEMES
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Cluster
from tests.factories import make_answer, make_campaign, make_idea, make_moderator, make_producer, now

ATOM = "{http://www.w3.org/2005/Atom}"
THEME, PROFILE = next(iter(THEMES)), next(one for one in PROFILES if one != "individual")
ORIGIN = "http://127.0.0.1:8000"
# RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, once each.
OF_FEED, OF_ENTRY = ("id", "title", "updated", "author"), ("id", "title", "updated", "published", "content")


def read(client, address):
    """The feed of an address, held to what the format demands; returned as the titles of its entries."""
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "application/atom+xml")
    feed = ET.fromstring(response.get_data())  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    for element, needed in [(feed, OF_FEED), *((entry, OF_ENTRY) for entry in feed.iter(f"{ATOM}entry"))]:
        for name in needed:
            (one,) = element.findall(ATOM + name)
            assert "".join(one.itertext()).strip(), name
        links = {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}
        assert all(link.startswith(f"{ORIGIN}/") for link in links.values()) and "alternate" in links
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == urljoin(ORIGIN, address)
    numbers = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(numbers)) == len(numbers)
    moments = [entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry")]
    assert moments == sorted(moments, reverse=True) and feed.findtext(f"{ATOM}updated") >= max(moments, default="")
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def feed_of(visit, page):
    """The feed that a page tells programs of."""
    (link,) = [a for tag, a in visit(page).tags if tag == "link" and a.get("type") == "application/atom+xml"]
    return link["href"]


@pytest.fixture
def campaign(app):
    return make_campaign()


def test_the_campaign_has_a_feed_the_latest_first(campaign, client, visit):
    make_idea(title="Ancienne", published_at=now() - timedelta(days=3))
    make_idea(title="Crues & <marées>")
    make_idea(title="Cachée", publication="hidden")
    assert feed_of(visit, "/") == "/fil.atom"
    assert read(client, "/fil.atom") == ["Crues & <marées>", "Ancienne"]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("theme=mobility", ["Retards des trains"]),
        ("profil=company", ["Prix du gaz"]),
        ("producteur=ign", ["Cartes des crues"]),
        ("q=crues", ["Cartes des crues"]),
        ("q=crues&theme=mobility", []),
        ("", ["Retards des trains", "Prix du gaz", "Cartes des crues"]),
    ],
)
def test_a_list_has_the_feed_of_its_search_and_filters(campaign, client, visit, asked, titles):
    ign = make_producer(slug="ign")
    make_idea(title="Cartes des crues", data_wanted="Les zones.", producer_id=ign.id, published_at=now() - timedelta(3))
    make_idea(title="Prix du gaz", data_wanted="Les prix.", profile=PROFILE, published_at=now() - timedelta(2))
    make_idea(title="Retards des trains", data_wanted="Les retards.", theme=THEME)
    asked = asked.replace("mobility", THEME).replace("company", PROFILE)
    address = feed_of(visit, f"/idees?{asked}" if asked else "/idees?tri=recentes")
    assert address == (f"/idees.atom?{asked}" if asked else "/idees.atom")
    assert read(client, address) == titles


def test_a_subject_has_a_feed(campaign, client, visit):
    for number in range(3):
        make_idea(title=f"Horaires des bus de nuit {number}", data_wanted="Horaires de nuit des bus, par arrêt.")
    make_idea(title="Prix du gaz", data_wanted="Tarifs.", planned_use="Comparer.")
    regroup(campaign.id, now=now())
    (cluster,) = db.session.query(Cluster).filter_by(level="subject")
    address = feed_of(visit, f"/sujets/{cluster.id}")
    assert address == f"/sujets/{cluster.id}.atom"
    assert sorted(read(client, address)) == [f"Horaires des bus de nuit {number}" for number in range(3)]
    assert client.get("/sujets/98765.atom").status_code == 404


def test_an_answer_brings_an_idea_back_to_the_top(campaign, client):
    answer = make_answer(text="Les données sont en ligne.", answered_on=(now() + timedelta(days=1)).date())
    make_idea(title="Répondue", published_at=now() - timedelta(days=5), answer_id=answer.id)
    make_idea(title="Récente", published_at=now() - timedelta(days=1))
    assert read(client, "/fil.atom") == ["Répondue", "Récente"]
    assert "Les données sont en ligne." in client.get("/fil.atom").get_data(as_text=True)


def test_a_feed_is_sent_again_only_when_something_public_has_changed(campaign, client, count_queries):
    idea = make_idea()
    first = client.get("/idees.atom")
    given = {"headers": {"If-None-Match": first.headers["ETag"]}}
    with count_queries() as statements:
        assert client.get("/idees.atom", **given).status_code == 304
    assert len([one for one in statements if one.startswith("SELECT")]) == 1, "the campaign alone is looked at"
    assert "Set-Cookie" not in first.headers
    decide_idea(idea.id, Verdict.HIDE, reason="other", actor=make_moderator(), now=now())
    assert client.get("/idees.atom", **given).status_code == 200


def test_a_feed_is_valid_whatever_is_asked(campaign, client):
    make_idea()
    response = client.get("/idees.atom?q=%3C%26%22%00x%0b&theme=%3Cb%3E")
    assert response.status_code in (200, 400)
    response = client.get("/idees.atom?q=%3C%26%22x%0b%C2%85&theme=%3Cb%3E")
    ET.fromstring(response.get_data())  # noqa: S314 - our own


def test_an_english_feed_speaks_english(campaign, client):
    make_idea(theme=THEME)
    assert 'xml:lang="en"' in client.get("/idees.atom?lang=en").get_data(as_text=True)

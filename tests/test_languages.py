"""What people wrote is marked with its language, so that a screen reader of another one pronounces it as it is."""

from html.parser import HTMLParser

import pytest

from ideas.actions.merging import merge_ideas
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.domain.publication import Verdict
from ideas.retrieval.search import make_search_text
from ideas.store.database import db
from ideas.store.models import Cluster, Idea, Person, RunCluster
from tests.factories import make_answer, make_campaign, make_idea, make_moderator, make_person, now

VOID = {"meta", "link", "input", "img", "br", "rect"}


class Reader(HTMLParser):
    """Hears a page: `said` lists (language, text). A title of window has one language, and may quote another."""

    def __init__(self, html):
        super().__init__()
        self.said, self._languages, self._in_title = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._in_title = tag == "title"
        if tag not in VOID:
            self._languages.append(dict(attrs).get("lang") or (self._languages or [""])[-1])

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        self._in_title = False
        if tag not in VOID:
            self._languages.pop()

    def handle_data(self, data):
        if data.strip() and not self._in_title:
            self.said.append((self._languages[-1], data.strip()))


@pytest.fixture
def campaign(app):
    """A campaign whose people write in French, and one in English."""
    author = make_person()
    campaign = make_campaign(question="Quelles données rêvez-vous ?", introduction="Un mois pour le dire.")
    for number in range(4):
        make_idea(
            campaign=campaign,
            author=author,
            title=f"Horaires des bus {number}",
            data_wanted="Les horaires souhaités.",
            planned_use="Un panneau utile.",
            beneficiaries="Les voyageurs pressés",
            answer=make_answer(text="La réponse officielle.", campaign_id=campaign.id),
        )
    make_idea(campaign=campaign, author=author, title="School meals", data_wanted="Menus of schools.", language="en")
    regroup(campaign.id, now=now())
    db.session.query(Cluster).order_by(Cluster.id).first().name = "Transports du soir"
    db.session.commit()
    return campaign


WRITTEN = (
    "Quelles données", "rêvez-vous", "Un mois pour le dire", "Horaires des bus", "Les horaires souhaités",
    "Un panneau utile", "Les voyageurs pressés", "La réponse officielle", "Transports du soir",
)  # fmt: skip


def addresses(campaign):
    first, *_, last = [one.id for one in db.session.query(Idea).order_by(Idea.id)]
    pages = [f"/sujets/{one.id}" for one in db.session.query(Cluster)]
    ideas = [f"/idees/{first}", f"/idees/{last}", f"/connexion?soutenir={first}", f"/idees/{first}/retrait"]
    clusters = [*pages, "/sujets", "/sujets/sans"]
    return ["/", "/idees", *ideas, *clusters, "/registre", "/compte"]


def hear_all(campaign, visit, language):
    """Every page that shows what people wrote, as one reader's software says it."""
    moderator = make_moderator()
    kept, double, hidden = db.session.query(Idea).order_by(Idea.id).limit(3)
    merge_ideas(double.id, kept.id, actor=moderator, now=now())
    decide_idea(hidden.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    heard, shown = [], set()
    for person in (None, db.session.query(Person).order_by(Person.id).first()):
        if person:
            visit.sign_in(person)
        for address in addresses(campaign):
            if (visit.client.get(address).status_code, person) == (303, None):
                continue
            mark = "&" if "?" in address else "?"
            status = visit.client.get(f"{address}{mark}lang={language}").status_code
            if status == 200:
                reader = Reader(visit(f"{address}{mark}lang={language}").html)
                heard += [(address, *one) for one in reader.said]
                shown.add(address)
    assert len(shown) >= 10
    return heard


def test_french_is_said_in_french_on_english_pages(campaign, visit):
    heard = hear_all(campaign, visit, "en")
    for words in WRITTEN:
        found = {(address, language) for address, language, text in heard if words in text}
        assert {language for _, language in found} == {"fr"}, (words, sorted(found))
    assert {language for _, language, text in heard if "School meals" in text} == {"en"}
    assert {language for _, language, text in heard if text in ("Vote", "Support", "Ideas")} == {"en"}


def test_the_words_of_a_cluster_are_said_in_their_language(campaign, visit):
    cluster = db.session.query(RunCluster).filter_by(parent_id=None).first()
    cluster.keywords = ["horaires", "bus"]  # the machine needs two authors for a word, and this campaign has one
    for idea in db.session.query(Idea):
        idea.search_text = make_search_text(idea.title, "")
    db.session.commit()
    reader, words = Reader(visit(f"/sujets/{cluster.cluster_id}?lang=en").html), cluster.keywords
    assert words and {language for language, text in reader.said if text in words} == {"fr"}


def test_english_is_said_in_english_on_french_pages(campaign, visit):
    heard = hear_all(campaign, visit, "fr")
    for words in ("School meals", "Menus of schools"):
        assert {language for _, language, text in heard if words in text} == {"en"}
    assert {language for _, language, text in heard if "Horaires des bus" in text} == {"fr"}


def test_a_page_in_the_language_of_its_texts_repeats_nothing(campaign, visit):
    html = visit("/idees?q=bus").html
    assert html.count('lang="fr"') == 1


def test_what_is_like_a_text_is_said_in_its_language(campaign, client):
    heard = Reader(client.get("/idees/similaires?lang=en&texte=horaires+des+bus").text).said
    assert {language for language, text in heard if "Horaires des bus" in text} == {"fr"}

"""The search of the list: the best first, whatever people type, and never what they may not see."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from ideas.actions.publication import decide_idea
from ideas.domain.publication import Publication, Verdict
from ideas.operations.maintenance import mend_indexes
from ideas.retrieval.kinds import WORDS
from ideas.retrieval.open_indexes import open_indexes
from ideas.store.database import db
from ideas.store.models import Territory
from tests.factories import make_answer, make_campaign, make_idea, make_moderator, make_producer, now


@pytest.fixture
def campaign(app):
    open_indexes().forget_all()
    return make_campaign()


def titles(page, level=2):
    """The titles of the cards, as HTML has them but for what marks the words found."""
    found = re.findall(rf'<h{level} id="i\d+"[^>]*><a href="[^"]*">(.*?)</a>', page.html)
    return [unescape(re.sub("</?mark>", "", title)) for title in found]


@pytest.fixture
def search(campaign, visit):
    return lambda query, **filters: titles(visit(f"/idees?{urlencode({'q': query, **filters})}"))


def test_every_part_that_readers_see_is_searched(search):
    db.session.add(Territory(code="D29", kind="department", insee="29", name="Finistère"))
    db.session.flush()
    holder = make_producer(name="Société nationale des chemins de fer (SNCF)")
    idea = make_idea(
        title="Retards, gare par gare",
        data_wanted="Les minutes perdues",
        planned_use="Choisir un itinéraire",
        theme="transport",
        producer_id=holder.id,
        holder_text="Keolis",
        territory_code="D29",
        organisation="Les Usagers du rail",
        show_organisation=True,
        answer_id=make_answer(text="Le calendrier est arrêté.").id,
    )
    make_idea(title="Autre", organisation="Club discret", show_organisation=False)
    for query in ("retard", "minute", "itineraires", "SNCF", "keolis", "finistere", "usager", "calendrier"):
        assert search(query) == [idea.title], query
    assert idea.title in search("transport") and search(f"n° {idea.id}")[0] == idea.title
    assert search(str(idea.id))[0] == idea.title
    assert search("discret") == []


def test_a_theme_is_found_by_its_name_in_either_language(search):
    make_idea(title="Sages-femmes", theme="health")
    make_idea(title="Stades", theme="sport")
    assert search("santé") == search("health") == ["Sages-femmes"]


def test_the_title_comes_first_and_the_chosen_order_is_kept(search):
    make_idea(title="Piscines", data_wanted="L’eau des bassins", vote_count=9)
    make_idea(title="Eau du robinet", data_wanted="Les analyses", vote_count=1)
    assert search("eau") == ["Eau du robinet", "Piscines"]
    assert search("eau", tri="populaires") == ["Piscines", "Eau du robinet"]
    assert search("eau", tri="recentes") == search("eau")


def test_filters_narrow_a_search_and_widen_what_it_forgives(search):
    make_idea(title="Trains de nuit", theme="transport")
    make_idea(title="Trains et vélos", theme="sport")
    assert search("trains", theme="sport") == ["Trains et vélos"]
    assert search("trains nuit", theme="sport") == ["Trains et vélos"]


def test_pages_of_a_search_go_on_and_end(campaign, search):
    for number in range(45):
        make_idea(title=f"Vélo {number}")
    found = [search("vélo", page=page) for page in (1, 2, 3)]
    assert [len(page) for page in found] == [20, 20, 5] and len({*found[0], *found[1], *found[2]}) == 45


def test_the_words_found_are_marked_and_nothing_else_is_html(campaign, visit):
    make_idea(title="Vélos <script>", data_wanted="x " * 100 + "les <b>vélos</b> & co")
    page = visit("/idees?q=vélo")
    assert titles(page) == ["Vélos <script>"]
    assert "<mark>Vélos</mark> &lt;script&gt;</a>" in page.html
    assert re.search('class="excerpt">… [^<]*&lt;b&gt;<mark>vélos</mark>&lt;/b&gt; &amp; co</p>', page.html)


def test_words_are_relaxed_and_the_reader_is_told(campaign, visit):
    make_idea(title="Bornes de recharge", data_wanted="Leur état")
    page = visit("/idees?q=bornes recharge trottinette")
    assert titles(page) == ["Bornes de recharge"]
    assert "Aucune idée ne contient tous ces mots" in page.text
    assert "Aucune idée ne contient" not in visit("/idees?q=bornes").text


def test_when_nothing_fits_the_nearest_and_the_form_are_offered(campaign, visit):
    make_idea(title="Bornes de recharge", theme="transport")
    page = visit("/idees?q=bornes&theme=sport")
    assert titles(page, level=3) == ["Bornes de recharge"]
    assert re.search('class="empty">.*href="/idees/nouvelle"', page.html)
    assert not titles(visit("/idees?q=xyzzy"), level=3)


@pytest.mark.parametrize("query", ["n°", "???", "de la", "%", "_", "'", "\\", "<>"])
def test_a_query_without_a_word_finds_nothing_and_says_why(campaign, visit, query):
    make_idea(title="Bornes", data_wanted="Emplacements", planned_use="Carte")
    page = visit(f"/idees?{urlencode({'q': query})}")
    assert titles(page) == [] and "ne contient aucun mot à chercher" in page.text


def test_signs_that_mean_something_are_searched(search):
    signed = {"R&D": "Budget de R&D", "c++": "Code en C++", "🚲": "🚲 à Lyon"}
    for title in (*signed.values(), "Autre"):
        make_idea(title=title)
    assert {query: search(query) for query in signed} == {query: [title] for query, title in signed.items()}


def test_what_is_published_or_hidden_is_found_or_gone_at_once(campaign, search):
    moderator = make_moderator()
    idea = make_idea(title="Cadastre", publication="awaiting_review", published_at=None)
    assert search("cadastre") == []
    decide_idea(idea.id, Verdict.PUBLISH, actor=moderator, now=now())
    assert search("cadastre") == ["Cadastre"]
    decide_idea(idea.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    assert search("cadastre") == []


def test_what_is_hidden_is_never_found_even_when_the_index_lags(campaign, visit, search, var):
    make_idea(title="Cadastre ouvert")
    idea = make_idea(title="Cadastre secret")
    assert len(search("cadastre")) == 2
    (lock,) = (var / "var" / "index").glob("search-*/lock")
    lock.unlink()
    lock.mkdir()
    decide_idea(idea.id, Verdict.HIDE, actor=make_moderator(), now=now(), reason="other")
    for where in ("/idees?q=cadastre", "/idees?q=cadastre&tri=recentes", "/idees?q=secret", "/idees?q=secrt"):
        assert "Cadastre secret" not in visit(where).text
    assert search("cadastre") == ["Cadastre ouvert"] and "1 idée" in visit("/idees?q=cadastre").text
    assert idea.id in open_indexes().find(WORDS.folder(str(var / "var"), campaign.id), WORDS.engine).ids()


def test_an_idea_that_is_not_on_line_is_in_no_search(campaign, search, var):
    for state in Publication:
        if state not in (Publication.PUBLISHED, Publication.MERGED):
            make_idea(title=f"Éoliennes {state}", publication=state)
    mend_indexes(var=str(var / "var"))
    assert search("éoliennes") == []


def test_campaigns_are_searched_apart(campaign, visit):
    other = make_campaign(slug="autre")
    make_idea(campaign=other, title="Cadastre d’ailleurs")
    make_idea(campaign=campaign, title="Cadastre d’ici")
    page = visit(f"/idees?q=cadastre&campagne={campaign.slug}")
    assert titles(page) == ["Cadastre d’ici"]


@pytest.mark.parametrize("count", [20, 60])
def test_a_search_costs_at_most_three_statements_however_long(campaign, visit, count_queries, count):
    for _ in range(count):
        make_idea(title="Vélo")
    visit("/idees?q=vélo")
    with count_queries() as statements:
        visit("/idees?q=vélo")
    assert len(statements) <= 3

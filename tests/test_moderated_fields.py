"""A moderator sees all that a decision would publish, on the queue and on the page of the idea."""

import json

import pytest

from ideas.actions.publication import decide_idea
from ideas.domain.ideas import BY_NAME, CHANNELS, FIELDS
from ideas.domain.publication import Verdict
from ideas.exports.tables import IDEAS
from ideas.store import queries
from ideas.store.database import db, reading
from ideas.store.models import Dataset, Territory
from tests.factories import make_campaign, make_idea, make_moderator, make_producer, now

# Of what an edition publishes, what no author wrote: it is decided, counted or dated by the platform.
NOT_WRITTEN = {
    "id", "publication", "canonical_id", "handling", "answer", "answered_on", "refusal_reason", "legal_basis",
    "dataset_url", "promised_on", "own_vote_count", "vote_count", "cluster_id", "submitted_on", "published_on",
    "use_count", "text_changed", "request_id", "routed_to", "routed_on", "answered_by", "passed_to",
    "wave", "high_value", "edited_on",
}  # fmt: skip


def content_of(field):
    """Something that this field may hold, and how it is read on a page."""
    if field.choices is not None:
        code = list(field.choices)[-1]
        return ([code] if field.several else code), field.choices[code]
    words = f"https://exemple.org/{field.name}" if field.is_address else f"Contenu de {field.name}"
    return words, words


@pytest.fixture
def idea(app):
    """An idea with something in every field."""
    make_campaign()
    territory = Territory(code="D29", name="Finistère", kind="department")
    dataset = Dataset(key="a1", title="Arrêts de bus", url="https://exemple.org/a1", organisation="Ville")
    db.session.add_all([territory, dataset])
    db.session.commit()
    return make_idea(
        **{field.name: content_of(field)[0] for field in FIELDS},
        publication="awaiting_review",
        published_at=None,
        show_organisation=True,
        producer_id=make_producer(name="Office des forêts", slug="forets").id,
        territory_code="D29",
        dataset_id=dataset.id,
        channel="workshop",
        source="Ateliers",
        source_number="N-81",
    )


@pytest.fixture(params=["/moderation", "/moderation/{}"])
def page(request, visit, idea):
    return visit.sign_in(make_moderator())(request.param.format(idea.id))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_of_an_idea_is_shown(page, field):
    assert content_of(field)[1] in page.text


def test_all_that_an_edition_publishes_of_its_author_is_shown(page, idea):
    campaign = queries.campaigns.find_of(idea)
    decide_idea(idea.id, Verdict.PUBLISH, actor=make_moderator(), now=now())
    with reading():  # as an edition does: rows come one by one
        (row,) = queries.editions.stream_ideas(campaign)
    said = {"producer": {"forets": "Office des forêts"}, "territory": {"D29": "Finistère"}, "channel": CHANNELS}
    for column in IDEAS.columns:
        if column.name in NOT_WRITTEN:
            continue
        value = getattr(row, column.name)
        assert value, f"this test has nothing in {column.name}"
        choices = said.get(column.name) or (BY_NAME[column.name].choices if column.name in BY_NAME else None)
        codes = json.loads(value) if column.name in ("use_kinds", "obstacles") else [value]
        for code in codes:
            assert (choices[code] if choices else code) in page.text, column.name


def test_links_are_read_and_not_followed(page):
    assert "https://exemple.org/existing_url" in page.text
    assert "https://exemple.org/existing_url" not in page.links()


def test_what_would_not_be_published_says_so(visit, idea):
    idea.show_organisation = False
    db.session.commit()
    page = visit.sign_in(make_moderator())(f"/moderation/{idea.id}")
    assert "Contenu de organisation (l’auteur ne veut pas l’afficher" in page.text

"""What is like a text: published ideas, and data sets already open."""

from flask import Blueprint, Response, current_app

from ideas.api.answers import answer
from ideas.api.values import read_number, read_text, read_values
from ideas.domain.errors import N_, NotFound, RuleBroken
from ideas.http.access import public
from ideas.http.actor import READER
from ideas.http.addresses import idea_url, origin
from ideas.http.clock import now
from ideas.retrieval.similar import FoundDataset, FoundIdea, Similar, find_similar_datasets, find_similar_ideas
from ideas.store import queries
from ideas.store.models import Campaign

bp = Blueprint("api_similar", __name__)

USUAL, MOST = 5, 20


@bp.route("/similar", methods=["GET", "POST"])
@public
def search() -> Response:
    """Return the published ideas and the data sets most like `text`, most similar first.

    POST is for texts that fit no address.
    """
    values = read_values(("text", "campaign", "limit"))
    text, limit = read_text(values, "text"), read_number(values, "limit", usual=USUAL, most=MOST)
    if not text:
        raise RuleBroken(N_("Donnez un texte à comparer : « text »."))
    campaign, var = _find_campaign(read_text(values, "campaign")), current_app.config["IDEAS"].var
    ideas = find_similar_ideas(text, campaign_id=campaign.id, actor=READER, var=var, count=limit)
    datasets = find_similar_datasets(text, var=var, count=limit)
    return answer(
        {
            "campaign": campaign.slug,
            "ideas": [_tell_idea(hit) for hit in ideas],
            "datasets": [_tell_dataset(hit) for hit in datasets],
        }
    )


def _find_campaign(slug: str) -> Campaign:
    campaign = queries.campaigns.find(slug) if slug else queries.campaigns.find_current(now())
    if campaign is None:
        raise NotFound(N_("Cet appel à idées n’existe pas."))
    return campaign


def _tell_idea(hit: Similar[FoundIdea]) -> dict[str, object]:
    row = hit.row
    return {
        "id": row.id,
        "title": row.title,
        "url": origin() + idea_url(row.id, row.title),
        **_tell_likeness(hit),
        "votes": row.vote_count,
        "state": row.handling,
    }


def _tell_dataset(hit: Similar[FoundDataset]) -> dict[str, object]:
    row = hit.row
    known = {"id": row.id, "title": row.title, "organisation": row.organisation, "url": row.url}
    return {**known, **_tell_likeness(hit)}


def _tell_likeness(hit: Similar[FoundIdea] | Similar[FoundDataset]) -> dict[str, object]:
    return {"likeness": round(hit.likeness, 3), "shared_words": hit.words}

"""One idea that everybody may read, where its request stands, what supporters would do, and the official answer."""

from flask import Blueprint, Response

from ideas.api.answers import answer
from ideas.api.values import read_values
from ideas.http.access import public
from ideas.http.actor import READER
from ideas.http.addresses import idea_url, origin
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Answer, Campaign, Idea

bp = Blueprint("api_ideas", __name__)


@bp.get("/ideas/<number:idea_id>")
@public
def show(idea_id: int) -> Response:
    """Return an idea that is online, where its request stands, what supporters would do, and the official answer."""
    read_values(())
    idea: Idea = found(queries.ideas.find(idea_id, READER))
    campaign: Campaign = found(queries.campaigns.find_of(idea))
    return answer(
        {
            "id": idea.id,
            "campaign": campaign.slug,
            "url": origin() + idea_url(idea.id, idea.title),
            "title": idea.title,
            "data_wanted": idea.data_wanted,
            "planned_use": idea.planned_use,
            "language": idea.language,
            "producer": idea.producer.slug if idea.producer else None,
            "canonical_id": idea.canonical_id,
            "votes": idea.vote_count,
            "state": idea.handling,
            "high_value": idea.shown_high_value,
            "edited_on": idea.edited_at.date().isoformat() if idea.edited_at else None,
            "uses": [one.text for one in queries.uses.list_of_idea(idea.id, None)],
            "comment_count": queries.comments.count_published(idea.id),
            "answer": _tell_answer(idea.answer) if idea.answer else None,
        }
    )


def _tell_answer(given: Answer) -> dict[str, object]:
    return {
        "text": given.text,
        "by": given.producer.slug if given.producer else None,
        "on": given.answered_on.isoformat() if given.answered_on else None,
        "reason": given.reason,
        "legal_basis": given.legal_basis,
        "passed_to": given.passed_to.slug if given.passed_to else None,
        "dataset_url": given.dataset_url,
        "promised_on": given.promised_on.isoformat() if given.promised_on else None,
    }

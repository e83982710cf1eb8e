"""What people say under an idea that everybody may read: published comments alone, a page at a time."""

from flask import Blueprint, Response, url_for

from ideas.api.answers import answer
from ideas.api.values import read_number, read_values
from ideas.domain.numbers import LAST_NUMBER
from ideas.http.access import public
from ideas.http.actor import READER
from ideas.http.addresses import origin
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.queries.comments import PublishedComment

bp = Blueprint("api_comments", __name__)

USUAL_COMMENTS, MOST_COMMENTS = 20, 100


@bp.get("/ideas/<number:idea_id>/comments")
@public
def list_comments(idea_id: int) -> Response:
    """Return a page of the comments on an idea that is online, and where the next one is."""
    values = read_values(("before", "limit"))
    before = read_number(values, "before", usual=LAST_NUMBER, most=LAST_NUMBER)
    limit = read_number(values, "limit", usual=USUAL_COMMENTS, most=MOST_COMMENTS)
    found(queries.ideas.find(idea_id, READER))
    rows = queries.comments.list_published(idea_id, before=before, size=limit + 1)
    shown = rows[:limit]
    return answer(
        {
            "comments": [_tell(row) for row in shown],
            "next": _next_url(idea_id, shown[-1].id, values.get("limit")) if len(rows) > limit else None,
        }
    )


def _next_url(idea_id: int, last_id: int, limit: object) -> str:
    return origin() + url_for(".list_comments", idea_id=idea_id, before=last_id, limit=limit)


def _tell(row: PublishedComment) -> dict[str, object]:
    return {
        "id": row.id,
        "idea_id": row.idea_id,
        "text": row.text,
        "by_author": row.by_author,
        "written_on": row.written_at.date().isoformat(),
    }

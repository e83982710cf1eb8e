"""What a clustering run reads: the published ideas, the picture that everybody sees, and what people decided."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ideas.runs.bindings import Bindings, read_bindings
from ideas.similarity import compose
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Idea, Membership
from ideas.store.visibility import listed


@dataclass(frozen=True)
class Inputs:
    """One list a column, all in the order of the ideas' numbers; `subjects` and `requests`: idea → where it is now."""

    ids: list[int]
    titles: list[str]
    texts: list[str]
    languages: list[str]
    authors: list[Hashable]
    supports: list[int]
    sent_at: list[datetime | None]
    subjects: dict[int, int]
    requests: dict[int, int]
    bindings: Bindings
    base_run_id: int | None
    last_decision_id: int

    def digest(self) -> str:
        """Return the hash of all that decides the result of a run."""
        read = (self.ids, self.texts, self.languages, self.supports, self.subjects, self.requests, self.bindings)
        return hashlib.sha256(repr(read).encode()).hexdigest()


def read_inputs(campaign: Campaign) -> Inputs:
    """Read a campaign's published ideas for a run: titles and bodies, places now, decisions."""
    columns = (
        Idea.id,
        Idea.title,
        Idea.data_wanted,
        Idea.planned_use,
        Idea.language,
        Idea.author_id,
        Idea.vote_count,
        Idea.submitted_at,
        Idea.channel,
    )
    rows = db.session.execute(
        sa.select(*columns).where(Idea.campaign_id == campaign.id, listed()).order_by(Idea.id)
    ).all()
    ids = [row.id for row in rows]
    subjects, requests = read_picture(campaign.current_run_id)
    last = db.session.scalar(sa.select(sa.func.max(Decision.id)).where(Decision.campaign_id == campaign.id))
    return Inputs(
        ids=ids,
        titles=[row.title for row in rows],
        texts=[idea_text(row.title, row.data_wanted, row.planned_use) for row in rows],
        languages=[row.language for row in rows],
        # Nobody knows who wrote what came in a file without names: each counts as somebody else.
        authors=[row.author_id or ("unknown", row.id) for row in rows],
        supports=[row.vote_count for row in rows],
        # What came on paper or in a file was typed when it suited whoever typed it.
        sent_at=[row.submitted_at if row.channel == "site" else None for row in rows],
        subjects=subjects,
        requests=requests,
        bindings=read_bindings(campaign.id).restrict(ids),
        base_run_id=campaign.current_run_id,
        last_decision_id=last or 0,
    )


def idea_text(title: str, data_wanted: str, planned_use: str) -> str:
    """Return what the engine reads of an idea."""
    return compose(title, f"{data_wanted}\n{planned_use}")


def read_picture(run_id: int | None) -> tuple[dict[int, int], dict[int, int]]:
    """Return the subject, and the request, of each idea in the picture of a run."""
    rows = db.session.execute(_PICTURE, {"run_id": run_id}).all()
    return (
        {idea: cluster for idea, cluster, _request in rows},
        {idea: request for idea, _cluster, request in rows if request is not None},
    )


# Columns of the table, not of the class: an act reads all the rows, and the session would count each.
_TABLE = Membership.__table__.c
_PICTURE = sa.select(_TABLE.idea_id, _TABLE.cluster_id, _TABLE.request_id).where(
    _TABLE.run_id == sa.bindparam("run_id", type_=sa.Integer())
)

"""Where ideas are in a picture, row by row, and what they say there."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ideas.domain.clusters import Origin
from ideas.runs.inputs import idea_text
from ideas.similarity.clustering.branch_words import BranchText
from ideas.store.database import db
from ideas.store.models import Cluster, Idea, Membership

PLACE = ("cluster_id", "request_id", "origin", "likeness", "weakest_idea_id", "weakest_likeness")


def read_texts(ideas: Collection[int]) -> list[BranchText]:
    """Return what some ideas say; nobody knows who wrote what came in a file without names."""
    columns = (Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, Idea.language, Idea.author_id)
    rows = db.session.execute(sa.select(*columns).where(Idea.id.in_(ideas)).order_by(Idea.id))
    return [
        BranchText(
            idea_text(row.title, row.data_wanted, row.planned_use), row.language, row.author_id or ("unknown", row.id)
        )
        for row in rows
    ]


def write_place(run_id: int | None, idea: int, place: list[Any] | None) -> None:
    """Put an idea where `place` says (the values of `PLACE`), or nowhere."""
    key = (Membership.run_id == run_id, Membership.idea_id == idea)
    db.session.execute(sa.delete(Membership).where(*key).execution_options(synchronize_session="fetch"))
    if place is not None:
        values = dict(zip(PLACE, place, strict=True))
        values["origin"] = Origin(values["origin"])
        db.session.execute(sa.insert(Membership).values(run_id=run_id, idea_id=idea, **values))


def bump(clusters: Collection[int]) -> None:
    """Note that these subjects are no longer as somebody may have read them."""
    db.session.execute(
        sa.update(Cluster)
        .where(Cluster.id.in_(clusters))
        .values(version=Cluster.version + 1)
        .execution_options(synchronize_session=False)
    )

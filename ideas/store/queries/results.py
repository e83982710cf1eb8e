"""Who writes, and what stopped them so far: counts over the published ideas of a campaign."""

from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.ideas import OBSTACLES
from ideas.store.database import db
from ideas.store.models import Campaign, Idea
from ideas.store.rows import list_rows
from ideas.store.visibility import listed

_MINE = (Idea.campaign_id == sa.bindparam("campaign", type_=sa.Integer()), listed())


class CodeCount(NamedTuple):
    """How many published ideas carry a code of a closed list."""

    code: str
    idea_count: int


_PROFILES = (
    sa.select(Idea.profile.label("code"), sa.func.count().label("idea_count"))
    .where(*_MINE, Idea.profile != "")
    .group_by(Idea.profile)
    .order_by(sa.func.count().desc(), Idea.profile)
)
# The list is kept as text: a code between quotes is one of its items.
_OBSTACLES = sa.select(
    *(
        sa.func.sum(sa.case((sa.cast(Idea.obstacles, sa.Text).like(f'%"{code}"%'), 1), else_=0)).label(code)
        for code in OBSTACLES
    )
).where(*_MINE)


def count_profiles(campaign: Campaign) -> list[CodeCount]:
    """Return the profiles of those who write, the most frequent first."""
    return list_rows(CodeCount, _PROFILES, {"campaign": campaign.id})


def count_obstacles(campaign: Campaign) -> list[CodeCount]:
    """Return what people say stopped them, the most frequent first; an idea may name several."""
    row = db.session.execute(_OBSTACLES, {"campaign": campaign.id}).one()
    counts = [CodeCount(code, count) for code, count in row._asdict().items() if count]
    return sorted(counts, key=lambda one: -one.idea_count)

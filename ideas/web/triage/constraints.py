"""The decisions that bind later runs, in words."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext

from ideas.domain.accounts import ROLE_NAMES
from ideas.domain.clusters import ConstraintKind
from ideas.domain.errors import N_
from ideas.http.addresses import idea_url
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.constraints import ActiveConstraint

CONSTRAINT_NAMES = {
    ConstraintKind.TOGETHER: N_("Gardées ensemble"),
    ConstraintKind.APART: N_("Gardées à part"),
    ConstraintKind.DISTINCT: N_("Distinctes"),
    ConstraintKind.MOVED: N_("Déplacée"),
    ConstraintKind.PINNED: N_("Fixée"),
    ConstraintKind.OUT: N_("Laissée sans sujet"),
}


def list_bonds(numbers: Iterable[int], campaign: Campaign) -> dict[int, list[str]]:
    """Return, by number of idea, what binds it."""
    bonds: dict[int, list[str]] = {}
    for one in queries.constraints.list_active(campaign, idea_ids=numbers):
        for number in (one.idea_id, one.other_idea_id):
            if number is not None:
                bonds.setdefault(number, []).append(_name_constraint(one))
    return bonds


class ConstraintLine(NamedTuple):
    """A decision that binds the next run, in words; `ideas` are (title, address)."""

    id: int
    decision_id: int
    what: str
    ideas: list[tuple[str, str]]
    cluster_id: int | None
    role: str
    at: datetime


def list_constraint_lines(campaign: Campaign) -> list[ConstraintLine]:
    """Return the decisions that bind the next run, in words."""
    return [
        ConstraintLine(
            id=one.id,
            decision_id=one.decision_id,
            what=_name_constraint(one),
            ideas=[
                (title, idea_url(number, title))
                for number, title in ((one.idea_id, one.title), (one.other_idea_id, one.other_title))
                if number and title
            ],
            cluster_id=one.cluster_id,
            role=gettext(ROLE_NAMES[one.role]),
            at=one.imposed_at,
        )
        for one in queries.constraints.list_active(campaign)
    ]


def _name_constraint(one: ActiveConstraint) -> str:
    name = gettext(CONSTRAINT_NAMES[one.kind])
    return gettext("%(what)s, décision n° %(number)s", what=name, number=one.decision_id)

"""The only place that says what an actor may see.

Everybody sees what is published; a merged idea that was published stays readable, since its page leads to
the canonical one.
An author sees all of their own; staff sees all but drafts and what its author has not confirmed.
"""

from collections.abc import Collection
from typing import Any, Protocol

import sqlalchemy as sa

from ideas.domain.permissions import EVERYWHERE, Appointment, Permission, can, list_campaigns
from ideas.domain.publication import Publication
from ideas.store.models import Idea

NOT_FOR_STAFF = (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)


class Actor(Protocol):
    """Whoever looks or acts; a reader has neither number nor role."""

    @property
    def id(self) -> int | None:
        """Number of the person, None for a reader."""

    @property
    def role(self) -> str | None:
        """Role that the person holds everywhere, None for a reader."""

    @property
    def appointments(self) -> Collection[Appointment]:
        """Roles that the person holds for one campaign or one body."""


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Idea` that keeps what `actor` may see."""
    return _visible(**{name: sa.bindparam(None, value, **KINDS[name]) for name, value in seen_by(actor).items()})


def seen_by(actor: Actor) -> dict[str, Any]:
    """Return what `VISIBLE` has to know of an actor, for a statement that was made beforehand."""
    return {
        "actor": actor.id,
        "moderates_all": can(actor, Permission.MODERATE, EVERYWHERE),
        "moderated": list_campaigns(actor, Permission.MODERATE),
    }


def shown(idea: type[Idea] = Idea) -> sa.ColumnElement[bool]:
    """Return the condition on `Idea` that keeps what everybody may read.

    A merged idea is read only if it was published once: merging publishes nothing that nobody has reviewed.
    """
    was_published = sa.and_(idea.publication == Publication.MERGED, idea.published_at.is_not(None))
    return sa.or_(idea.publication == Publication.PUBLISHED, was_published)


def listed(idea: type[Idea] = Idea) -> sa.ColumnElement[bool]:
    """Return the condition on `Idea` that keeps what public lists, counts, clusters and exports are made of."""
    return idea.publication == Publication.PUBLISHED


def _visible(
    *, actor: sa.ColumnElement[int], moderates_all: sa.ColumnElement[bool], moderated: Any
) -> sa.ColumnElement[bool]:
    """Return the rule. A reader has no number, and NULL is nobody's: what is left is what everybody sees."""
    for_staff = Idea.publication.not_in(NOT_FOR_STAFF)
    return sa.or_(
        shown(),
        sa.and_(for_staff, sa.or_(moderates_all, Idea.campaign_id.in_(moderated))),
        Idea.author_id == actor,
    )


KINDS: dict[str, dict[str, Any]] = {
    "actor": {"type_": sa.Integer()},
    "moderates_all": {"type_": sa.Boolean()},
    "moderated": {"type_": sa.Integer(), "expanding": True},
}
# For statements that are made once: who looks is told by `seen_by` when they are run.
VISIBLE = _visible(**{name: sa.bindparam(name, **kind) for name, kind in KINDS.items()})

"""The only place that says what an actor may see.

Everybody sees what is published; a merged idea that was published stays readable, since its page leads to
the canonical one.
An author sees all of their own; staff sees all but drafts and what its author has not confirmed.
"""

from collections.abc import Collection
from typing import Protocol

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
    conditions: list[sa.ColumnElement[bool]] = [shown()]
    if can(actor, Permission.MODERATE, EVERYWHERE):
        conditions.append(Idea.publication.not_in(NOT_FOR_STAFF))
    elif moderated := list_campaigns(actor, Permission.MODERATE):
        conditions.append(sa.and_(Idea.publication.not_in(NOT_FOR_STAFF), Idea.campaign_id.in_(moderated)))
    if actor.id is not None:
        conditions.append(Idea.author_id == actor.id)
    return sa.or_(*conditions)


def shown() -> sa.ColumnElement[bool]:
    """Return the condition on `Idea` that keeps what everybody may read.

    A merged idea is read only if it was published once: merging publishes nothing that nobody has reviewed.
    """
    was_published = sa.and_(Idea.publication == Publication.MERGED, Idea.published_at.is_not(None))
    return sa.or_(Idea.publication == Publication.PUBLISHED, was_published)


def listed() -> sa.ColumnElement[bool]:
    """Return the condition on `Idea` that keeps what public lists, counts, clusters and exports are made of."""
    return Idea.publication == Publication.PUBLISHED

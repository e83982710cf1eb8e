"""What the parts of one loading of the demonstration hand on to each other, and how they write rows by the hundred."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.demo.files import Demonstration
from ideas.domain.accounts import Role
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Campaign, Identity, Person

NOT_CONFIRMED = (Publication.DRAFT, Publication.AWAITING_CONFIRMATION)
ONCE_ON_LINE = (Publication.PUBLISHED, Publication.HIDDEN, Publication.MERGED)


@dataclass(frozen=True)
class TeamMember:
    """Somebody of the team, as the acts know who does them."""

    id: int
    role: Role
    appointments: tuple[()] = ()


@dataclass
class Loading:
    """What the parts of one loading hand on to each other."""

    content: Demonstration
    campaign: Campaign
    now: datetime
    people: dict[str, int] = field(default_factory=dict)
    ideas: dict[int, int] = field(default_factory=dict)
    sent: dict[int, datetime] = field(default_factory=dict)
    reviewed: dict[int, datetime] = field(default_factory=dict)

    @property
    def moderator_id(self) -> int:
        """Number of the person who reviews everything here."""
        return self.people[next(one["key"] for one in self.content.people if one["role"] == Role.MODERATOR)]


def find_member(role: Role) -> TeamMember:
    """Return the person of the demonstration who holds a role of the team."""
    return TeamMember(db.session.scalars(sa.select(Person.id).where(Person.role == role)).one(), role)


def insert(table: type, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows in one statement."""
    if rows:
        db.session.execute(sa.insert(table), rows)


def insert_numbered(table: type, rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert rows and return the numbers that the database gave them, in the same order."""
    statement = sa.insert(table).returning(table.id, sort_by_parameter_order=True)  # type: ignore[attr-defined]
    return list(db.session.scalars(statement, list(rows)))


def add_people(loading: Loading, told: Sequence[tuple[Mapping[str, Any], datetime]]) -> None:
    """Add people, each with the moment when they first came."""
    people = [{"role": one["role"], "language": one["language"], "created_at": since} for one, since in told]
    added = dict(zip((one["key"] for one, _ in told), insert_numbered(Person, people), strict=True))
    loading.people |= added
    identities = [
        {"person_id": added[one["key"]], "kind": "email", "subject": one["email"], "verified_at": since}
        for one, since in told
    ]
    insert(Identity, identities)

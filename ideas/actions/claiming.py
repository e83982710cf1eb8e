"""Telling the others of the staff that one is reading an idea: it ends by itself, and forbids nothing."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ideas.actions.ideas import find_for_staff
from ideas.actions.transaction import transaction
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.store.database import db
from ideas.store.models import Claim
from ideas.store.visibility import Actor

LASTS = timedelta(minutes=10)


@transaction(is_public=False)
def claim(idea_id: int, *, actor: Actor, now: datetime) -> bool:
    """Be the one who reads an idea from now on, and no other; tell whether it is so, or somebody else reads it.

    Of two at once one has it: the row is written by whoever comes first, or once the ten minutes are over.
    """
    check_can_somewhere(actor, Permission.MODERATE)
    find_for_staff(idea_id, actor)
    others = sa.delete(Claim).where(Claim.person_id == actor.id, Claim.idea_id != idea_id)
    db.session.execute(others.execution_options(synchronize_session=False))
    dialect: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"idea_id": idea_id, "person_id": actor.id, "claimed_at": now, "ends_at": now + LASTS}
    taken = (
        dialect.insert(Claim.__table__)
        .values(row)
        .on_conflict_do_update(
            index_elements=["idea_id"],
            set_={name: row[name] for name in ("person_id", "claimed_at", "ends_at")},
            where=sa.or_(Claim.person_id == actor.id, Claim.ends_at <= now),
        )
    )
    return db.session.execute(taken.returning(Claim.idea_id)).scalar() is not None

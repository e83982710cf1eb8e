"""Keeping what is typed in the form of an idea, valid or not, so that leaving the page loses nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain.texts import without_refused
from ideas.store.database import db
from ideas.store.models import TypedIdea

LONGEST = 20_000  # of one text: ten times what the form takes


@transaction(is_public=False)
def keep_typed(values: Mapping[str, Any], *, now: datetime, typed_id: int | None = None) -> int:
    """Keep a form as it stands, over what was kept before under `typed_id`; return the number it is kept under."""
    typed = (db.session.get(TypedIdea, typed_id) if typed_id else None) or TypedIdea()
    typed.values = {name: _bound(value) for name, value in values.items()}
    typed.typed_at = now
    db.session.add(typed)
    db.session.flush()
    return typed.id


def forget_typed(typed_id: int | None) -> None:
    """Forget a form in the act that receives it."""
    if typed_id:
        db.session.execute(sa.delete(TypedIdea).where(TypedIdea.id == typed_id))


def _bound(value: Any) -> Any:
    if isinstance(value, list):
        return [_bound(one) for one in value[:100]]
    return without_refused(value)[:LONGEST] if isinstance(value, str) else value

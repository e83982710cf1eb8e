"""Saying that what ideas ask for is high-value data, of one of six themes, and that it is not after all."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.families import lock_families
from ideas.actions.handled import DEPENDED_ON, About, Handled
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, WrongState
from ideas.domain.high_value import HighValue
from ideas.store.database import db
from ideas.store.models import Decision, Idea
from ideas.store.visibility import Actor


@transaction()
def flag_high_value(about: About, theme: HighValue | None, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Say of which theme of high-value data ideas are, or take back what was said of them (None).

    What their answer says is another matter, and stands. Raises `AlreadyDone`, or what every act on requests raises.
    """
    handled = Handled(about, actor)
    changed = [idea for idea in handled.ideas if idea.high_value is not theme]
    if not changed:
        raise AlreadyDone(N_("C’est déjà dit de ces idées.") if theme else N_("Rien n’avait été dit de ces idées."))
    kind = DecisionKind.FLAG_HIGH_VALUE if theme else DecisionKind.UNFLAG_HIGH_VALUE
    decision = handled.record(kind, now, reason=theme or "", note=note)
    handled.changes = {"flagged": [[idea.id, idea.high_value, theme] for idea in changed]}
    for idea in changed:
        idea.high_value = theme
    return handled.keep(decision)


def hold_flagged(changes: dict[str, Any]) -> set[int | None]:
    """Hold the ideas that a decision flagged; return the bodies that they are addressed to."""
    numbers = [number for number, _before, _after in changes["flagged"]]
    lock_families(*numbers)
    return {idea.routed_to_id or idea.producer_id for idea in _list_ideas(numbers)}


def take_back_flags(changes: dict[str, Any]) -> None:
    """Say of each idea what was said before a decision; raises `WrongState` when something else was said since."""
    ideas = {idea.id: idea for idea in _list_ideas(number for number, _before, _after in changes["flagged"])}
    for number, before, after in changes["flagged"]:
        if ideas[number].high_value != after:
            raise WrongState(DEPENDED_ON)
        ideas[number].high_value = HighValue(before) if before else None


def _list_ideas(numbers: Iterable[int]) -> list[Idea]:
    return list(db.session.scalars(sa.select(Idea).where(Idea.id.in_(list(numbers)))))

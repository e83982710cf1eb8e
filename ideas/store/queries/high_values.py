"""Which theme of high-value data an idea is shown under: its own, else that of its answer. Said here alone."""

import sqlalchemy as sa

from ideas.domain.high_value import HighValue
from ideas.store.models import Answer, Idea


def shown_high_value() -> sa.ColumnElement[HighValue | None]:
    """Return the theme of `Idea`, in a query that has its `Answer` joined, there or not."""
    return sa.func.coalesce(Idea.high_value, Answer.high_value, type_=Idea.high_value.type)


def is_of_high_value(themes: sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    """Return the condition that `Idea` is shown under one of these themes, in a query without answers."""
    answered = sa.select(Answer.id).where(Answer.high_value.in_(themes))
    return sa.or_(Idea.high_value.in_(themes), sa.and_(Idea.high_value.is_(None), Idea.answer_id.in_(answered)))

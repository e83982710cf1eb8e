"""Questions of feeds: what an entry says of an idea."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.handling import Handling
from ideas.store.models import Answer, Idea
from ideas.store.rows import list_rows
from ideas.store.visibility import listed


class Entry(NamedTuple):
    """An idea as a feed shows it, with its official answer when there is one."""

    id: int
    title: str
    language: str
    theme: str
    data_wanted: str
    handling: Handling
    published_at: datetime
    answer: str | None
    answered_on: date | None

    @property
    def updated_at(self) -> datetime:
        """When it was published, or answered since."""
        if self.answered_on is None:
            return self.published_at
        return max(self.published_at, datetime.combine(self.answered_on, time(), UTC))


def list_entries(numbers: Sequence[int]) -> list[Entry]:
    """Return what a feed shows of these ideas, the last changed first; those that are not online are left out."""
    columns = (Idea.id, Idea.title, Idea.language, Idea.theme, Idea.data_wanted, Idea.handling, Idea.published_at)
    answer = (Answer.text.label("answer"), Answer.answered_on)
    query = sa.select(*columns, *answer).outerjoin(Answer, Answer.id == Idea.answer_id)
    entries = list_rows(Entry, query.where(Idea.id.in_(list(numbers)), listed(), Idea.published_at.is_not(None)))
    return sorted(entries, key=lambda entry: (entry.updated_at, entry.id), reverse=True)

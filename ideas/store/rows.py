"""What a query finds, as named tuples: each query says in one class the names and the types of its columns."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from ideas.store.database import db

BATCH = 1_000
R = TypeVar("R", bound=NamedTuple)


def list_rows(kind: type[R], query: sa.Executable, given: Mapping[str, Any] | None = None) -> list[R]:
    """Return all that a query finds; the fields of `kind` are its columns, in the same order."""
    return list(_name(kind, db.session.execute(query, given)))


def stream_rows(kind: type[R], query: sa.Executable) -> Iterator[R]:
    """Yield rows as the database gives them: through the session, each would cost as much again."""
    yield from _name(kind, db.session.connection().execute(query, execution_options={"yield_per": BATCH}))


def _name(kind: type[R], result: sa.Result[object]) -> Iterator[R]:
    columns = tuple(result.keys())
    if columns != kind._fields:
        raise TypeError(f"{kind.__name__} does not have the columns that were asked for: {', '.join(columns)}")
    return map(kind._make, result)

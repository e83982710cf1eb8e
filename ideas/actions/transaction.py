"""The one boundary of what people do: an act is kept whole, or not at all.

Every verb is `@transaction()`, or does its work inside `with transaction():`. One that is begun inside another is a
savepoint of it, so that verbs can be made of verbs; only the outermost commits, and nothing else in this room does.
"""

import logging
import random
import time
from collections.abc import Callable
from contextlib import ContextDecorator
from functools import wraps
from typing import Any, Literal, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import SessionTransaction

from ideas.store.chaining import chain_lines
from ideas.store.database import db, end_reading, writing
from ideas.store.versions import hold_campaigns, move_versions

TRIES = 4
WAIT = 0.05  # seconds, doubled at each try: two acts that met once must not meet again
# What PostgreSQL calls a deadlock and a serialisation failure: it gave up one act of two, nothing is wrong with it.
CONFLICTS = ("40P01", "40001")
_log = logging.getLogger(__name__)

Verb = TypeVar("Verb", bound=Callable[..., Any])


class MetAnother(Exception):
    """What this act had read changed while it waited for another act: it begins anew."""


class transaction(ContextDecorator):  # noqa: N801 - reads as `with transaction():`
    """Keep all that is written in a block, or nothing of it when it raises.

    As a decorator it also tries a verb again, a bounded number of times, when the database gave it up for another.
    `is_public` says whether readers may see anything of it: all that they have kept is then asked for again.
    """

    def __init__(self, *, is_public: bool = True) -> None:
        self.is_public = is_public

    def __enter__(self) -> None:
        """Begin an act, or a savepoint of the act under way."""
        session = db.session()
        self._savepoint: SessionTransaction | None = None
        if session.info.get("acting"):
            self._savepoint = session.begin_nested()
        else:
            end_reading()
            self._turn = writing()
            self._turn.__enter__()
            session.info["acting"] = True
        if self.is_public:
            session.info["is_seen"] = True

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> Literal[False]:
        """Keep what was written, or give it up."""
        session = db.session()
        if self._savepoint is not None:
            self._savepoint.rollback() if kind else self._savepoint.commit()
            return False
        try:
            if kind is not None:
                session.rollback()
                return False
            try:
                if session.info.get("is_seen"):
                    move_versions()
                elif session.info.get("decided"):
                    hold_campaigns()
                chain_lines()
                session.commit()
            except BaseException:
                session.rollback()
                raise
        finally:
            _end(session.info)
            self._turn.__exit__(None, None, None)
        return False

    def __call__(self, verb: Verb) -> Verb:
        """Return the verb as an act of its own."""

        @wraps(verb)
        def act(*given: Any, **named: Any) -> Any:
            for tried in range(1, TRIES + 1):
                try:
                    with transaction(is_public=self.is_public):
                        return verb(*given, **named)
                except (OperationalError, MetAnother) as error:
                    if not _is_conflict(error) or tried == TRIES or db.session().info.get("acting"):
                        raise
                    _log.warning("%s met another act and is tried again (%s)", verb.__name__, tried)
                    time.sleep(WAIT * 2**tried * random.random())
            raise AssertionError("unreachable: the last try returns or raises")

        act.is_public = self.is_public  # type: ignore[attr-defined]
        return act  # type: ignore[return-value]


def abandon_act() -> None:
    """Give up whatever was begun, so that the page that says why can be read."""
    session = db.session()
    _end(session.info)
    session.rollback()


def _end(info: dict[Any, Any]) -> None:
    info.pop("acting", None)
    info.pop("is_seen", None)
    info.pop("decided", None)


def _is_conflict(error: OperationalError | MetAnother) -> bool:
    return isinstance(error, MetAnother) or getattr(error.orig, "sqlstate", None) in CONFLICTS

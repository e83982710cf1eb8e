"""Sessions: opened by a proof of who one is, known by the browser and the day, ended one by one or all at once."""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.actions.accounts import hash_secret
from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, NotFound
from ideas.store.database import db
from ideas.store.models import Session


class Vouching(NamedTuple):
    """The provider that vouched for a session, and what signing out there takes."""

    provider: str
    id_token: str


@transaction(is_public=False)
def open_session(person_id: int, *, browser: str, now: datetime, provider: str = "", id_token: str = "") -> str:
    """Open a session of a person and return its key, of which the hash alone is kept."""
    key, vouched = secrets.token_urlsafe(16), {"provider": provider, "id_token": id_token}
    db.session.add(Session(person_id=person_id, key_hash=hash_secret(key), browser=browser, opened_at=now, **vouched))
    return key


@transaction(is_public=False)
def close_session(key: str) -> Vouching | None:
    """End the session of a key, so that no copy of it works either; return who had vouched for it."""
    ended = _end(Session.key_hash == hash_secret(key))
    return Vouching(*ended) if ended and ended.provider else None


@transaction(is_public=False)
def end_session_of(session_id: int, person_id: int) -> None:
    """End a session of one's own on some device; raises `NotFound` when there is none, or it is somebody else's."""
    if not _end(Session.id == session_id, Session.person_id == person_id):
        raise NotFound(N_("Cette session a déjà pris fin."))


def _end(*which: sa.ColumnElement[bool]) -> Any:
    ended = sa.delete(Session).where(*which).returning(Session.provider, Session.id_token)
    return db.session.execute(ended.execution_options(synchronize_session=False)).one_or_none()

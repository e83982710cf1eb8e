"""Who is signed in: a signed cookie with the person's number, the key of the session, and when it began.

A session ends by its age, sooner for the staff, and by an act: alone (its row goes) or with all (`session_number`). It
also knows whether it was opened by two proofs: without it, who must give two has none of what their role allows. The
signature of the cookie has an age of its own that is not looked at: a clock that is put back would throw everybody out.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from ideas.actions.accounts import hash_secret
from ideas.actions.sessions import Vouching, close_session, open_session
from ideas.domain.accounts import SESSION_LIFETIME, STAFF_SESSION_LIFETIME, Role, has_session_ended
from ideas.domain.browsers import name_browser
from ideas.domain.permissions import Appointment
from ideas.domain.second_factor import WAIT, must_prove_twice
from ideas.http.access import ask_to_sign_in
from ideas.http.actor import find_actor, has_session
from ideas.http.clock import now
from ideas.store import queries
from ideas.store.models import Campaign, Person
from ideas.web.errors import ask_to_sign_in_again

SEEN_EVERY = timedelta(minutes=5)  # between two notes of use in a cookie


class SignedIn(UserMixin):
    """What Flask-Login needs of a person; the row itself never reaches a page."""

    def __init__(self, person: Person, key: str) -> None:
        self.key = key
        self.id, self.role, self.language = person.id, person.role, person.language
        self.session_number = person.session_number
        self.must_prove_twice = False
        self.appointments = tuple(
            Appointment(one.role, one.campaign_id, one.producer_id) for one in person.appointments
        )

        if not session.get("is_proven_twice"):
            required = current_app.config["TWICE_PROVEN_ROLES"]
            self.must_prove_twice = must_prove_twice(self.role, self.appointments, required)

    def get_id(self) -> str:
        """Return what the cookie holds: an ended session no longer matches."""
        return f"{self.id}.{self.session_number}.{self.key}"


def open_sessions(app: Flask) -> None:
    """Recognise signed-in people; a suspended person or an ended session is a reader at the next request."""
    manager = LoginManager()
    # What `init_app` does beyond this looks for a "remember me" that we do not offer, in the session of every reader.
    app.login_manager = manager  # type: ignore[attr-defined]
    manager.session_protection = None
    manager.unauthorized_handler(
        lambda: ask_to_sign_in() if request.method in ("GET", "HEAD") else ask_to_sign_in_again()
    )

    @manager.user_loader
    def load(key: str) -> SignedIn | None:
        cookie = _read_cookie(key)
        if cookie is None:
            return None
        person = g.pop("person_of_cookie") if "person_of_cookie" in g else queries.people.find_signed_in(*cookie.proof)
        if person is None or person.suspended_at or person.session_number != cookie.session_number:
            return None
        is_staff = person.role is not Role.CONTRIBUTOR or bool(person.appointments)
        return SignedIn(person, cookie.key) if _is_alive(is_staff=is_staff) else None


def find_current_campaign() -> Campaign | None:
    """Return the campaign of a page that names none; one statement reads it and who is signed in, for the actor."""
    is_known = "actor" in g or "person_of_cookie" in g or not has_session()
    cookie = None if is_known else _read_cookie(session.get("_user_id", ""))
    if cookie is None:
        return queries.campaigns.find_current(now())
    found = queries.people.find_signed_in_during(now(), *cookie.proof)
    if found is None:  # before the first campaign, whoever makes it is still to be known
        return None
    campaign, g.person_of_cookie = found
    return campaign


class Cookie(NamedTuple):
    """Who the cookie says is signed in; `key` is that of their session."""

    person_id: int
    session_number: int
    key: str

    @property
    def proof(self) -> tuple[int, str]:
        """Return what the database is asked to agree with."""
        return self.person_id, hash_secret(self.key)


def _read_cookie(value: str) -> Cookie | None:
    number, session_number, own = (*value.split("."), "", "")[:3]
    is_whole = number.isdecimal() and session_number.isdecimal()
    return Cookie(int(number), int(session_number), own) if is_whole else None


def _is_alive(*, is_staff: bool) -> bool:
    """Tell whether the session of this request has not ended by its age, and note that it is used."""
    started_at, seen_at = _read_moment("started_at"), _read_moment("seen_at")
    if started_at is None or seen_at is None:
        return False
    if has_session_ended(is_staff=is_staff, started_at=started_at, seen_at=seen_at, now=now()):
        return False
    if started_at > now():  # the clock was ahead when it began: it would live that much longer
        session["started_at"] = now().timestamp()
    if is_staff and abs(now() - seen_at) > SEEN_EVERY:
        session["seen_at"] = now().timestamp()
    return True


def _read_moment(name: str) -> datetime | None:
    given = session.get(name)
    return datetime.fromtimestamp(given, UTC) if isinstance(given, int | float) else None


def start_session(
    person: Person, at: datetime, *, is_proven_twice: bool = False, vouching: Vouching | None = None
) -> None:
    """Sign `person` in under a new session: nothing of the one before is kept but what was being written."""
    _begin_anew(started_at=at.timestamp(), seen_at=at.timestamp(), is_proven_twice=is_proven_twice)
    browser, vouched = name_browser(request.user_agent.string), vouching._asdict() if vouching else {}
    login_user(SignedIn(person, open_session(person.id, browser=browser, now=at, **vouched)))


def await_second_proof(person: Person, at: datetime, url: str, vouching: Vouching | None) -> None:
    """Keep in mind who gave a first proof, and where to lead them after the second; nobody is signed in yet."""
    awaited = {"person": person.id, "number": person.session_number, "at": at.timestamp(), "url": url}
    _begin_anew(awaited=awaited | {"vouching": vouching})


class Awaited(NamedTuple):
    """Who gave a first proof, where to lead them, and the provider that gave it."""

    person: Person
    url: str
    vouching: Vouching | None


def find_awaited() -> Awaited | None:
    """Return who gave a first proof a moment ago."""
    awaited = session.get("awaited") or {}
    if not awaited or not timedelta() <= now() - datetime.fromtimestamp(awaited["at"], UTC) < WAIT:
        return None
    person = queries.people.find(awaited["person"])
    if person is None or person.suspended_at or person.session_number != awaited["number"]:
        return None
    return Awaited(person, awaited["url"], Vouching(*awaited["vouching"]) if awaited["vouching"] else None)


def find_session_key() -> str:
    """Return the key of this browser's session, nothing when it has none."""
    return str(session.get("_user_id", "")).partition(".")[2].partition(".")[2]


def _begin_anew(**given: Any) -> None:
    _close()
    kept: dict[str, Any] = {name: session[name] for name in ("draft_id", "typed_id") if name in session}
    session.clear()
    session.update(kept, **given)


def end_session() -> Vouching | None:
    """Sign out of this browser and forget everything; return the provider that vouched for the session.

    A copy of the cookie must not outlive the wish to leave.
    """
    vouching = _close()
    logout_user()
    session.clear()
    return vouching


class Device(NamedTuple):
    """A browser where somebody is signed in, as their account shows it."""

    id: int
    browser: str
    opened_at: datetime
    is_this: bool


def list_devices(person_id: int) -> list[Device]:
    """Return where a person is signed in: this browser first, then the latest."""
    lifetime = STAFF_SESSION_LIFETIME if find_actor().holds_role else SESSION_LIFETIME
    begun, here = queries.people.list_sessions(person_id, now() - lifetime), hash_secret(find_session_key())
    devices = [Device(one.id, one.browser, one.opened_at, one.key_hash == here) for one in begun]
    return sorted(devices, key=lambda device: not device.is_this)


def _close() -> Vouching | None:
    key = find_session_key()
    return close_session(key) if key else None

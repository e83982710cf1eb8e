"""Who is signed in: a signed cookie with the person's number and the number of the session."""

from typing import Any

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from ideas.domain.permissions import Appointment
from ideas.http.access import ask_to_sign_in
from ideas.store import queries
from ideas.store.models import Person
from ideas.web.errors import ask_to_sign_in_again


class SignedIn(UserMixin):
    """What Flask-Login needs of a person; the row itself never reaches a page."""

    def __init__(self, person: Person) -> None:
        self.id, self.role, self.language = person.id, person.role, person.language
        self.session_number = person.session_number
        self.appointments = tuple(
            Appointment(one.role, one.campaign_id, one.producer_id) for one in person.appointments
        )

    def get_id(self) -> str:
        """Return what the cookie holds: an ended session no longer matches."""
        return f"{self.id}.{self.session_number}"


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
        number, _, session_number = key.partition(".")
        if not (number.isdecimal() and session_number.isdecimal()):
            return None
        person = queries.people.find(int(number))
        if person is None or person.suspended_at or person.session_number != int(session_number):
            return None
        return SignedIn(person)


def start_session(person: Person) -> None:
    """Sign `person` in under a new session: nothing of the one before is kept but what was being written."""
    kept: dict[str, Any] = {name: session[name] for name in ("draft_id", "typed_id") if name in session}
    session.clear()
    session.update(kept)
    login_user(SignedIn(person))


def end_session() -> None:
    """Sign out and forget everything."""
    logout_user()
    session.clear()

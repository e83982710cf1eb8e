"""The person behind a request, as the rest of the house sees them."""

from dataclasses import dataclass

from flask import current_app, g, request, session
from flask_login import current_user

from ideas.domain.accounts import Act, Role, can


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a reader when `id` is None."""

    id: int | None = None
    role: Role | None = None
    language: str = "fr"

    @property
    def is_signed_in(self) -> bool:
        """Whether this is somebody we know."""
        return self.id is not None

    @property
    def is_staff(self) -> bool:
        """Whether the staff's pages are theirs to see."""
        return can(self.role, Act.MODERATE)

    def can(self, act: str) -> bool:
        """Tell whether they may do `act`."""
        return can(self.role, Act(act))


READER = Actor()


def find_actor() -> Actor:
    """Return the actor of this request; a request without a session costs no query."""
    if "actor" not in g:
        g.actor = _read_actor() if has_session() and "_user_id" in session else READER
    return g.actor


def has_session() -> bool:
    """Tell whether this browser has a session, without touching it: a page that read it could not be kept."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def _read_actor() -> Actor:
    if not current_user.is_authenticated:
        return READER
    return Actor(current_user.id, current_user.role, current_user.language)

"""The person behind a request, as the rest of the house sees them."""

from dataclasses import dataclass

from flask import current_app, g, request, session
from flask_login import current_user

from ideas.domain.accounts import Role
from ideas.domain.permissions import Appointment, Permission, can_somewhere


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a reader when `id` is None.

    `must_prove_twice`: their role asks for a second proof that was not given, so that they have none of it here.
    """

    id: int | None = None
    role: Role | None = None
    language: str = "fr"
    appointments: tuple[Appointment, ...] = ()
    must_prove_twice: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Whether this is somebody we know."""
        return self.id is not None

    @property
    def is_staff(self) -> bool:
        """Whether the staff's pages are theirs to see."""
        return can_somewhere(self, Permission.MODERATE)

    @property
    def holds_role(self) -> bool:
        """Whether they work here, be it that they have to prove themselves twice first."""
        return self.must_prove_twice or self.role not in (None, Role.CONTRIBUTOR) or bool(self.appointments)

    def can(self, permission: str) -> bool:
        """Tell whether they may do `permission` somewhere, so that the way to it is shown."""
        return can_somewhere(self, Permission(permission))


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
    if current_user.must_prove_twice:
        return Actor(current_user.id, Role.CONTRIBUTOR, current_user.language, must_prove_twice=True)
    return Actor(current_user.id, current_user.role, current_user.language, current_user.appointments)

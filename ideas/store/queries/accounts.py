"""Questions about people and their sign-ins."""

from ideas.store.database import db
from ideas.store.models import Person

__all__ = ["find_person"]


def find_person(person_id: int) -> Person | None:
    """Return the person of that number."""
    return db.session.get(Person, person_id)

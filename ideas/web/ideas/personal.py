"""What an author is asked to look at again before sending: never a refusal, and once for each thing found."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import request
from flask_babel import gettext

from ideas.domain.ideas import FIELDS
from ideas.domain.personal import PERSONAL_NAMES, find_in_fields, find_personal
from ideas.store.models import Idea

SEEN = "personal_seen"
TYPED = [field for field in FIELDS if field.choices is None]


class PersonalLine(NamedTuple):
    """One thing that looks personal: where it was written, what it looks like, the words, a mark of them."""

    field: str
    label: str
    kind: str
    text: str
    mark: str


def list_personal(values: Mapping[str, Any]) -> list[PersonalLine]:
    """List what looks personal in the texts of an idea, given by field."""
    labels = {field.name: field.label for field in TYPED}
    found = find_in_fields({name: values.get(name) for name in labels})
    return [
        PersonalLine(name, gettext(labels[name]), gettext(PERSONAL_NAMES[one.kind]), one.text, _mark(one.text))
        for name, several in found.items()
        for one in several
    ]


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def list_personal_of(idea: Idea) -> list[PersonalLine]:
    """List what looks personal in an idea, for whoever decides whether it is published."""
    return list_personal({field.name: getattr(idea, field.name) for field in TYPED})


def list_personal_in(text: str, name: str, label: str) -> list[PersonalLine]:
    """List what looks personal in one text, of the field of this name."""
    return [
        PersonalLine(name, label, gettext(PERSONAL_NAMES[one.kind]), one.text, _mark(one.text))
        for one in find_personal(text)
    ]


def list_unseen_in(text: str, name: str, label: str) -> list[PersonalLine]:
    """List what looks personal in one text, when something of it was not shown to who wrote it before this sending."""
    return _unless_seen(list_personal_in(text, name, label))


def list_unseen(values: Mapping[str, Any]) -> list[PersonalLine]:
    """List what looks personal, when something of it was not shown to the author before this sending."""
    return _unless_seen(list_personal(values))


def _unless_seen(found: list[PersonalLine]) -> list[PersonalLine]:
    seen = set(request.form.get(SEEN, "").split())
    return found if any(one.mark not in seen for one in found) else []

"""What an author is asked to look at again before sending: never a refusal, and once for each thing found."""

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext

from ideas.domain.ideas import FIELDS
from ideas.domain.personal import PERSONAL_NAMES, find_in_fields
from ideas.store.models import Idea

SEEN = "personal_seen"
TYPED = [field for field in FIELDS if field.choices is None]


def list_personal(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """List what looks personal in the texts of an idea: where, what it looks like, the words, a mark of them."""
    labels = {field.name: field.label for field in TYPED}
    found = find_in_fields({name: values.get(name) for name in labels})
    return [
        {
            "field": name,
            "label": gettext(labels[name]),
            "kind": gettext(PERSONAL_NAMES[one.kind]),
            "text": one.text,
            "mark": hashlib.sha256(one.text.encode()).hexdigest()[:12],
        }
        for name, several in found.items()
        for one in several
    ]


def list_personal_of(idea: Idea) -> list[dict[str, str]]:
    """List what looks personal in an idea, for whoever decides whether it is published."""
    return list_personal({field.name: getattr(idea, field.name) for field in TYPED})


def list_unseen(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """List what looks personal, when something of it was not shown to the author before this sending."""
    found, seen = list_personal(values), set(request.form.get(SEEN, "").split())
    return found if any(one["mark"] not in seen for one in found) else []

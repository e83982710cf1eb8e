"""What the author of an idea changed in it since it is online, for everybody to read."""

from datetime import datetime
from typing import NamedTuple

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.editing import read_value
from ideas.domain.editing import Difference, compare_texts
from ideas.domain.errors import N_
from ideas.domain.ideas import BY_NAME
from ideas.domain.publication import Publication
from ideas.domain.signals import TYPED
from ideas.http.access import public
from ideas.http.actor import find_actor
from ideas.http.etag import make_conditional
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Revision, RevisionChange
from ideas.web.ideas.blueprint import bp
from ideas.web.labels import label_of

# Whether an organisation is named is its author's to say at any time: what they said before is nobody's.
NOT_PUBLIC = ("organisation", "show_organisation")
KEY_LABELS = {
    "producer_id": N_("Détenteur"),
    "territory_code": N_("Territoire"),
    "dataset_id": N_("Jeu de données déjà ouvert, indiqué par l’auteur"),
    "show_organisation": N_("Afficher le nom de mon organisme"),
}


class FieldChange(NamedTuple):
    """One field that was changed: its label, whether it is typed, and what stayed, went and came."""

    field: str
    label: str
    is_text: bool
    stretches: list[Difference]


class ShownRevision(NamedTuple):
    """A change that everybody reads."""

    at: datetime | None
    changes: list[FieldChange]


@bp.get("/idees/<number:idea_id>/modifications")
@public
def history(idea_id: int) -> ResponseReturnValue:
    """What the author of an idea that is online changed in it, the latest first."""
    shown = found(queries.ideas.find_shown(idea_id, find_actor()))
    if shown.idea.publication is not Publication.PUBLISHED:
        return redirect(url_for(".show", idea_id=idea_id), 303)
    g.current, g.campaign = "idees", shown.campaign
    revisions = [ShownRevision(one.decided_at, list_changes(one)) for one in queries.edits.list_published(idea_id)]
    return make_conditional(render_template("ideas/history.html", idea=shown.idea, revisions=revisions))


def list_changes(revision: Revision, *, is_for_staff: bool = False) -> list[FieldChange]:
    """Return what a change is about, field by field; `is_for_staff`: what stays between the author and the team too."""
    return [
        FieldChange(
            one.field, _label(one.field), one.field in TYPED, compare_texts(_say(one, one.before), _say(one, one.after))
        )
        for one in revision.changes
        if is_for_staff or one.field not in NOT_PUBLIC
    ]


def _label(field: str) -> str:
    return gettext(KEY_LABELS[field] if field in KEY_LABELS else BY_NAME[field].label)


def _say(change: RevisionChange, text: str) -> str:
    """Return what a field holds in words."""
    value = read_value(change.field, text)
    if isinstance(value, bool):
        return gettext("Oui") if value else gettext("Non")
    if change.field in KEY_LABELS:
        return queries.edits.name_key(change.field, value) if value else ""
    choices = BY_NAME[change.field].choices
    if choices is None:
        return text
    codes = value if isinstance(value, list) else [value] if value else []
    return ", ".join(label_of(choices, code) for code in codes)

"""What authors change in ideas that are online, read before anybody else does: a plain list, and the way back."""

from typing import NamedTuple

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.editing import decide_edit
from ideas.domain.editing import is_substantial
from ideas.domain.errors import N_
from ideas.domain.permissions import Permission
from ideas.domain.publication import REASONS
from ideas.http.access import carries, needs
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.queries.edits import WaitingEdit
from ideas.web.ideas.history import FieldChange, list_changes
from ideas.web.ideas.personal import PersonalLine, list_personal
from ideas.web.moderation.blueprint import bp
from ideas.web.moderation.lines import find_own_decision, review_line, take_back_line
from ideas.web.page_context import find_campaign
from ideas.web.resending import does

EDIT_TAKEN_BACK = N_("La décision est annulée : la modification attend de nouveau.")


class EditEntry(NamedTuple):
    """A change to read, what looks personal in it, and a tag, words and tone, when supporters hear of it."""

    edit: WaitingEdit
    changes: list[FieldChange]
    personal: list[PersonalLine]
    tags: list[tuple[str, str]]


@bp.get("/moderation/modifications")
@carries("fait")
@needs(Permission.MODERATE)
def edits() -> ResponseReturnValue:
    """The changes of authors that wait for review."""
    g.current = "moderation"
    entries = [_make_entry(one) for one in queries.edits.list_waiting(found(find_campaign()))]
    return render_template("moderation/edits.html", entries=entries, reasons=REASONS, done=find_own_decision())


def _make_entry(edit: WaitingEdit) -> EditEntry:
    before, after = ({one.field: getattr(one, side) for one in edit.revision.changes} for side in ("before", "after"))
    changes = list_changes(edit.revision, is_for_staff=True)
    tags = [(gettext("Autre besoin : ceux qui la soutiennent sont prévenus"), "warn")]
    return EditEntry(edit, changes, list_personal(after), tags if is_substantial(before, after) else [])


@bp.post("/moderation/modifications/<number:revision_id>")
@needs(Permission.MODERATE)
@does(N_("Décider de la modification"))
def review_edit(revision_id: int) -> ResponseReturnValue:
    """Publish a change, or refuse it with a reason."""
    return review_line(decide_edit, revision_id, ".edits")


@bp.post("/moderation/modifications/decisions/<number:decision_id>/annulation")
@needs(Permission.MODERATE)
@does(N_("Annuler cette décision"))
def undo_edit(decision_id: int) -> ResponseReturnValue:
    """Let a change wait again, and the idea say what it said before."""
    return take_back_line(decision_id, ".edits", EDIT_TAKEN_BACK)

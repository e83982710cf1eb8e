"""What authors change in ideas that are online, read before anybody else does: a plain list, and the way back."""

from typing import NamedTuple

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.editing import decide_edit
from ideas.actions.transaction import abandon_act
from ideas.actions.undoing import undo_decision
from ideas.domain.editing import is_substantial
from ideas.domain.errors import N_, RuleBroken
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.domain.publication import REASONS
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say
from ideas.store import queries
from ideas.store.queries.edits import WaitingEdit
from ideas.web.ideas.history import FieldChange, list_changes
from ideas.web.ideas.personal import PersonalLine, list_personal
from ideas.web.moderation.blueprint import bp
from ideas.web.page_context import find_campaign
from ideas.web.resending import does


class EditEntry(NamedTuple):
    """A change to read, what looks personal in it, and whether those who support the idea hear of it."""

    edit: WaitingEdit
    changes: list[FieldChange]
    personal: list[PersonalLine]
    is_substantial: bool


@bp.get("/moderation/modifications")
@carries("fait")
@needs(Permission.MODERATE)
def edits() -> ResponseReturnValue:
    """The changes of authors that wait for review."""
    g.current = "moderation"
    entries = [_make_entry(one) for one in queries.edits.list_waiting(found(find_campaign()))]
    decided_id = row_number(request.args.get("fait"))
    done = decided_id if decided_id and queries.decisions.list_own([decided_id], find_actor().id) else 0
    return render_template("moderation/edits.html", entries=entries, reasons=REASONS, done=done)


def _make_entry(edit: WaitingEdit) -> EditEntry:
    before, after = ({one.field: getattr(one, side) for one in edit.revision.changes} for side in ("before", "after"))
    changes = list_changes(edit.revision, is_for_staff=True)
    return EditEntry(edit, changes, list_personal(after), is_substantial(before, after))


@bp.post("/moderation/modifications/<number:revision_id>")
@needs(Permission.MODERATE)
@does(N_("Décider de la modification"))
def review_edit(revision_id: int) -> ResponseReturnValue:
    """Publish a change, or refuse it with a reason."""
    is_published, reason = request.form.get("verdict") == "publish", request.form.get("reason", "")
    try:
        decision = decide_edit(revision_id, is_published=is_published, reason=reason, actor=find_actor(), now=now())
    except RuleBroken as refusal:
        abandon_act()
        flash(say(refusal), "warning")
        return redirect(url_for(".edits"), 303)
    return redirect(url_for(".edits", fait=decision.id), 303)


@bp.post("/moderation/modifications/decisions/<number:decision_id>/annulation")
@needs(Permission.MODERATE)
@does(N_("Annuler cette décision"))
def undo_edit(decision_id: int) -> ResponseReturnValue:
    """Let a change wait again, and the idea say what it said before."""
    try:
        undo_decision(decision_id, actor=find_actor(), now=now())
        flash(gettext("La décision est annulée : la modification attend de nouveau."), "success")
    except RuleBroken as refusal:
        abandon_act()
        flash(say(refusal), "warning")
    return redirect(url_for(".edits"), 303)

"""What supporters would do with the data, read before anybody else does: a plain list, and the way back."""

from typing import NamedTuple

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.transaction import abandon_act
from ideas.actions.undoing import undo_decision
from ideas.actions.uses import decide_use
from ideas.domain.errors import N_, RuleBroken
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.domain.publication import REASONS
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say
from ideas.store import queries
from ideas.store.queries.uses import WaitingUse
from ideas.web.ideas.personal import PersonalLine, list_personal_in
from ideas.web.moderation.blueprint import bp
from ideas.web.page_context import find_campaign
from ideas.web.resending import does


class UseEntry(NamedTuple):
    """A line to read, and what looks personal in it."""

    use: WaitingUse
    personal: list[PersonalLine]


@bp.get("/moderation/usages")
@carries("fait")
@needs(Permission.MODERATE)
def uses() -> ResponseReturnValue:
    """The lines of supporters that wait for review."""
    g.current = "moderation"
    waiting = queries.uses.list_waiting(found(find_campaign()))
    entries = [UseEntry(one, list_personal_in(one.text, "text", gettext("Ce que j’en ferais"))) for one in waiting]
    decided_id = row_number(request.args.get("fait"))
    done = decided_id if decided_id and queries.decisions.list_own([decided_id], find_actor().id) else 0
    return render_template("moderation/uses.html", entries=entries, reasons=REASONS, done=done)


@bp.post("/moderation/usages/<number:use_id>")
@needs(Permission.MODERATE)
@does(N_("Décider de la ligne"))
def review_use(use_id: int) -> ResponseReturnValue:
    """Publish a line, or refuse it with a reason."""
    verdict, reason = request.form.get("verdict"), request.form.get("reason", "")
    try:
        decision = decide_use(use_id, is_published=verdict == "publish", reason=reason, actor=find_actor(), now=now())
    except RuleBroken as refusal:
        abandon_act()
        flash(say(refusal), "warning")
        return redirect(url_for(".uses"), 303)
    return redirect(url_for(".uses", fait=decision.id), 303)


@bp.post("/moderation/usages/decisions/<number:decision_id>/annulation")
@needs(Permission.MODERATE)
@does(N_("Annuler cette décision"))
def undo_use(decision_id: int) -> ResponseReturnValue:
    """Let a line wait again, as before the decision about it."""
    try:
        undo_decision(decision_id, actor=find_actor(), now=now())
        flash(gettext("La décision est annulée : la ligne attend de nouveau."), "success")
    except RuleBroken as refusal:
        abandon_act()
        flash(say(refusal), "warning")
    return redirect(url_for(".uses"), 303)

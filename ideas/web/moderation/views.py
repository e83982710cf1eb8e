"""The moderation pages: what waits, one idea with all that was decided about it, deciding and undoing."""

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from ideas.actions.publication import decide_idea
from ideas.actions.transaction import abandon_act
from ideas.actions.undoing import undo_decision, undo_decisions
from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import say
from ideas.store.models import Idea
from ideas.web.forms import MOST_TICKED, form_status
from ideas.web.moderation.blueprint import bp
from ideas.web.moderation.forms import VerdictForm, make_form
from ideas.web.moderation.presentation import find_subject, show_idea
from ideas.web.moderation.queue import NAMES, read_place
from ideas.web.moderation.responses import is_in_queue, lead_back, read_verdict, show_queue
from ideas.web.resending import does, shows_again


@bp.get("/moderation")
@carries(*NAMES, "idee", "vue")
@needs(Permission.MODERATE)
def index() -> ResponseReturnValue:
    """The queue, and the ideas of the other states, a page at a time, beside the one that is read."""
    return show_queue(row_number(request.args.get("idee")) or None)


@bp.get("/moderation/<number:idea_id>")
@needs(Permission.MODERATE)
def show(idea_id: int) -> ResponseReturnValue:
    """One idea as moderators see it."""
    return show_idea(find_subject(idea_id))


@bp.post("/moderation/<number:idea_id>")
@needs(Permission.MODERATE)
@shows_again
def decide(idea_id: int) -> ResponseReturnValue:
    """Publish, refuse, hide or restore an idea."""
    idea = find_subject(idea_id)
    form = make_form(idea.publication, "lu" if is_in_queue() else "", read=True)
    if not form.validate():
        form.expected.data = idea.publication
        return _show_again(idea, form), form_status(form)
    try:
        decision = decide_idea(idea_id, **read_verdict(form), seen=form.seen.data or "")
    except WrongState as refusal:
        abandon_act()
        idea = find_subject(idea_id)
        form.expected.data = idea.publication
        return _show_again(idea, form, say(refusal)), 409
    return lead_back(idea_id, [decision])


def _show_again(idea: Idea, form: VerdictForm, conflict: str = "") -> str:
    """Return the page where a verdict was given, with what was typed and why nothing was done."""
    if is_in_queue():
        return show_queue(idea.id, form=form, conflict=conflict)
    return show_idea(idea, form=form, conflict=conflict)


@bp.post("/moderation/annulation")
@needs(Permission.MODERATE)
@does(N_("Annuler la décision"))
def undo() -> ResponseReturnValue:
    """Take back what was just decided, be it about several ideas: all of it, or nothing."""
    numbers = [number for number in map(row_number, request.form.getlist("decision_id")[:MOST_TICKED]) if number]
    given: dict[str, Any] = {"actor": find_actor(), "now": now()}
    if not numbers:
        raise NotFound(N_("Cette décision ne s’annule pas."))
    undone = [undo_decision(numbers[0], **given)] if len(numbers) == 1 else undo_decisions(numbers, **given)
    if not is_in_queue():
        return lead_back(undone[0].idea_id, undone)
    return redirect(read_place().url(undone[0].idea_id) + f"&fait={','.join(str(one.id) for one in undone)}", 303)

"""What supporters would do with the data, read before anybody else does: a plain list, and the way back."""

from typing import NamedTuple

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.uses import decide_use
from ideas.domain.errors import N_
from ideas.domain.permissions import Permission
from ideas.domain.publication import REASONS
from ideas.http.access import carries, needs
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.queries.uses import WaitingUse
from ideas.web.ideas.personal import PersonalLine, list_personal_in
from ideas.web.moderation.blueprint import bp
from ideas.web.moderation.lines import find_own_decision, review_line, take_back_line
from ideas.web.page_context import find_campaign
from ideas.web.resending import does

USE_TAKEN_BACK = N_("La décision est annulée : la ligne attend de nouveau.")


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
    return render_template("moderation/uses.html", entries=entries, reasons=REASONS, done=find_own_decision())


@bp.post("/moderation/usages/<number:use_id>")
@needs(Permission.MODERATE)
@does(N_("Décider de la ligne"))
def review_use(use_id: int) -> ResponseReturnValue:
    """Publish a line, or refuse it with a reason."""
    return review_line(decide_use, use_id, ".uses")


@bp.post("/moderation/usages/decisions/<number:decision_id>/annulation")
@needs(Permission.MODERATE)
@does(N_("Annuler cette décision"))
def undo_use(decision_id: int) -> ResponseReturnValue:
    """Let a line wait again, as before the decision about it."""
    return take_back_line(decision_id, ".uses", USE_TAKEN_BACK)

"""Asking an author what an idea lacks, telling the others that one reads it, setting aside what readers reported."""

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.asking import ask_before_review
from ideas.actions.claiming import claim
from ideas.actions.reporting import close_reports
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import N_, Invalid, WrongState
from ideas.domain.permissions import Permission
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import say
from ideas.web.forms import form_status
from ideas.web.moderation.blueprint import bp
from ideas.web.moderation.forms import make_ask_form
from ideas.web.moderation.presentation import find_subject
from ideas.web.moderation.responses import lead_back, show_queue
from ideas.web.resending import does, shows_again


@bp.post("/moderation/<number:idea_id>/question")
@needs(Permission.MODERATE)
@shows_again
def ask(idea_id: int) -> ResponseReturnValue:
    """Ask the author of an idea that waits; it stays in the queue, marked, until they correct it or reply."""
    find_subject(idea_id)
    form = make_ask_form(read=True)
    if not form.validate():
        return show_queue(idea_id, asking=form), form_status(form)
    try:
        decision = ask_before_review(idea_id, form.text.data or "", actor=find_actor(), now=now())
    except Invalid as refusal:
        abandon_act()
        form.text.errors = [say(one) for one in refusal.errors.values()]
        return show_queue(idea_id, asking=form), 400
    except WrongState as refusal:
        abandon_act()
        return show_queue(idea_id, asking=form, conflict=say(refusal)), 409
    return lead_back(idea_id, [decision])


@bp.post("/moderation/<number:idea_id>/relecture")
@needs(Permission.MODERATE)
@does(N_("Relire cette idée"))
def read(idea_id: int) -> ResponseReturnValue:
    """Tell the others of the staff that one is reading an idea, for ten minutes."""
    claim(idea_id, actor=find_actor(), now=now())
    return lead_back(idea_id, [])


@bp.post("/moderation/<number:idea_id>/signalements")
@needs(Permission.MODERATE)
@does(N_("Laisser l’idée telle quelle"))
def set_aside(idea_id: int) -> ResponseReturnValue:
    """Leave an idea as it is, after what readers said of it."""
    close_reports(idea_id, actor=find_actor(), now=now())
    flash(gettext("Les signalements de l’idée n° %(number)s sont classés.", number=idea_id), "success")
    return lead_back(idea_id, [])

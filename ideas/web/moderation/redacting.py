"""Taking a passage out of an idea that is read, from its signals or by writing it."""

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.redacting import redact_passage
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import NotFound, RuleBroken
from ideas.domain.permissions import Permission
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import say, status_of
from ideas.store import queries
from ideas.store.models import Idea
from ideas.web.forms import form_status
from ideas.web.moderation.blueprint import bp
from ideas.web.moderation.forms import make_redact_form
from ideas.web.moderation.presentation import find_subject
from ideas.web.moderation.responses import lead_back, show_queue
from ideas.web.resending import shows_again


@bp.post("/moderation/<number:idea_id>/passage")
@needs(Permission.MODERATE)
@shows_again
def redact(idea_id: int) -> ResponseReturnValue:
    """Put a mark in place of a passage, wherever it is said about an idea, and come back to that idea."""
    idea = find_subject(idea_id)
    form = make_redact_form(read=True)
    if not form.validate():
        return show_queue(idea_id, redacting=form), form_status(form)
    facts = {"reason": form.reason.data, "actor": find_actor(), "now": now()}
    try:
        decision = redact_passage(idea_id, form.passage.data or "", **facts)
    except NotFound:
        raise
    except RuleBroken as refusal:
        abandon_act()
        form.passage.errors = [say(refusal)]
        return show_queue(idea_id, redacting=form), status_of(refusal)
    _warn_of_editions(idea)
    return lead_back(idea_id, [decision])


def _warn_of_editions(idea: Idea) -> None:
    """Say which editions that are out may still have the passage: they never change."""
    shown_at = idea.published_at
    editions = [row.edition for row in queries.editions.list_all(idea.campaign_id)] if shown_at else []
    kept = [one.number for one in editions if not one.withdrawn_at and shown_at and one.published_at >= shown_at]
    if kept:
        numbers = ", ".join(gettext("n° %(number)s", number=number) for number in sorted(kept))
        words = gettext("Les éditions publiées ne changent pas : retirez celles qui ont ce passage (%(all)s).")
        flash(words % {"all": numbers}, "warning")

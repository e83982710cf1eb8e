"""Deciding about several ideas at once: what it would do is shown first, and one that cannot follow stops them all."""

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.publication import EVENTS, decide_ideas
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import RuleBroken
from ideas.domain.permissions import Permission
from ideas.domain.publication import MUST_SAY_WHY, REASONS, Publication, Verdict
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.refusals import say_each, status_of
from ideas.store import queries
from ideas.web.forms import form_status
from ideas.web.moderation.blueprint import bp
from ideas.web.moderation.forms import VERDICT_NAMES, make_several_form
from ideas.web.moderation.queue import read_place
from ideas.web.moderation.responses import lead_back, read_verdict, show_queue
from ideas.web.resending import shows_again


@bp.post("/moderation/plusieurs/apercu")
@needs(Permission.MODERATE)
@shows_again
def preview() -> ResponseReturnValue:
    """Say what one verdict would do to the ideas that are ticked, and how many people would hear of it."""
    place = read_place()
    form = make_several_form(place.state, read=True)
    if not form.validate():
        return show_queue(several=form), form_status(form)
    g.current = "moderation"
    verdict = Verdict(form.verdict.data)
    ideas = queries.moderation.list_touched(form.idea_id.data, find_actor())
    expected = Publication(form.expected.data)
    told = [idea for idea in ideas if verdict in EVENTS]
    return render_template(
        "moderation/preview.html",
        form=form,
        place=place,
        verdict=gettext(VERDICT_NAMES[verdict]),
        reason=gettext(REASONS[form.reason.data]) if verdict in MUST_SAY_WHY else "",
        ready=[idea for idea in ideas if idea.publication is expected],
        left=[idea for idea in ideas if idea.publication is not expected],
        people=len({idea.author_id for idea in told} - {None, find_actor().id}),
        mailed=len({idea.author_id for idea in told if idea.is_mailed} - {find_actor().id}),
    )


@bp.post("/moderation/plusieurs")
@needs(Permission.MODERATE)
@shows_again
def decide_several() -> ResponseReturnValue:
    """Give several ideas one verdict: each has a decision of its own, and when one cannot follow none is changed."""
    form = make_several_form(read_place().state, read=True)
    if not form.validate():
        return show_queue(several=form), form_status(form)
    numbers = form.idea_id.data
    try:
        decisions = decide_ideas(numbers, **read_verdict(form))
    except RuleBroken as refusal:
        abandon_act()
        form.form_errors = [gettext("Rien n’a été changé."), *say_each(refusal)]
        return show_queue(several=form), status_of(refusal)
    return lead_back(numbers[0] if len(numbers) == 1 else None, decisions)

"""Supporting an idea, and taking the support back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.voting import cast_vote
from ideas.actions.voting import withdraw_vote as take_vote_back
from ideas.domain.errors import N_, AlreadyDone
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.addresses import own_path
from ideas.http.clock import now
from ideas.http.refusals import found, say
from ideas.store import queries
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.cards import Vote, make_button, make_vote
from ideas.web.resending import does


@bp.post("/idees/<number:idea_id>/vote")
@needs()
@does(N_("Soutenir cette idée"))
def vote(idea_id: int) -> ResponseReturnValue:
    """Support an idea."""
    try:
        count = cast_vote(idea_id, person_id=found(find_actor().id), now=now())
    except AlreadyDone as already:
        if not _wants_button(idea_id):
            flash(say(already), "info")
        return _show_as_it_stands(idea_id)
    return _after_vote(idea_id, count, pressed=True)


@bp.post("/idees/<number:idea_id>/vote/retrait")
@needs()
@does(N_("Retirer mon soutien"))
def withdraw_vote(idea_id: int) -> ResponseReturnValue:
    """Take one's support back."""
    count = take_vote_back(idea_id, person_id=found(find_actor().id), now=now())
    if count is not None and not _wants_button(idea_id):
        flash(gettext("Votre soutien est retiré."), "success")
    return _show_as_it_stands(idea_id) if count is None else _after_vote(idea_id, count, pressed=False)


def _after_vote(idea_id: int, count: int, *, pressed: bool) -> ResponseReturnValue:
    """Return the button alone to a script that asked for it, else lead back to the page it was pressed on.

    An act that went through says all that the button shows: nothing is read again.
    """
    button = make_button(idea_id, pressed=pressed, in_list="liste" in request.args)
    return _render(idea_id, count, button) if _wants_button(idea_id) else _lead_back(idea_id)


def _show_as_it_stands(idea_id: int) -> ResponseReturnValue:
    """Return what an act that changed nothing leads to."""
    if not _wants_button(idea_id):
        return _lead_back(idea_id)
    idea, campaign, counted_by, *_rest = found(queries.ideas.find_shown(idea_id, find_actor()))
    return _render(
        idea_id,
        idea.vote_count,
        make_vote(idea_id, campaign, pressed=counted_by is not None, in_list="liste" in request.args),
    )


def _render(idea_id: int, count: int, button: Vote | None) -> str:
    return render_template("ideas/vote.html", idea_id=idea_id, count=count, vote=button)


def _wants_button(idea_id: int) -> bool:
    return request.headers.get("X-Fragment") == f"v{idea_id}"


def _lead_back(idea_id: int) -> ResponseReturnValue:
    return redirect(own_path(request.referrer) or url_for(".show", idea_id=idea_id), 303)

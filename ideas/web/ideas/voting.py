"""Supporting an idea, and taking the support back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

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
from ideas.web.ideas.cards import make_vote
from ideas.web.resending import does


@bp.post("/idees/<number:idea_id>/vote")
@needs()
@does(N_("Soutenir cette idée"))
def vote(idea_id: int) -> ResponseReturnValue:
    """Support an idea."""
    try:
        cast_vote(idea_id, person_id=found(find_actor().id), now=now())
    except AlreadyDone as already:
        if not request.headers.get("X-Fragment"):
            flash(say(already), "info")
    return _after_vote(idea_id)


@bp.post("/idees/<number:idea_id>/vote/retrait")
@needs()
@does(N_("Retirer mon soutien"))
def withdraw_vote(idea_id: int) -> ResponseReturnValue:
    """Take one's support back."""
    take_vote_back(idea_id, person_id=found(find_actor().id), now=now())
    return _after_vote(idea_id)


def _after_vote(idea_id: int) -> ResponseReturnValue:
    """Return the button alone to a script that asked for it, else lead back to the page it was pressed on."""
    if request.headers.get("X-Fragment") == f"v{idea_id}":
        actor = find_actor()
        idea = found(queries.ideas.find(idea_id, actor))
        campaign = found(queries.campaigns.find_of(idea))
        is_counted = queries.ideas.find_support(idea.id, actor.id) is not None
        state = make_vote(idea.id, campaign, pressed=is_counted, in_list="liste" in request.args)
        return render_template("ideas/vote.html", idea=idea, vote=state)
    return redirect(own_path(request.referrer) or url_for(".show", idea_id=idea_id), 303)

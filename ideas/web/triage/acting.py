"""From what a reviewer asked to its notice: the act is done and can be undone, or nothing was and the page says why."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ideas.actions.transaction import abandon_act
from ideas.domain.errors import ContradictsDecisions, NotFound, RuleBroken
from ideas.domain.numbers import row_number
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say, status_of
from ideas.store.models import Decision
from ideas.web.page_context import find_campaign
from ideas.web.resending import read_sent
from ideas.web.triage.constraints import list_constraint_lines
from ideas.web.triage.queue import ALONE, read_view

Act = Callable[..., Decision]


def decide(
    act: Act, *given: Any, then: Callable[[], str], refused: Callable[[str], str] | None = None, **facts: Any
) -> ResponseReturnValue:
    """Do an act, then lead to `then` with its notice; when it is refused, show the page that `refused` makes of why."""
    try:
        decision = act(*given, actor=find_actor(), now=now(), **facts)
    except NotFound:
        raise
    except ContradictsDecisions as refusal:
        abandon_act()
        return _show_contradiction(refusal)
    except RuleBroken as refusal:
        abandon_act()
        if refused is None:
            raise
        return refused(say(refusal)), status_of(refusal)
    return lead_to(then(), decision.id)


def lead_to(address: str, decision_id: int | None = None) -> Response:
    """Lead to an address, with the notice of a decision."""
    mark = "&" if "?" in address else "?"
    return redirect(f"{address}{mark}fait={decision_id}" if decision_id else address, 303)


def bench_url(cluster_id: int | None = None) -> str:
    """Return the address of the bench, at a subject, or at the turn that was to follow when it is there no more."""
    if cluster_id is None and request.form.get("suite") == ALONE:
        return url_for("triage.alone")
    following = row_number(request.form.get("suite")) or None
    page = request.form.get("page") if cluster_id is not None else None
    return read_view().lead(sujet=cluster_id, suite=following, page=page or None)


def _show_contradiction(refusal: ContradictsDecisions) -> ResponseReturnValue:
    g.current = "triage"
    constraints = [one for one in list_constraint_lines(found(find_campaign())) if one.decision_id in refusal.decisions]
    facts = {"message": say(refusal), "constraints": constraints, "sent": read_sent()}
    return render_template("triage/contradiction.html", **facts), 409

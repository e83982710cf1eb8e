"""What people write beside ideas (uses, comments, changes) is decided and taken back in one way, from plain lists."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.actions.transaction import abandon_act
from ideas.actions.undoing import undo_decision
from ideas.domain.errors import RuleBroken
from ideas.domain.numbers import row_number
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import say
from ideas.store import queries
from ideas.store.models import Decision


def find_own_decision() -> int:
    """Return the decision of whoever asks that the address names, which its list offers to take back, else 0."""
    decided_id = row_number(request.args.get("fait"))
    return decided_id if decided_id and queries.decisions.list_own([decided_id], find_actor().id) else 0


def review_line(decide: Callable[..., Decision], number: int, back: str, **kept: Any) -> Response:
    """Publish or refuse what somebody wrote, as the form says, and lead to the list `back`; `kept`: when refused."""
    verdict = {"is_published": request.form.get("verdict") == "publish", "reason": request.form.get("reason", "")}
    try:
        decision = decide(number, **verdict, actor=find_actor(), now=now())
    except RuleBroken as refusal:
        return _refuse(refusal, url_for(back, **kept))
    return redirect(url_for(back, fait=decision.id), 303)


def take_back_line(decision_id: int, back: str, said: str) -> Response:
    """Take a decision back, say it in the French sentence `said`, and lead to the list `back`."""
    try:
        undo_decision(decision_id, actor=find_actor(), now=now())
    except RuleBroken as refusal:
        return _refuse(refusal, url_for(back))
    flash(gettext(said), "success")
    return redirect(url_for(back), 303)


def _refuse(refusal: RuleBroken, address: str) -> Response:
    abandon_act()
    flash(say(refusal), "warning")
    return redirect(address, 303)

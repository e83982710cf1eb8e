"""The notice of what somebody of the staff has just decided, with the way back where there is one."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import request, url_for
from flask_babel import gettext, ngettext

from ideas.domain.decisions import DECISION_NAMES, DecisionKind
from ideas.domain.errors import N_
from ideas.domain.numbers import row_number
from ideas.domain.publication import Publication, Verdict
from ideas.http.actor import find_actor
from ideas.store import queries
from ideas.store.models import Campaign, Decision
from ideas.web.forms import MOST_TICKED

# From what was decided to the verdict that takes it back, and the state that verdict starts from. A refusal is taken
# back by publishing: nothing that was reviewed waits again.
INVERSES = {
    DecisionKind.HIDE: (Verdict.RESTORE, Publication.HIDDEN, N_("Annuler")),
    DecisionKind.REFUSE: (Verdict.PUBLISH, Publication.REFUSED, N_("Annuler et publier")),
    DecisionKind.RESTORE: (Verdict.HIDE, Publication.PUBLISHED, N_("Annuler et masquer de nouveau")),
}


class Undo(NamedTuple):
    """The button that takes a decision back: where it posts, and with which ideas and hidden fields."""

    action: str
    label: str
    ids: list[int]
    fields: list[tuple[str, str]]


class DoneNotice(NamedTuple):
    """What was just decided, in words, and the way back if there is one."""

    text: str
    undo: Undo | None


def find_done() -> DoneNotice | None:
    """Return the notice of the decisions that the address names, when they are this person's own."""
    given = request.args.get("fait", "").split(",")[:MOST_TICKED]
    numbers = [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 10]
    decisions = queries.decisions.list_own(numbers, find_actor().id) if numbers else []
    return _make_notice(decisions) if decisions else None


def find_act_notice(campaign: Campaign) -> DoneNotice | None:
    """Return the notice of the act that the address of a desk names, and the way back: from it, else from the last.

    Without words when the address names none.
    """
    asked = row_number(request.args.get("fait"))
    acts = {act.id: act for act in queries.triage.list_own_acts(campaign, find_actor().id, asked)}
    done, back = acts.get(asked), next((act for act in reversed(acts.values()) if act.is_undoable), None)
    text = _say_done(done.kind, [done.idea_id] if done.idea_id else []) if done else ""
    if back is None:
        return DoneNotice(text, None) if done else None
    what = gettext(DECISION_NAMES[back.kind])
    label = gettext("Annuler") if back is done else gettext("Annuler aussi : %(what)s", what=what)
    return DoneNotice(text, _offer(url_for("triage.undo", decision_id=back.id), label))


def _make_notice(decisions: list[Decision]) -> DoneNotice:
    kind, numbers = decisions[0].kind, [one.idea_id for one in decisions if one.idea_id]
    return DoneNotice(_say_done(kind, numbers), _make_undo(kind, numbers, decisions))


def _say_done(kind: DecisionKind, numbers: list[int]) -> str:
    what = gettext(DECISION_NAMES[kind])
    if not numbers:
        return gettext("%(what)s.", what=what)
    if len(numbers) == 1:
        return gettext("%(what)s : n° %(number)s.", what=what, number=numbers[0])
    return ngettext("%(what)s : %(num)s idée.", "%(what)s : %(num)s idées.", len(numbers), what=what)


def _make_undo(kind: DecisionKind, numbers: list[int], decisions: list[Decision]) -> Undo | None:
    if kind is DecisionKind.MERGE:
        return _offer(url_for("moderation.undo_merge", idea_id=numbers[0]))
    if kind in INVERSES:
        return _make_inverse(kind, numbers)
    if len(decisions) == 1 and queries.triage.can_undo(decisions[0].id):
        return _offer(url_for("triage.undo", decision_id=decisions[0].id))
    return None


def _make_inverse(kind: DecisionKind, numbers: list[int]) -> Undo | None:
    verdict, state, label = INVERSES[kind]
    fields = [("verdict", str(verdict)), ("expected", str(state))]
    if verdict is Verdict.HIDE:
        reasons = queries.moderation.list_reasons_hidden(numbers)
        if len(reasons) != 1:
            return None
        fields.append(("reason", reasons.pop()))
    return _offer(url_for("moderation.decide_several"), gettext(label), numbers, fields)


def _offer(action: str, label: str = "", ids: Iterable[int] = (), fields: Iterable[tuple[str, str]] = ()) -> Undo:
    return Undo(action, label or gettext("Annuler"), list(ids), list(fields))

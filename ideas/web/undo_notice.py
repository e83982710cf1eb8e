"""The notice of what somebody of the staff has just decided, with the way back where there is one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from flask import request, url_for
from flask_babel import gettext, ngettext

from ideas.domain.decisions import ABOUT_PUBLICATION, DECISION_NAMES, IN_QUEUE, DecisionKind
from ideas.domain.numbers import row_number
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.store import queries
from ideas.store.models import Campaign, Decision
from ideas.store.queries.triage import OwnAct
from ideas.web.forms import MOST_TICKED

REMEMBERED = timedelta(hours=1)  # that the last act is offered to be taken back, wherever one has gone since


class Undo(NamedTuple):
    """The button that takes decisions back: where it posts, with which hidden fields; `also`: what it is about."""

    action: str
    fields: Sequence[tuple[str, str]] = ()
    also: str = ""

    @property
    def label(self) -> str:
        """What the button says."""
        return gettext("Annuler : %(what)s", what=self.also) if self.also else gettext("Annuler")


class DoneNotice(NamedTuple):
    """What was just decided, in words, and the way back if there is one."""

    text: str
    undo: Undo | None


def find_done(*, in_queue: bool = False) -> DoneNotice | None:
    """Return the notice of the decisions that the address names, when they are this person's own."""
    numbers = read_numbers()
    decisions = queries.decisions.list_own(numbers, find_actor().id) if numbers else []
    return _make_notice(decisions, in_queue=in_queue) if decisions else None


def read_numbers(name: str = "fait") -> list[int]:
    """Return the numbers that the address lists under a name; by default those of what was just decided."""
    given = request.args.get(name, "").split(",")[:MOST_TICKED]
    return [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 10]


def list_each_done() -> list[DoneNotice]:
    """Return a notice for each of this person's decisions that the address names: each is taken back by itself."""
    numbers = read_numbers()
    decisions = queries.decisions.list_own(numbers, find_actor().id) if numbers else []
    return [_make_notice([one]) for one in decisions]


def list_done(campaign: Campaign) -> list[DoneNotice]:
    """Return the notice of what was just done, and of the last act that can be taken back when that one cannot."""
    last = queries.decisions.list_last_undoable(campaign, find_actor().id, since=now() - REMEMBERED)
    if last and [one.id for one in last] == read_numbers():
        return [_make_notice(last, in_queue=True, can_undo=True)]
    done = find_done(in_queue=True)
    if done is not None and done.undo is not None:
        return [done]
    return [*([done] if done else []), *([_make_notice(last, in_queue=True, can_undo=True)] if last else [])]


def list_own_acts(campaign: Campaign) -> list[OwnAct]:
    """Return the acts of whoever asks that a page of triage shows, the one that its address names among them."""
    return queries.triage.list_own_acts(campaign, find_actor().id, row_number(request.args.get("fait")))


def find_act_notice(own_acts: list[OwnAct]) -> DoneNotice | None:
    """Return the notice of the act that the address of a page names, and the way back: from it, else from the last.

    Without words when the address names none.
    """
    asked = row_number(request.args.get("fait"))
    acts = {act.id: act for act in own_acts}
    done, back = acts.get(asked), next((act for act in reversed(acts.values()) if act.is_undoable), None)
    text = _say_done(done.kind, [done.idea_id] if done.idea_id else []) if done else ""
    if back is None:
        return DoneNotice(text, None) if done else None
    what = "" if back is done else gettext(DECISION_NAMES[back.kind])
    return DoneNotice(text, Undo(url_for("triage.undo", decision_id=back.id), also=what))


def _make_notice(decisions: list[Decision], *, in_queue: bool = False, can_undo: bool = False) -> DoneNotice:
    kind, numbers = decisions[0].kind, [one.idea_id for one in decisions if one.idea_id]
    return DoneNotice(_say_done(kind, numbers), _make_undo(decisions, in_queue=in_queue, can_undo=can_undo))


def _say_done(kind: DecisionKind, numbers: list[int]) -> str:
    what = gettext(DECISION_NAMES[kind])
    if not numbers:
        return gettext("%(what)s.", what=what)
    if len(numbers) == 1:
        return gettext("%(what)s : n° %(number)s.", what=what, number=numbers[0])
    return ngettext("%(what)s : %(num)s idée.", "%(what)s : %(num)s idées.", len(numbers), what=what)


def _make_undo(decisions: list[Decision], *, in_queue: bool, can_undo: bool) -> Undo | None:
    kind = decisions[0].kind
    if kind is DecisionKind.MERGE:
        return Undo(url_for("moderation.undo_merge", idea_id=decisions[0].idea_id))
    if not can_undo and not queries.decisions.can_undo([one.id for one in decisions]):
        return None
    if kind in ABOUT_PUBLICATION or (in_queue and kind in IN_QUEUE):
        return Undo(url_for("moderation.undo"), [("decision_id", str(one.id)) for one in decisions])
    if len(decisions) == 1:
        return Undo(url_for("triage.undo", decision_id=decisions[0].id))
    return None

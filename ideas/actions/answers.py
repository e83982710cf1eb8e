"""Official answers: what a body concludes about a request, for one idea or for all those of a subject at once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from ideas.actions.handled import About, Handled
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, Invalid, RuleBroken, WrongState
from ideas.domain.events import EventKind
from ideas.domain.handling import NEED_ADDRESS, Handling, check_answer
from ideas.domain.high_value import HighValue
from ideas.domain.ideas import check_address
from ideas.domain.marks import check_complete
from ideas.domain.refusals import NOT_HELD, find_legal_basis
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.store.database import db
from ideas.store.models import Answer, Dataset, Decision, Producer
from ideas.store.visibility import Actor

LONGEST_ANSWER = 5_000
LONGEST = {"text": LONGEST_ANSWER, "legal_basis": 300, "dataset_url": 500}
KINDS = {Handling.SCHEDULED: DecisionKind.PROMISE, Handling.POSTPONED: DecisionKind.POSTPONE}
EVENTS = {
    Handling.SCHEDULED: EventKind.PROMISED,
    Handling.OPENED: EventKind.OPENED,
    Handling.PARTLY_OPENED: EventKind.OPENED,
}
H = Handling


@dataclass(frozen=True)
class Reply:
    """What a body says: empty is "not said". Who speaks is the body that was asked, unless `producer_id` says other."""

    text: str = ""
    dataset_url: str = ""
    dataset_id: int | None = None
    promised_on: date | None = None
    reason: str = ""
    legal_basis: str = ""
    producer_id: int | None = None
    passed_to_id: int | None = None
    high_value: HighValue | None = None


@transaction()
def answer(
    about: About, outcome: Handling, reply: Reply, *, actor: Actor, now: datetime, note: str = "", act: str = ""
) -> Decision:
    """Conclude a request, promise a date or put it off; raises `Invalid` with every field that lacks or is wrong.

    Answers that are given together share an `act`, so that nobody is told of two of them.
    """
    handled = Handled(about, actor)
    handled.check(outcome)
    row = _write(handled, outcome, reply, now)
    decision = handled.record(KINDS.get(outcome, DecisionKind.ANSWER), now, reason=outcome, note=note)
    handled.move(decision, outcome, answer_id=row.id, producer_id=row.passed_to_id or row.producer_id)
    return handled.keep(decision, EVENTS.get(outcome, EventKind.ANSWERED), act=act)


@transaction()
def correct_answer(about: About, reply: Reply, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Say better what was answered: the outcome stays, the former answer stays in the history."""
    handled = Handled(about, actor)
    outcome = _find_answered(handled)
    row = _write(handled, outcome, reply, now)
    decision = handled.record(DecisionKind.CORRECT_ANSWER, now, reason=outcome, note=note)
    handled.move(decision, outcome, answer_id=row.id, producer_id=row.passed_to_id or row.producer_id)
    return handled.keep(decision, EventKind.CORRECTED)


@transaction()
def withdraw_answer(about: About, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Take an answer off the pages: the request waits again for the body that was asked."""
    handled = Handled(about, actor)
    outcome = _find_answered(handled)
    decision = handled.record(DecisionKind.WITHDRAW_ANSWER, now, reason=outcome, note=note)
    handled.move(decision, H.AWAITING_PRODUCER, answer_id=None)
    return handled.keep(decision, EventKind.REOPENED)


def _find_answered(handled: Handled) -> Handling:
    """Return the outcome of the one answer that all the ideas have, or raise `WrongState`."""
    if len({(idea.answer_id, idea.handling) for idea in handled.ideas}) > 1 or handled.ideas[0].answer_id is None:
        raise WrongState(N_("Ces idées n’ont pas reçu une même réponse."))
    return handled.ideas[0].handling


def _write(handled: Handled, outcome: Handling, reply: Reply, now: datetime) -> Answer:
    """Add the answer that serves all the ideas, once it is found to say all that it must."""
    reply = complete_reply(handled, outcome, reply, now)
    row = Answer(campaign_id=handled.campaign_id, outcome=outcome, answered_on=now.date(), **asdict(reply))
    db.session.add(row)
    db.session.flush()
    return row


def complete_reply(handled: Handled, outcome: Handling, reply: Reply, now: datetime) -> Reply:
    """Return a reply as it is kept; raises `Invalid` with every field that lacks or is wrong."""
    reply = _complete(outcome, reply, handled.body_id)
    errors = _check_fields(reply)
    try:
        check_answer(
            outcome,
            today=now.date(),
            text=reply.text,
            dataset_url=reply.dataset_url,
            promised_on=reply.promised_on,
            reason=reply.reason,
            legal_basis=reply.legal_basis,
        )
    except Invalid as invalid:
        errors = {**invalid.errors, **errors}
    if errors:
        raise Invalid(errors)
    return reply


def _complete(outcome: Handling, reply: Reply, body_id: int | None) -> Reply:
    """Return a reply with what can be told from the rest, and without what this outcome does not say."""
    dataset = db.session.get(Dataset, reply.dataset_id) if reply.dataset_id and outcome in NEED_ADDRESS else None
    address = one_line(clean_text(reply.dataset_url)) or (dataset.url if dataset else "")
    reason = NOT_HELD if outcome is H.NOT_HELD else reply.reason if outcome is H.REFUSED else ""
    basis = one_line(clean_text(reply.legal_basis)) or find_legal_basis(reason)
    return replace(
        reply,
        text=clean_text(reply.text),
        dataset_url=address if outcome in NEED_ADDRESS else "",
        dataset_id=dataset.id if dataset and dataset.url == address else None,
        promised_on=reply.promised_on if outcome is H.SCHEDULED else None,
        reason=reason,
        legal_basis=basis if reason else "",
        producer_id=reply.producer_id or body_id,
        passed_to_id=reply.passed_to_id if outcome is H.NOT_HELD else None,
    )


def _check_fields(reply: Reply) -> dict[str, RuleBroken]:
    errors: dict[str, RuleBroken] = {}
    for name, longest in LONGEST.items():
        try:
            check_text(getattr(reply, name), longest=longest)
            if name != "dataset_url":  # where brackets may be part of an address
                check_complete(getattr(reply, name))
        except RuleBroken as refusal:
            errors[name] = refusal
    if reply.dataset_url:
        try:
            check_address(reply.dataset_url)
        except RuleBroken as refusal:
            errors.setdefault("dataset_url", refusal)
    return {**errors, **_check_bodies(reply)}


def _check_bodies(reply: Reply) -> Mapping[str, RuleBroken]:
    asked = {name: getattr(reply, name) for name in ("producer_id", "passed_to_id")}
    known = set(db.session.scalars(sa.select(Producer.id).where(Producer.id.in_(filter(None, asked.values())))))
    unknown = RuleBroken(N_("Choisissez un organisme de la liste."))
    return {name: unknown for name, number in asked.items() if number and number not in known}

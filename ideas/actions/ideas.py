"""Writing an idea: a draft first, then the person behind it, then the queue of the moderators."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ideas.actions.limiting import count_hit
from ideas.actions.proving import spend_proof
from ideas.actions.receiving import receive_idea
from ideas.actions.resemblance import forget_resemblances
from ideas.actions.transaction import MetAnother, transaction
from ideas.actions.typed_ideas import forget_typed
from ideas.domain.campaigns import check_takes_ideas
from ideas.domain.directories import find_entry, is_not_known, list_near
from ideas.domain.errors import N_, Invalid, NotFound, RuleBroken, WrongState
from ideas.domain.ideas import BY_NAME, check_idea
from ideas.domain.limits import DRAFTS_FROM_SOURCE, IDEAS_OF_PERSON
from ideas.domain.numbers import row_number
from ideas.domain.proofs import Brought
from ideas.domain.publication import Publication, Verdict, decide
from ideas.domain.signals import LASTING, TYPED, find_signals
from ideas.domain.texts import check_text, one_line, without_refused
from ideas.retrieval.search import make_search_text
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Dataset, Idea, Person, Producer, Territory
from ideas.store.visibility import Actor, visible_to

# All that an author answers: what a person who confirms by mail agrees to.
ANSWERED = (*BY_NAME, "producer_id", "territory_code", "dataset_id", "show_organisation")


@transaction(is_public=False)
def save_draft(
    values: Mapping[str, object],
    *,
    campaign: Campaign,
    now: datetime,
    draft_id: int | None = None,
    key: str = "",
    source: str = "",
    typed_id: int | None = None,
    brought: Brought = None,
) -> Idea:
    """Keep what was written before its author is known; `draft_id` writes over an earlier draft.

    `key` is that of the form: one that was received already gives back the idea that came of it, which has an author.
    What was kept of it while it was typed, `typed_id`, goes in the same act. Raises `Closed` outside the campaign's
    dates, `Invalid` with the fields at fault, `TooOften`, `ProofWanted` and `BadProof`; a proof is spent by a new
    draft alone.
    """
    forget_typed(typed_id)
    sent = _find_by_form(key)
    if sent is not None and sent.author_id is not None:
        return sent
    check_takes_ideas(campaign, now)
    columns = check_submission(values)
    idea = sent or find_free_draft(draft_id)
    if idea is None:
        spend_proof(brought, now=now)
        count_hit(DRAFTS_FROM_SOURCE, source, now=now, brought=brought)
        idea = Idea(campaign_id=campaign.id, created_at=now)
    fill(idea, columns, now)
    return _add_once(idea, key)


class _Form(NamedTuple):
    """A form as its author sends it; `key` says which, `typed_id` what was kept of it while it was typed."""

    values: Mapping[str, object]
    author_id: int
    key: str
    typed_id: int | None


def submit_idea(
    values: Mapping[str, object],
    *,
    campaign: Campaign,
    author_id: int,
    now: datetime,
    key: str = "",
    typed_id: int | None = None,
) -> Idea:
    """Send an idea of a signed-in author to the moderators; raises as `save_draft` does.

    The same form sent twice, one after the other or at the same instant, gives the same idea. Nearly all come once:
    what came of a form before is only looked for when this one is refused, by a rule or by the unique key.
    """
    form = _Form(values, author_id, key, typed_id)
    try:
        return _submit(form, campaign, now)
    except (RuleBroken, IntegrityError):
        if not key:
            raise
    return _submit_again(form, campaign, now)


@transaction(is_public=False)
def _submit(form: _Form, campaign: Campaign, now: datetime) -> Idea:
    idea = _write(form, Idea(campaign_id=campaign.id, created_at=now), campaign, now)
    idea.form_key = form.key or None
    db.session.add(idea)
    db.session.flush()
    receive_idea(idea, campaign, now=now)
    return idea


@transaction(is_public=False)
def _submit_again(form: _Form, campaign: Campaign, now: datetime) -> Idea:
    """Send what may have come before: what is theirs is left, a draft of nobody becomes theirs."""
    sent = _find_by_form(form.key)
    if sent is not None and sent.author_id == form.author_id:
        forget_typed(form.typed_id)
        return sent
    is_others = sent is not None and sent.author_id is not None
    new = Idea(campaign_id=campaign.id, created_at=now)
    idea = _write(form, new if sent is None or is_others else sent, campaign, now)
    added = _add_once(idea, "" if is_others else form.key)
    receive_idea(added, campaign, now=now)
    return added


def _write(form: _Form, idea: Idea, campaign: Campaign, now: datetime) -> Idea:
    """Write what is sent into a new idea or its draft, or raise why it is not received."""
    check_takes_ideas(campaign, now)
    columns = check_submission(form.values)
    count_hit(IDEAS_OF_PERSON, form.author_id, now=now)
    forget_typed(form.typed_id)
    fill(idea, columns, now)
    idea.author_id, idea.submitted_at = form.author_id, now
    idea.publication = decide(Publication(idea.publication or Publication.DRAFT), Verdict.CONFIRM)
    idea.vote_count = 1
    return idea


def await_confirmation(draft_id: int) -> None:
    """Mark a draft as waiting for its author's answer by mail."""
    db.session.execute(
        sa.update(Idea)
        .where(Idea.id == draft_id, Idea.publication == Publication.DRAFT.value)
        .values(publication=decide(Publication.DRAFT, Verdict.SEND).value)
    )


def confirm_draft(draft_id: int, person: Person, *, now: datetime) -> Idea | None:
    """Give a draft to `person` and send it to the moderators; None when it was already sent.

    An idea written while the campaign was open is received even when its author confirms after the closing.
    """
    waiting = (Publication.DRAFT.value, Publication.AWAITING_CONFIRMATION.value)
    changed = db.session.execute(
        sa.update(Idea)
        .where(Idea.id == draft_id, Idea.publication.in_(waiting), Idea.author_id.is_(None))
        .values(publication=Publication.AWAITING_REVIEW.value, author_id=person.id, submitted_at=now, vote_count=1)
        .returning(Idea.id)
    ).scalar()
    if not changed:
        return None
    idea = db.session.get_one(Idea, draft_id, populate_existing=True)
    receive_idea(idea, db.session.get_one(Campaign, idea.campaign_id), now=now)
    return idea


def hash_answers(idea: Idea) -> str:
    """Return a hash of all that the author of an idea answers, to know later whether it is still the same."""
    answers = [getattr(idea, name) or "" for name in ANSWERED]
    return hashlib.sha256(json.dumps(answers, ensure_ascii=False).encode()).hexdigest()


def change_state(idea_id: int, expected: Publication, then: Publication, **columns: Any) -> None:
    """Move an idea from one publication state to another, or say that it changed meanwhile."""
    changed = db.session.execute(
        sa.update(Idea)
        .where(Idea.id == idea_id, Idea.publication == expected.value)
        .values(publication=then, **columns)
        .returning(Idea.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if changed is None:
        raise WrongState(N_("Cette idée a changé entre-temps : rechargez la page avant de décider."))
    db.session.expire_all()


def find_for_staff(idea_id: int, actor: Actor) -> Idea:
    """Return an idea that `actor` may see, or raise `NotFound`."""
    idea = db.session.scalar(sa.select(Idea).where(Idea.id == idea_id, visible_to(actor)))
    if idea is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    return idea


def check_submission(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the columns of a submitted idea, or raise `Invalid` with every field at fault, consent included."""
    errors: dict[str, RuleBroken] = {}
    columns: dict[str, Any] = {}
    try:
        columns = check_idea({"language": "fr", **values})
    except Invalid as invalid:
        errors.update(invalid.errors)
    if not values.get("consent"):
        errors["consent"] = RuleBroken(N_("Votre accord est nécessaire pour publier ce texte."))
    columns["show_organisation"] = bool(values.get("show_organisation")) and bool(columns.get("organisation"))
    finders: dict[str, Callable[[str], Any]] = {
        "producer_id": _find_holder,
        "territory_code": _find_place,
        "dataset_id": partial(_find_row, Dataset),
    }
    for name, find in finders.items():
        try:
            columns[name] = find(without_refused(str(values.get(name) or "")))
        except RuleBroken as refusal:
            errors[name] = refusal
    if errors:
        raise Invalid(errors)
    if isinstance(columns["producer_id"], str):  # a body that the directory does not know
        columns["holder_text"], columns["producer_id"] = columns["producer_id"], None
    return columns


def find_free_draft(draft_id: int | None, *, held: bool = True) -> Idea | None:
    """Return a draft that nobody has confirmed yet, `held`: who writes over it waits for who confirms it."""
    if not draft_id:
        return None
    idea = db.session.get(Idea, draft_id, with_for_update=held, populate_existing=True)
    waiting = (Publication.DRAFT.value, Publication.AWAITING_CONFIRMATION.value)
    return idea if idea is not None and idea.author_id is None and idea.publication in waiting else None


def _find_by_form(key: str) -> Idea | None:
    """Return what came of a form; its key is a secret between its page and us, so that whoever has it sent it."""
    of_form = sa.select(Idea).where(Idea.form_key == key).with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(of_form) if key else None


def _add_once(idea: Idea, key: str) -> Idea:
    """Add an idea; when the same form brought it a moment ago, the act begins anew and finds it."""
    idea.form_key = key or idea.form_key
    db.session.add(idea)
    try:
        db.session.flush()
    except IntegrityError as error:
        if "form_key" in str(error.orig):
            raise MetAnother from error
        raise
    return idea


def _find_row(table: type[Producer | Territory | Dataset], given: str) -> Any:
    key = next(iter(table.__table__.primary_key))
    if not given:
        return None
    value = row_number(given) if key.type.python_type is int else given
    if not value or db.session.get(table, value) is None:
        raise RuleBroken(N_("Choisissez une réponse de la liste."))
    return value


def _find_holder(given: str) -> int | str | None:
    """Return the body that was named, by its number or as people call it; its words when the directory has no such."""
    typed = one_line(given)
    if not typed or typed.isdecimal():
        return _find_row(Producer, typed)
    if is_not_known(typed):
        return None
    entry = find_entry(typed, queries.directories.list_holders())
    if entry is not None:
        return int(entry.key)
    check_text(typed, longest=BY_NAME["holder_text"].longest)
    return typed


def _find_place(given: str) -> str | None:
    """Return the territory that was named, by its code or by its name."""
    typed = one_line(given)
    if not typed or db.session.get(Territory, typed) is not None:
        return typed or None
    places = queries.directories.list_places()
    if entry := find_entry(typed, places):
        return entry.key
    if near := list_near(typed, places):
        raise RuleBroken(N_("Ce territoire n’est pas dans la liste. Peut-être : %(near)s ?"), near=", ".join(near))
    raise RuleBroken(N_("Ce territoire n’est pas dans la liste : donnez un département, une région, ou la France."))


def fill(idea: Idea, columns: Mapping[str, Any], now: datetime) -> None:
    """Write into an idea what its author answers, and that they agree to it."""
    for name, value in columns.items():
        setattr(idea, name, value)
    idea.consented_at = now
    reckon(idea)


def reckon(idea: Idea) -> None:
    """Work out again what is kept beside the texts of an idea, which have just changed."""
    if idea.id is not None:
        forget_resemblances(idea.id)
    idea.search_text = make_search_text(idea.title, idea.data_wanted, idea.planned_use)
    lasting = (idea.signals or 0) & LASTING
    idea.signals = lasting | find_signals({name: getattr(idea, name) for name in TYPED})

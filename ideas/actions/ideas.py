"""Writing an idea: a draft first, then the person behind it, then the queue of the moderators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain.campaigns import check_open
from ideas.domain.errors import N_, Invalid, NotFound, RuleBroken, WrongState
from ideas.domain.ideas import check_idea
from ideas.domain.publication import Publication, Verdict, decide
from ideas.retrieval.search import make_search_text
from ideas.store.database import db
from ideas.store.models import Campaign, Dataset, Idea, Person, Producer, Territory
from ideas.store.visibility import Actor, visible_to


@transaction(is_public=False)
def save_draft(values: Mapping[str, object], *, campaign: Campaign, now: datetime, draft_id: int | None = None) -> Idea:
    """Keep what was written before its author is known; `draft_id` writes over an earlier draft.

    Raises `Closed` outside the campaign's dates and `Invalid` with the fields at fault.
    """
    check_open(campaign, now)
    columns = check_submission(values)
    idea = _find_free_draft(draft_id) or Idea(campaign_id=campaign.id, created_at=now)
    _fill(idea, columns, now)
    db.session.add(idea)
    db.session.flush()
    return idea


@transaction(is_public=False)
def submit_idea(values: Mapping[str, object], *, campaign: Campaign, author_id: int, now: datetime) -> Idea:
    """Send an idea of a signed-in author to the moderators; raises as `save_draft` does."""
    check_open(campaign, now)
    idea = Idea(campaign_id=campaign.id, created_at=now, author_id=author_id)
    _fill(idea, check_submission(values), now)
    idea.publication = decide(Publication.DRAFT, Verdict.CONFIRM)
    idea.submitted_at = now
    db.session.add(idea)
    db.session.flush()
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
        .values(publication=Publication.AWAITING_REVIEW.value, author_id=person.id, submitted_at=now)
        .returning(Idea.id)
    ).scalar()
    return db.session.get(Idea, draft_id, populate_existing=True) if changed else None


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
    for name, table in (("producer_id", Producer), ("territory_code", Territory), ("dataset_id", Dataset)):
        try:
            columns[name] = _find_in_directory(table, values.get(name))
        except RuleBroken as refusal:
            errors[name] = refusal
    if errors:
        raise Invalid(errors)
    return columns


def _find_free_draft(draft_id: int | None) -> Idea | None:
    """Return an earlier draft that nobody has confirmed yet."""
    idea = db.session.get(Idea, draft_id) if draft_id else None
    waiting = (Publication.DRAFT.value, Publication.AWAITING_CONFIRMATION.value)
    return idea if idea is not None and idea.author_id is None and idea.publication in waiting else None


def _find_in_directory(table: type[Producer | Territory | Dataset], given: object) -> Any:
    key = next(iter(table.__table__.primary_key))
    if given in (None, ""):
        return None
    value = int(str(given)) if key.type.python_type is int and str(given).isdecimal() else given
    if type(value) is not key.type.python_type or db.session.get(table, value) is None:
        raise RuleBroken(N_("Choisissez une réponse de la liste."))
    return value


def _fill(idea: Idea, columns: Mapping[str, Any], now: datetime) -> None:
    for name, value in columns.items():
        setattr(idea, name, value)
    idea.consented_at = now
    idea.search_text = make_search_text(idea.title, idea.data_wanted, idea.planned_use)

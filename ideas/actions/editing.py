"""Changing an idea that is online: its author writes, the team reads, then everybody reads the new words."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.ideas import check_submission, fill, reckon
from ideas.actions.limiting import count_hit
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.editing import check_edit, check_revision_verdict, is_substantial
from ideas.domain.errors import N_, Invalid, NotFound, RuleBroken, WrongState
from ideas.domain.events import EventKind
from ideas.domain.limits import IDEAS_OF_PERSON
from ideas.domain.lines import LineState
from ideas.domain.permissions import Permission, Subject, check_can
from ideas.domain.publication import Publication
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Idea, Revision, RevisionChange, Undo
from ideas.store.visibility import Actor, visible_to

NOT_TEXTS = ("use_kinds", "obstacles", "producer_id", "dataset_id", "show_organisation")
GONE = N_("Cette modification a été remplacée ou retirée par son auteur.")


@transaction(is_public=False)
def edit_idea(idea_id: int, values: Mapping[str, object], *, author_id: int, now: datetime) -> Revision:
    """Keep what the author of an idea that is online changes in it, for review; it replaces a change that waits.

    Raises `NotFound` when it is not theirs, `Closed` or `WrongState` when it can no longer be changed, `Invalid` with
    the fields at fault, and `TooOften`.
    """
    theirs = sa.select(Idea).where(Idea.id == idea_id, Idea.author_id == author_id)
    idea = db.session.scalar(theirs.with_for_update().execution_options(populate_existing=True))
    if idea is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    check_edit(
        Publication(idea.publication),
        published_at=idea.published_at,
        other_vote_count=queries.edits.count_others(idea_id, author_id),
        campaign=db.session.get_one(Campaign, idea.campaign_id),
        now=now,
    )
    columns = check_submission({"language": idea.language, **values})
    changed = {name: value for name, value in columns.items() if _is_other(getattr(idea, name), value)}
    if "producer_id" not in changed and idea.producer_id is not None:
        changed.pop("holder_text", None)  # the form has one field for both: it shows the body that was chosen
    if not changed:
        raise Invalid({"title": RuleBroken(N_("Rien n’a changé : modifiez le texte avant de l’envoyer."))})
    count_hit(IDEAS_OF_PERSON, author_id, now=now)
    for waiting in db.session.scalars(_waiting(idea_id)):
        db.session.delete(waiting)
    changes = [
        RevisionChange(field=name, before=write_value(getattr(idea, name)), after=write_value(value))
        for name, value in changed.items()
    ]
    revision = Revision(idea_id=idea_id, written_at=now, changes=changes)
    db.session.add(revision)
    db.session.flush()
    return revision


@transaction()
def decide_edit(revision_id: int, *, is_published: bool, actor: Actor, now: datetime, reason: str = "") -> Decision:
    """Put what an author changed in their idea, or refuse it, saying why; whoever supports it hears of another need.

    Raises `NotFound`, `NotAllowed` unless `actor` moderates the campaign, `WrongState` when it was decided already.
    """
    revision = db.session.get(Revision, revision_id)
    seen = sa.select(Idea).where(Idea.id == revision.idea_id, visible_to(actor)) if revision else None
    locked = seen.with_for_update().execution_options(populate_existing=True) if seen is not None else None
    idea = db.session.scalar(locked) if locked is not None else None
    if idea is None or db.session.get(Revision, revision_id, with_for_update=True, populate_existing=True) is None:
        raise NotFound(GONE)
    assert revision is not None
    check_can(actor, Permission.MODERATE, Subject(campaign_id=idea.campaign_id))
    then = check_revision_verdict(revision.state, is_published=is_published, reason=reason)
    if idea.publication is not Publication.PUBLISHED:
        raise WrongState(N_("Cette idée n’est plus en ligne : sa modification attend qu’elle y revienne."))
    before = {one.field: write_value(getattr(idea, one.field)) for one in revision.changes}
    revision.state, revision.reason, revision.decided_at = then, "" if is_published else reason, now
    decision = record_decision(
        DecisionKind.PUBLISH_EDIT if is_published else DecisionKind.REFUSE_EDIT,
        actor,
        permission=Permission.MODERATE,
        campaign_id=idea.campaign_id,
        now=now,
        idea_id=idea.id,
        reason=revision.reason,
    )
    if is_published:
        for one in revision.changes:
            one.before = before[one.field]
        fill(idea, {one.field: read_value(one.field, one.after) for one in revision.changes}, revision.written_at)
        idea.edited_at = now
    _tell(revision, idea, decision, now)
    changes = {"handled": [], "edits": [[revision.id, then.value]]}
    db.session.add(Undo(decision_id=decision.id, changes=changes))
    db.session.flush()
    return decision


def take_back_edits(changes: list[tuple[int, str]]) -> None:
    """Lead changes back to the queue, and ideas to what they said; raises `WrongState` when either changed since."""
    for number, then in changes:
        revision = db.session.get(Revision, number, with_for_update=True, populate_existing=True)
        if revision is None or revision.state != then or queries.edits.find_waiting(revision.idea_id) is not None:
            raise WrongState(N_("Cette modification a changé depuis : la décision ne s’annule plus."))
        if then == LineState.PUBLISHED:
            _restore(db.session.get_one(Idea, revision.idea_id, with_for_update=True), revision)
        revision.state, revision.reason, revision.decided_at = LineState.WAITING, "", None


def _restore(idea: Idea, revision: Revision) -> None:
    if any(write_value(getattr(idea, one.field)) != one.after for one in revision.changes):
        raise WrongState(N_("Cette modification a changé depuis : la décision ne s’annule plus."))
    for one in revision.changes:
        setattr(idea, one.field, read_value(one.field, one.before))
    earlier = (one.decided_at for one in queries.edits.list_published(idea.id) if one.id != revision.id)
    idea.edited_at = next(earlier, None)
    reckon(idea)


def _tell(revision: Revision, idea: Idea, decision: Decision, now: datetime) -> None:
    """Tell the author what came of a change, and others that the idea asks for something else, if it does."""
    is_online = revision.state is LineState.PUBLISHED
    kind = EventKind.EDIT_PUBLISHED if is_online else EventKind.EDIT_REFUSED
    tell(kind, [idea.id], by=decision.person_id, now=now, decision_id=decision.id)
    before, after = ({one.field: getattr(one, side) for one in revision.changes} for side in ("before", "after"))
    if is_online and is_substantial(before, after):
        # By its author, whoever published it: they support it too, and know.
        tell(EventKind.EDITED, [idea.id], by=idea.author_id, now=now, decision_id=decision.id)


def _is_other(before: Any, after: Any) -> bool:
    """Tell whether what a field holds changes; the order in which boxes were ticked says nothing."""
    return sorted(before) != sorted(after) if isinstance(before, list) else bool(before != after)


def _waiting(idea_id: int) -> sa.Select[Any]:
    return sa.select(Revision).where(Revision.idea_id == idea_id, Revision.state == LineState.WAITING)


def write_value(value: Any) -> str:
    """Return what a field of an idea holds as a change keeps it: a text as it is, the rest as JSON, nothing as none.

    >>> write_value("Bus"), write_value(["research"]), write_value(None)
    ('Bus', '["research"]', '')
    """
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def read_value(field: str, text: str) -> Any:
    """Return what a field of an idea holds, from what a change kept.

    >>> read_value("title", "Bus"), read_value("use_kinds", '["research"]'), read_value("territory_code", "")
    ('Bus', ['research'], None)
    """
    if field in NOT_TEXTS:
        return json.loads(text) if text else None
    return text or None if field == "territory_code" else text

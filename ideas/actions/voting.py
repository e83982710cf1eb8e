"""Supporting an idea, once, and taking the support back.

The count that a page shows is the number of distinct people over the family of a canonical idea. It is
changed in the transaction of the vote. Order matters on PostgreSQL: the inserted vote locks its idea's key
first, so that a merge under way ends before the count is read.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ideas.actions.transaction import transaction
from ideas.domain.campaigns import check_open
from ideas.domain.publication import Publication
from ideas.domain.voting import why_not_counted
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, Vote


@transaction()
def cast_vote(idea_id: int, *, person_id: int, now: datetime) -> int:
    """Count the voice of `person_id` for an idea and return its new count; raises why it cannot be."""
    try:
        with db.session.begin_nested():
            count = _insert_vote(idea_id, person_id, now)
    except IntegrityError:
        raise why_not_counted(_find_publication(idea_id), already=True) from None
    if count is None:
        _refuse(idea_id, now)
    return count  # type: ignore[return-value]


@transaction()
def withdraw_vote(idea_id: int, *, person_id: int, now: datetime) -> int | None:
    """Take the voice of `person_id` back while the campaign is open; None when there was none."""
    if _find_publication(idea_id) is None:
        raise why_not_counted(None, already=False)
    _check_open(idea_id, now)
    removed = db.session.execute(
        sa.delete(Vote).where(Vote.idea_id == idea_id, Vote.person_id == person_id).returning(Vote.id)
    ).scalar()
    return _change_count(idea_id, person_id, -1) if removed else None


def recount(root_id: int) -> None:
    """Count again the distinct people over the family of a canonical idea."""
    family = sa.select(Idea.id).where(sa.or_(Idea.id == root_id, Idea.canonical_id == root_id))
    people = sa.select(sa.func.count(sa.distinct(Vote.person_id))).where(Vote.idea_id.in_(family)).scalar_subquery()
    db.session.execute(
        sa.update(Idea).where(Idea.id == root_id).values(vote_count=people).execution_options(synchronize_session=False)
    )


def _insert_vote(idea_id: int, person_id: int, now: datetime) -> int | None:
    open_idea = (
        sa.select(Idea.id, sa.literal(person_id), sa.literal(now, type_=Vote.cast_at.type))
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(Idea.id == idea_id, Idea.publication == Publication.PUBLISHED.value)
        .where(Campaign.closed_at.is_(None), Campaign.opens_at <= now, Campaign.closes_at > now)
    )
    inserted = db.session.execute(
        sa.insert(Vote).from_select(["idea_id", "person_id", "cast_at"], open_idea).returning(Vote.id)
    ).scalar()
    return _change_count(idea_id, person_id, 1) if inserted else None


def _change_count(idea_id: int, person_id: int, change: int) -> int:
    """Add `change` to the count of the idea's family unless the person has another voice in it."""
    member, root = sa.orm.aliased(Idea), sa.orm.aliased(Idea)
    root_id = sa.select(sa.func.coalesce(root.canonical_id, root.id)).where(root.id == idea_id).scalar_subquery()
    elsewhere = (
        sa.select(Vote.id)
        .join(member, member.id == Vote.idea_id)
        .where(Vote.person_id == person_id, Vote.idea_id != idea_id)
        .where(sa.or_(member.id == Idea.id, member.canonical_id == Idea.id))
        .correlate(Idea)
        .exists()
    )
    return db.session.execute(
        sa.update(Idea)
        .where(Idea.id == root_id)
        .values(vote_count=Idea.vote_count + sa.case((elsewhere, 0), else_=change))
        .returning(Idea.vote_count)
        .execution_options(synchronize_session=False)
    ).scalar_one()


def _refuse(idea_id: int, now: datetime) -> None:
    publication = _find_publication(idea_id)
    if publication is Publication.PUBLISHED:
        _check_open(idea_id, now)
    raise why_not_counted(publication, already=False)


def _find_publication(idea_id: int) -> Publication | None:
    """Return the state of an idea that voters may know of."""
    state = db.session.scalar(sa.select(Idea.publication).where(Idea.id == idea_id))
    return Publication(state) if state in (Publication.PUBLISHED, Publication.MERGED) else None


def _check_open(idea_id: int, now: datetime) -> None:
    campaign = db.session.scalar(
        sa.select(Campaign).join(Idea, Idea.campaign_id == Campaign.id).where(Idea.id == idea_id)
    )
    if campaign is None:
        raise why_not_counted(None, already=False)
    check_open(campaign, now)

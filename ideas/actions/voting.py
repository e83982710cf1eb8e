"""Supporting an idea, once, and taking the support back.

The count that a page shows is the number of distinct people over the family of a canonical idea. It is changed in the
transaction of the vote, while the family is held: two voices of one person, given or taken back in two members of a
family at once, would otherwise each believe that the other still counts.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from ideas.actions.families import lock_families
from ideas.actions.transaction import transaction
from ideas.actions.uses import take_back_use
from ideas.domain.campaigns import check_open
from ideas.domain.publication import Publication
from ideas.domain.voting import why_not_counted
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, Vote, VoteUse

PERSON, IDEA, ROOT = (sa.bindparam(name, type_=sa.Integer()) for name in ("person", "idea", "root"))
_NOW = sa.bindparam("now", type_=Vote.cast_at.type)
_LOCK = sa.select(Idea.id).where(Idea.id == IDEA).with_for_update(key_share=True)
_OPEN_IDEA = (
    sa.select(Idea.id, sa.cast(PERSON, sa.Integer), _NOW)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Idea.id == IDEA, Idea.publication == Publication.PUBLISHED)
    .where(Campaign.closed_at.is_(None), Campaign.opens_at <= _NOW, Campaign.closes_at > _NOW)
)


def _insert_with(dialect: Any) -> Any:
    # The table rather than its class: the session would take what is given for columns of a row.
    insert = dialect.insert(Vote.__table__).from_select(["idea_id", "person_id", "cast_at"], _OPEN_IDEA)
    return insert.on_conflict_do_nothing().returning(Vote.id)


_member = aliased(Idea)
_FAMILY = sa.select(_member.id).where(sa.or_(_member.id == ROOT, _member.canonical_id == ROOT))
_ELSEWHERE = sa.exists().where(Vote.person_id == PERSON, Vote.idea_id.in_(_FAMILY), Vote.idea_id != IDEA)
_ADD = (
    sa.update(Idea)
    .where(Idea.id == ROOT)
    .values(vote_count=Idea.vote_count + sa.case((_ELSEWHERE, 0), else_=1))
    .returning(Idea.vote_count)
    .execution_options(synchronize_session=False)
)
_INSERT = _insert_with(sqlite)
_inserted = _insert_with(postgresql).cte("inserted")
_INSERT_AND_ADD = _ADD.where(sa.select(_inserted.c.id).exists())  # SQLite knows no insertion within a statement
_TAKE_BACK = sa.delete(Vote).where(Vote.person_id == PERSON).returning(Vote.id)
_FROM_ONE = _TAKE_BACK.where(Vote.idea_id == IDEA)
_FROM_FAMILY = _TAKE_BACK.where(Vote.idea_id.in_(_FAMILY))
_USES = sa.select(VoteUse.id).join(Vote, Vote.id == VoteUse.vote_id).where(Vote.person_id == PERSON)
_USES_OF_ONE = _USES.where(Vote.idea_id == IDEA).limit(1)
_USES_OF_FAMILY = _USES.where(Vote.idea_id.in_(_FAMILY)).limit(1)
_STILL = sa.exists().where(Vote.person_id == PERSON, Vote.idea_id.in_(_FAMILY))
_SUBTRACT = (
    sa.update(Idea)
    .where(Idea.id == ROOT)
    .values(vote_count=Idea.vote_count - sa.case((_STILL, 0), else_=1))
    .returning(Idea.vote_count)
    .execution_options(synchronize_session=False)
)


@transaction(is_public=False)
def cast_vote(idea_id: int, *, person_id: int, now: datetime) -> int:
    """Count the voice of `person_id` for an idea and return its new count; raises why it cannot be."""
    count = _insert({"idea": idea_id, "root": idea_id, "person": person_id, "now": now})
    if count is None:
        _refuse(idea_id, person_id, now)
    return count  # type: ignore[return-value]


def _insert(given: dict[str, Any]) -> int | None:
    """Write a vote and return the new count, or None when it cannot be."""
    if db.session.get_bind().dialect.name == "postgresql":
        # An idea that takes votes is its own root: that it still is one is read by the next statement, under the lock.
        db.session.execute(_LOCK, given)
        return db.session.scalar(_INSERT_AND_ADD, given)
    inserted = db.session.scalar(_INSERT, given)
    return None if inserted is None else db.session.scalar(_ADD, given)


@transaction(is_public=False)
def withdraw_vote(idea_id: int, *, person_id: int, now: datetime) -> int | None:
    """Take the voice of `person_id` back while the campaign is open; None when there was none.

    On a canonical idea it is the voice in its whole family: a person who is counted through a merged idea can take
    that back where it is counted.
    """
    if _find_publication(idea_id) is None:
        raise why_not_counted(None, already=False)
    _check_open(idea_id, now)
    root_id = lock_families(idea_id)[idea_id]
    given = {"idea": idea_id, "root": root_id, "person": person_id}
    is_root = idea_id == root_id
    if db.session.scalar(_USES_OF_FAMILY if is_root else _USES_OF_ONE, given) is not None:
        take_back_use(idea_id, person_id=person_id)
    removed = db.session.scalars(_FROM_FAMILY if is_root else _FROM_ONE, given).all()
    return db.session.execute(_SUBTRACT, given).scalar_one() if removed else None


def _refuse(idea_id: int, person_id: int, now: datetime) -> None:
    publication = _find_publication(idea_id)
    already = sa.exists().where(Vote.idea_id == idea_id, Vote.person_id == person_id)
    if publication is Publication.PUBLISHED and not db.session.scalar(sa.select(already)):
        _check_open(idea_id, now)
    raise why_not_counted(publication, already=publication is Publication.PUBLISHED)


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

"""The family of a canonical idea: itself and all that was merged into it, whose distinct supporters it shows.

One order of locks for votes, withdrawals, merges and undos: roots first, by number, then whatever the act changes.
Who is the root is read again under the lock: when it changed while we waited, the act begins anew.
"""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.actions.transaction import MetAnother
from ideas.store.database import db
from ideas.store.models import Idea, Merge, Vote

_member, _root = aliased(Idea), aliased(Idea)
root_of = sa.func.coalesce(_member.canonical_id, _member.id)
# FOR NO KEY UPDATE: a vote that is being written holds the key of its idea, and must not be waited for in a ring.
_LOCK = (
    sa.select(_root.id)
    .where(_root.id.in_(sa.select(root_of).where(_member.id.in_(sa.bindparam("idea_ids", expanding=True)))))
    .order_by(_root.id)
    .with_for_update(key_share=True, of=_root)
)
_ROOTS = sa.select(_member.id, root_of).where(_member.id.in_(sa.bindparam("idea_ids", expanding=True)))
_FAMILY = sa.select(Idea.id).where(
    sa.or_(Idea.id == sa.bindparam("root_id"), Idea.canonical_id == sa.bindparam("root_id"))
)
_PEOPLE = sa.select(sa.func.count(sa.distinct(Vote.person_id))).where(Vote.idea_id.in_(_FAMILY)).scalar_subquery()
_RECOUNT = (
    sa.update(Idea)
    .where(Idea.id == sa.bindparam("root_id"))
    .values(vote_count=_PEOPLE)
    .execution_options(synchronize_session=False)
)


def lock_families(*idea_ids: int) -> dict[int, int]:
    """Hold the families of these ideas until the end of the act; return the root of each, by number of idea."""
    locked = set(db.session.scalars(_LOCK, {"idea_ids": list(idea_ids)}))
    roots = {number: root for number, root in db.session.execute(_ROOTS, {"idea_ids": list(idea_ids)})}  # noqa: C416
    if set(roots.values()) != locked:
        raise MetAnother
    db.session.expire_all()
    return roots


def recount(root_id: int) -> None:
    """Count again the distinct people over the family of a canonical idea, whose lock is held."""
    db.session.execute(_RECOUNT, {"root_id": root_id})


def list_followers(idea_id: int) -> list[int]:
    """Return the numbers of all that was merged, directly or not, into an idea."""
    active = Merge.undone_at.is_(None)
    tree = sa.select(Merge.idea_id).where(Merge.into_id == idea_id, active).cte("tree", recursive=True)
    tree = tree.union(sa.select(Merge.idea_id).where(Merge.into_id == tree.c.idea_id, active))
    return list(db.session.scalars(sa.select(tree.c.idea_id)))


def set_root(members: list[int], root_id: int) -> None:
    """Point the members of a subtree to its root."""
    db.session.execute(
        sa.update(Idea)
        .where(Idea.id.in_(members))
        .values(canonical_id=root_id)
        .execution_options(synchronize_session=False)
    )

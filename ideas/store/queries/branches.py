"""Where the tree of the run that everybody sees joined the ideas of a subject."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.domain.branches import Joining
from ideas.store.models import Idea, Membership, NearIdeas
from ideas.store.rows import list_rows
from ideas.store.visibility import listed


class BranchIdea(NamedTuple):
    """A published member, or another idea that led some of them in the tree; where it was joined, if it was."""

    id: int
    is_member: bool
    head_id: int | None
    likeness: float | None

    @property
    def joining(self) -> Joining | None:
        """What the tree says of it."""
        if self.head_id is None or self.likeness is None:
            return None
        return Joining(self.id, self.head_id, self.likeness)


def list_branch(cluster_id: int, run_id: int | None) -> list[BranchIdea]:
    """Return the published ideas of a subject, and all that leads them in the tree of the run."""
    return list_rows(BranchIdea, _BRANCH, {"cluster_id": cluster_id, "run_id": run_id})


def _select_branch() -> sa.Select[Any]:
    run_id, cluster_id = (sa.bindparam(name, type_=sa.Integer()) for name in ("run_id", "cluster_id"))
    place = (NearIdeas.joined_to_id.label("head_id"), NearIdeas.joined_at_likeness.label("likeness"))
    own = sa.select(Idea.id.label("id"), *place).join(Membership, Membership.idea_id == Idea.id)
    own = own.outerjoin(NearIdeas, (NearIdeas.idea_id == Idea.id) & (NearIdeas.run_id == run_id))
    own = own.where(Membership.run_id == run_id, Membership.cluster_id == cluster_id, listed())
    branch = own.cte("branch", recursive=True)
    above = sa.select(NearIdeas.idea_id, *place).where(
        NearIdeas.run_id == run_id, NearIdeas.idea_id == branch.c.head_id
    )
    branch = branch.union(above)
    member = sa.exists().where(
        Membership.run_id == run_id, Membership.cluster_id == cluster_id, Membership.idea_id == Idea.id
    )
    is_member = sa.exists().where(Idea.id == branch.c.id, listed(), member)
    return sa.select(branch.c.id, is_member.label("is_member"), branch.c.head_id, branch.c.likeness)


_BRANCH = _select_branch()

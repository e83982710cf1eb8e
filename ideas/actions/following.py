"""Following an idea, or all those of a subject: its news without supporting it."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, NotFound
from ideas.store.database import db
from ideas.store.models import Cluster, Follow, Idea
from ideas.store.visibility import shown


@transaction(is_public=False)
def follow_idea(idea_id: int, *, person_id: int, now: datetime) -> None:
    """Have the news of an idea that is online; twice is once. Raises `NotFound`."""
    if db.session.scalar(sa.select(Idea.id).where(Idea.id == idea_id, shown())) is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    _follow(person_id, now, idea_id=idea_id)


@transaction(is_public=False)
def follow_subject(cluster_id: int, *, person_id: int, now: datetime) -> None:
    """Have the news of all the ideas of a subject that everybody sees; twice is once. Raises `NotFound`."""
    cluster = db.session.get(Cluster, cluster_id)
    if cluster is None or cluster.accepted_at is None or cluster.dissolved_run_id is not None:
        raise NotFound(N_("Ce sujet n’existe plus."))
    _follow(person_id, now, cluster_id=cluster_id)


def _follow(person_id: int, now: datetime, **what: int) -> None:
    if db.session.scalar(sa.select(Follow.id).filter_by(person_id=person_id, **what)) is None:
        db.session.add(Follow(person_id=person_id, since=now, **what))


@transaction(is_public=False)
def unfollow_subject(cluster_id: int, *, person_id: int) -> None:
    """No longer have the news of a subject; those of ideas that one follows for themselves still come."""
    db.session.execute(sa.delete(Follow).where(Follow.person_id == person_id, Follow.cluster_id == cluster_id))


@transaction(is_public=False)
def unfollow_idea(idea_id: int, *, person_id: int) -> None:
    """No longer have the news of an idea."""
    db.session.execute(sa.delete(Follow).where(Follow.person_id == person_id, Follow.idea_id == idea_id))

"""Taking back an idea that one wrote: out of every list, its votes kept but not shown, no idea of others lost."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.decisions import Author, record_decision
from ideas.actions.ideas import change_state
from ideas.actions.merging import leave_family
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, Invalid, NotFound
from ideas.domain.events import EventKind
from ideas.domain.publication import Publication, Verdict, decide
from ideas.store.database import db
from ideas.store.models import Decision, Idea
from ideas.store.visibility import listed

NO_BETTER = N_("L’idée n° %(number)s n’est pas en ligne dans cette campagne.")


@transaction()
def withdraw_idea(idea_id: int, *, author_id: int, now: datetime, better_id: int | None = None) -> Decision:
    """Withdraw an idea of `author_id`, and let what was merged into it stand alone again.

    `better_id` is another idea on line that whoever looked for this one is led to. Raises `NotFound` when the idea is
    not theirs, `WrongState` when it can no longer be withdrawn, `Invalid` when there is no such other idea.
    """
    author = Author(author_id)
    found = db.session.execute(
        sa.select(Idea.campaign_id, Idea.publication).where(Idea.id == idea_id, Idea.author_id == author_id)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    if better_id is not None:
        _check_better(idea_id, better_id, found.campaign_id)
    state = Publication(found.publication)
    then = decide(state, Verdict.WITHDRAW)
    state = leave_family(idea_id, state, actor=author, now=now, permission=None)
    change_state(idea_id, state, then)
    decision = record_decision(
        DecisionKind.WITHDRAW,
        author,
        permission=None,
        campaign_id=found.campaign_id,
        now=now,
        idea_id=idea_id,
        other_idea_id=better_id,
    )
    tell(EventKind.WITHDRAWN, [idea_id], by=author_id, now=now, decision_id=decision.id, other_idea_id=better_id)
    return decision


def _check_better(idea_id: int, better_id: int, campaign_id: int) -> None:
    listed_here = sa.select(Idea.id).where(Idea.id == better_id, Idea.campaign_id == campaign_id, listed())
    if better_id == idea_id or db.session.scalar(listed_here) is None:
        raise Invalid({"better": NotFound(NO_BETTER, number=better_id)})

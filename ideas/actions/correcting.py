"""Correcting an idea that nobody has published yet, and sending it to the moderators again."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from ideas.actions.ideas import check_submission, fill
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, NotFound
from ideas.domain.events import EventKind
from ideas.domain.handling import ReplyState
from ideas.domain.publication import Publication, Verdict, decide
from ideas.store.database import db
from ideas.store.models import Idea, Question


@transaction(is_public=False)
def correct_idea(idea_id: int, values: Mapping[str, object], *, author_id: int, now: datetime) -> Idea:
    """Replace the text of an idea that waits or was refused, and send it for review; it keeps its number.

    Raises `NotFound` when it is not theirs, `WrongState` when it is no longer theirs to correct, `Invalid` with the
    fields at fault.
    """
    theirs = sa.select(Idea).where(Idea.id == idea_id, Idea.author_id == author_id)
    idea = db.session.scalar(theirs.with_for_update().execution_options(populate_existing=True))
    if idea is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    state = Publication(idea.publication)
    then = decide(state, Verdict.RESEND)
    fill(idea, check_submission(values), now)
    idea.publication, idea.submitted_at = then, now
    # What was asked of them is answered by what they corrected.
    asked = (Question.idea_id == idea_id, Question.reply_state == ReplyState.AWAITED, Question.withdrawn_at.is_(None))
    db.session.execute(sa.update(Question).where(*asked).values(withdrawn_at=now))
    if state is Publication.REFUSED:
        tell(EventKind.RECEIVED, [idea_id], by=author_id, now=now)
    return idea

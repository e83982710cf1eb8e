"""Comparing the ideas that wait with the others, so that whoever reads one is told of another that is very close.

What takes long, the comparison, is done while everybody may write. It is then noted for the ideas whose texts are still
those that were compared, some at a time.
"""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ideas.actions.families import lock_families
from ideas.actions.transaction import transaction
from ideas.domain.publication import Publication
from ideas.domain.signals import Signal
from ideas.retrieval.waiting import ComparedText, VeryClose, find_very_close
from ideas.runs.inputs import idea_text
from ideas.store.database import db, give_way, reading
from ideas.store.models import Idea, Resemblance
from ideas.store.queries.moderation import waits_for_review
from ideas.store.visibility import listed

PIECE = 100  # ideas noted in one transaction
AROUND = 2_000  # ideas online among which those that wait are weighed
TEXTS = (Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, Idea.language)
ALONE = {"other_id": None, "likeness": 0.0}
_other = aliased(Idea)


def note_resemblances(campaign_id: int, *, var: str) -> int:
    """Note, for each idea that waits and was not compared yet, the one that it is very close to; return how many."""
    with reading():
        new = _list_new(campaign_id)
        if not new:
            return 0
        found = list(find_very_close(new, _list_texts(campaign_id), campaign_id=campaign_id, var=var))
    for first in range(0, len(new), PIECE):
        _note_piece(new[first : first + PIECE], found)
        give_way()
    return len(new)


def forget_resemblances(idea_id: int) -> None:
    """Have an idea whose texts changed, and those that were close to it, compared anew."""
    about = sa.or_(Resemblance.idea_id == idea_id, Resemblance.other_id == idea_id)
    db.session.execute(sa.delete(Resemblance).where(about).execution_options(synchronize_session=False))


def _list_new(campaign_id: int) -> list[ComparedText]:
    """Return the ideas that wait and were not compared, or with one that has left since."""
    is_there = sa.or_(_other.publication == Publication.AWAITING_REVIEW, listed(_other))
    query = (
        sa.select(*TEXTS)
        .outerjoin(Resemblance, Resemblance.idea_id == Idea.id)
        .outerjoin(_other, _other.id == Resemblance.other_id)
        .where(Idea.campaign_id == campaign_id, waits_for_review())
        .where(sa.or_(Resemblance.idea_id.is_(None), sa.and_(_other.id.is_not(None), ~is_there)))
    )
    return [_read(*row) for row in db.session.execute(query.order_by(Idea.id))]


def _list_texts(campaign_id: int) -> list[ComparedText]:
    """Return what waits, and the ideas that went online last."""
    here = sa.select(*TEXTS).where(Idea.campaign_id == campaign_id)
    waits = db.session.execute(here.where(waits_for_review()))
    online = here.where(listed(), ~waits_for_review()).order_by(Idea.published_at.desc(), Idea.id.desc()).limit(AROUND)
    return [_read(*row) for row in (*waits, *db.session.execute(online))]


def _read(number: int, title: str, data_wanted: str, planned_use: str, language: str) -> ComparedText:
    return ComparedText(number, idea_text(title, data_wanted, planned_use), language)


@transaction(is_public=False)
def _note_piece(compared: Sequence[ComparedText], found: Sequence[VeryClose]) -> None:
    """Note what some ideas are close to, and for the others that wait that they are close to these."""
    own = {one.id: one for one in compared}
    near = [one for one in found if one.idea_id in own]
    lock_families(*{number for one in near for number in one[:2]}, *own)
    same = sa.select(*TEXTS).where(Idea.id.in_(own), waits_for_review())
    kept = {row[0] for row in db.session.execute(same) if _read(*row) == own[row[0]]}
    links = [one for one in near if one.idea_id in kept]
    others = {one.other_id for one in links} - kept
    waiting = set(db.session.scalars(sa.select(Idea.id).where(Idea.id.in_(others), waits_for_review())))
    _write(
        kept,
        [*links, *(VeryClose(one.other_id, one.idea_id, one.likeness) for one in links if one.other_id in waiting)],
    )


def _write(compared: set[int], links: Sequence[VeryClose]) -> None:
    """Keep of each idea the one that it is closest to; what had been compared before keeps what it was closer to."""
    links = [*links, *_list_known({one.idea_id for one in links} - compared)]
    online = set(db.session.scalars(sa.select(Idea.id).where(Idea.id.in_({one.other_id for one in links}), listed())))
    # One that is online comes first: it is what the other can be united with.
    ranked = sorted(links, key=lambda one: (one.other_id in online, one.likeness, -one.other_id))
    best = {one.idea_id: one for one in ranked}
    about = compared | best.keys()
    _execute(sa.delete(Resemblance).where(Resemblance.idea_id.in_(about)))
    rows = [best[number]._asdict() if number in best else {**ALONE, "idea_id": number} for number in sorted(about)]
    if rows:
        db.session.execute(sa.insert(Resemblance), rows)
    near = int(Signal.NEAR)
    _execute(sa.update(Idea).where(Idea.id.in_(best)).values(signals=Idea.signals.op("|")(near)))
    _execute(sa.update(Idea).where(Idea.id.in_(about - best.keys())).values(signals=Idea.signals.op("&")(~near)))


def _list_known(numbers: Collection[int]) -> list[VeryClose]:
    """Return what some ideas are known to be close to."""
    query = sa.select(Resemblance.idea_id, Resemblance.other_id, Resemblance.likeness)
    rows = db.session.execute(query.where(Resemblance.idea_id.in_(numbers)))
    return [VeryClose(number, other, likeness) for number, other, likeness in rows if other is not None]


def _execute(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))

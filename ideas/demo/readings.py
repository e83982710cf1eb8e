"""How the team of the demonstration reviews subjects: some are confirmed, read again by somebody else, or taken."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.assigning import give, take
from ideas.actions.internal_notes import write_note
from ideas.actions.second_reading import draw_subjects, say_pair
from ideas.actions.subjects import confirm
from ideas.demo.files import Demonstration
from ideas.demo.rows import find_member
from ideas.domain.accounts import Role
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, Membership, SecondDraw
from ideas.store.queries import second_readings

SEEDS = ("demonstration-1", "demonstration-2")
FIRST, NEXT, TAKEN, GIVEN = 8, 2, 2, 1  # subjects: read again, confirmed since, in the hands of somebody
SIZES = (3, 6)  # ideas of those that are confirmed
DISAGREES = 7  # the second reader says otherwise once in so many pairs
OWNER = "campagne@example.org"


def review_subjects(campaign: Campaign, content: Demonstration, *, now: datetime) -> None:
    """Confirm subjects, have all of a first draw read again, and half of another; take some, and note one thing."""
    subjects, reviewer = _list_subjects(campaign), find_member(Role.REVIEWER)
    for number in subjects[:FIRST]:
        confirm(number, actor=reviewer, now=now)
    _read(_draw(campaign, SEEDS[0], now), 1.0, now)
    for number in subjects[FIRST : FIRST + NEXT]:
        confirm(number, actor=reviewer, now=now)
    _read(_draw(campaign, SEEDS[1], now), 0.5, now)
    waiting = subjects[FIRST + NEXT :]
    for number in waiting[:TAKEN]:
        take(number, actor=reviewer, now=now)
    for number in waiting[TAKEN : TAKEN + GIVEN]:
        give(number, OWNER, actor=reviewer, now=now)
    titles = {one["number"]: one["title"] for one in content.ideas}
    for one in content.team["notes"]:
        if "subject_of" in one:
            subject = _find_subject(campaign, titles[one["subject_of"]])
            write_note(one["text"], cluster_id=subject, actor=find_member(Role(one["role"])), now=now)


def _list_subjects(campaign: Campaign) -> list[int]:
    size = sa.func.count()
    query = sa.select(Membership.cluster_id).where(Membership.run_id == campaign.current_run_id)
    sized = query.where(Membership.cluster_id.is_not(None)).group_by(Membership.cluster_id)
    return list(db.session.scalars(sized.having(size.between(*SIZES)).order_by(Membership.cluster_id)))


def _find_subject(campaign: Campaign, title: str) -> int:
    place = Membership.idea_id == Idea.id, Membership.run_id == campaign.current_run_id
    query = sa.select(Membership.cluster_id).join(Idea, sa.and_(*place))
    return db.session.scalars(query.where(Idea.campaign_id == campaign.id, Idea.title == title)).one()


def _draw(campaign: Campaign, seed: str, now: datetime) -> SecondDraw:
    return draw_subjects(campaign.id, seed=seed, actor=find_member(Role.MODERATOR), now=now)


def _read(draw: SecondDraw, share: float, now: datetime) -> None:
    """Read a share of the pairs of a draw; the second reader disagrees now and then."""
    reader = find_member(Role.MODERATOR)
    left = second_readings.count_progress(draw.id, reader.id).own_count
    for place in range(1, round(left * share) + 1):
        pair = second_readings.find_next(draw.id, reader.id)
        assert pair is not None
        is_same = pair.first_says if place % DISAGREES else not pair.first_says
        say_pair(pair.id, is_same=is_same, actor=reader, now=now)

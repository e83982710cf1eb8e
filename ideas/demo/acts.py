"""What people did in the demonstration: the moderator's decisions, the merges, the votes."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa

from ideas.demo.handling import add_steps, tell_acts
from ideas.demo.rows import NOT_CONFIRMED, ONCE_ON_LINE, Loading, insert, insert_numbered
from ideas.domain.accounts import Role
from ideas.domain.decisions import DecisionKind
from ideas.domain.publication import Publication
from ideas.store.chaining import note_decision
from ideas.store.database import db
from ideas.store.models import Decision, Idea, Merge, Vote

P = Publication


class DecisionColumns(TypedDict):
    """A row of the register, of an idea alone."""

    campaign_id: int
    kind: DecisionKind
    role: Role
    person_id: int
    idea_id: int
    other_idea_id: int | None
    reason: str
    note: str
    decided_at: datetime


class VoteColumns(TypedDict):
    """A vote that was cast."""

    idea_id: int
    person_id: int
    cast_at: datetime


def add_decisions(loading: Loading) -> None:
    """Write what the moderator decided, in the order of time, and the merges that followed."""
    decisions = sorted(_tell_decisions(loading), key=lambda row: (row["decided_at"], row["idea_id"], row["kind"]))
    numbers = insert_numbered(Decision, decisions)
    note_decision(loading.campaign.id)
    add_steps(loading, list(zip(numbers, decisions, strict=True)))
    merges = [
        {
            "idea_id": row["idea_id"],
            "into_id": row["other_idea_id"],
            "previous_publication": P.PUBLISHED,
            "decision_id": number,
            "merged_at": row["decided_at"],
        }
        for number, row in zip(numbers, decisions, strict=True)
        if row["kind"] is DecisionKind.MERGE
    ]
    insert(Merge, merges)
    pointed = [{"id": row["idea_id"], "publication": P.MERGED, "canonical_id": row["into_id"]} for row in merges]
    db.session.execute(sa.update(Idea), pointed)


def _tell_decisions(loading: Loading) -> Iterable[DecisionColumns]:
    for told in loading.content.all_ideas:
        number, publication = told["number"], Publication(told["publication"])
        if publication in ONCE_ON_LINE:
            yield _decision(loading, number, DecisionKind.PUBLISH, loading.reviewed[number])
        if publication is P.REFUSED:
            yield _decision(loading, number, DecisionKind.REFUSE, loading.reviewed[number], told)
        if publication is P.HIDDEN:
            yield _decision(loading, number, DecisionKind.HIDE, _later(loading, number), told)
        if publication is P.MERGED:
            merged = _decision(loading, number, DecisionKind.MERGE, _later(loading, number, told["merged_into"]))
            yield {**merged, "other_idea_id": loading.ideas[told["merged_into"]]}
        if publication is P.PUBLISHED:
            for kind, decided_at, reason in tell_acts(loading, told):
                yield {**_decision(loading, number, kind, decided_at), "reason": reason}


def _decision(
    loading: Loading, number: int, kind: DecisionKind, decided_at: datetime, why: dict[str, Any] | None = None
) -> DecisionColumns:
    return {
        "campaign_id": loading.campaign.id,
        "kind": kind,
        "role": Role.MODERATOR,
        "person_id": loading.moderator_id,
        "idea_id": loading.ideas[number],
        "other_idea_id": None,
        "reason": why["reason"] if why else "",
        "note": why["reason_note"] if why else "",
        "decided_at": decided_at,
    }


def _later(loading: Loading, *numbers: int) -> datetime:
    """Return when the first of the ideas `numbers` was hidden or merged: once all of them were on line."""
    on_line = max(loading.reviewed[number] for number in numbers)
    return on_line + (loading.now - on_line) * random.Random(numbers[0]).uniform(0.2, 0.7)


def add_votes(loading: Loading) -> None:
    """Write the votes and what every page counts from them."""
    votes = [
        vote for told in loading.content.all_ideas for vote in (*_list_own(loading, told), *_draw_votes(loading, told))
    ]
    insert(Vote, sorted(votes, key=lambda vote: (vote["cast_at"], vote["idea_id"], vote["person_id"])))
    _count_votes(loading, votes)


def _list_own(loading: Loading, told: dict[str, Any]) -> list[VoteColumns]:
    """Return the support that an author gives by sending an idea."""
    if Publication(told["publication"]) in NOT_CONFIRMED:
        return []
    number = told["number"]
    author_id = loading.people[told["author"]]
    return [{"idea_id": loading.ideas[number], "person_id": author_id, "cast_at": loading.sent[number]}]


def _draw_votes(loading: Loading, told: dict[str, Any]) -> list[VoteColumns]:
    """Draw the supporters of an idea that was on line, as many among the contributors as its weight says."""
    number, publication = told["number"], Publication(told["publication"])
    if publication not in ONCE_ON_LINE:
        return []
    draw, since = random.Random(number), loading.reviewed[number]
    until = loading.now if publication is P.PUBLISHED else _later(loading, number)
    others = [
        one["key"] for one in loading.content.people if one["role"] == Role.CONTRIBUTOR and one["key"] != told["author"]
    ]
    voters = draw.sample(others, round(len(others) * told["weight"] / 100))
    # The square of an even draw: support comes fast at first, then more slowly.
    return [
        {
            "idea_id": loading.ideas[number],
            "person_id": loading.people[key],
            "cast_at": since + (until - since) * draw.random() ** 2,
        }
        for key in voters
    ]


def _count_votes(loading: Loading, votes: Sequence[VoteColumns]) -> None:
    """Set each count: an idea's own people, and for a kept idea the distinct people over its family."""
    people: dict[int, set[int]] = {idea_id: set() for idea_id in loading.ideas.values()}
    for vote in votes:
        people[vote["idea_id"]].add(vote["person_id"])
    own = {idea_id: set(some) for idea_id, some in people.items()}
    for told in loading.content.all_ideas:
        if told["merged_into"]:
            people[loading.ideas[told["merged_into"]]] |= own[loading.ideas[told["number"]]]
    db.session.execute(sa.update(Idea), [{"id": idea_id, "vote_count": len(some)} for idea_id, some in people.items()])

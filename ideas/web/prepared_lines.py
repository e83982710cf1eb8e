"""Prepared answers in words: what each would do, and why it cannot be published as it is."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext

from ideas.domain.handling import STATE_NAMES, can_follow
from ideas.domain.publication import Publication
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.languages import say_day
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.prepared import PreparedLine, PreparedMember
from ideas.web.labels import StateTag, handling_tag
from ideas.web.triage.presentation import name_living

WORKER_IS_LATE = timedelta(minutes=5)


class PreparedRow(NamedTuple):
    """A prepared answer, as the list and the preview show it."""

    line: PreparedLine
    title: str
    url: str
    tag: StateTag
    titles: list[tuple[int, str]]
    hearer_count: int
    problems: list[str]
    is_overdue: bool


def list_prepared(campaign: Campaign, only: Collection[int] | None = None) -> list[PreparedRow]:
    """Return the prepared answers that this person may publish; of those of some numbers when `only` says which."""
    actor = find_actor()
    lines = [one for one in queries.prepared.list_lines(campaign, actor) if only is None or one.id in only]
    numbers = [one.id for one in lines]
    members = queries.prepared.list_members(numbers) if numbers else {}
    hearers = queries.prepared.count_hearers(numbers, actor) if numbers else {}
    is_nameless = any(one.cluster_id and not one.subject for one in lines)
    names = name_living(campaign) if is_nameless else {}
    return [_make_row(one, members[one.id], hearers.get(one.id, 0), names) for one in lines]


def part_by_readiness(rows: list[PreparedRow]) -> tuple[list[PreparedRow], list[PreparedRow]]:
    """Return the answers that can be published together, and those that cannot; of two to one idea, the first can."""
    ready, left, answered = list[PreparedRow](), list[PreparedRow](), set[int]()
    for row in rows:
        numbers = {number for number, _title in row.titles}
        if twice := sorted(numbers & answered):
            words = gettext("L’idée n° %(number)s est aussi dans une autre réponse cochée.", number=twice[0])
            row.problems.append(words)
        (left if row.problems else ready).append(row)
        answered |= set() if row.problems else numbers
    return ready, left


def _make_row(
    line: PreparedLine, members: list[PreparedMember], hearer_count: int, names: dict[int, str]
) -> PreparedRow:
    tag = handling_tag(line.outcome)
    if line.promised_on:
        day = say_day(line.promised_on)
        tag = StateTag(gettext("%(state)s : %(day)s", state=tag.words, day=day), tag.tone)
    return PreparedRow(
        line,
        _name(line, members, names),
        url_for("prepared.edit", prepared_id=line.id),
        tag,
        [(one.idea_id, one.title) for one in members],
        hearer_count,
        _list_problems(line, members),
        line.due_at is not None and line.due_at + WORKER_IS_LATE < now(),
    )


def _name(line: PreparedLine, members: list[PreparedMember], names: dict[int, str]) -> str:
    if line.cluster_id is not None:
        number = gettext("Sujet n° %(number)s", number=line.cluster_id)
        return line.subject or names.get(line.cluster_id) or number
    return members[0].title if members else gettext("Aucune idée")


def _list_problems(line: PreparedLine, members: list[PreparedMember]) -> list[str]:
    """Say what changed since the answer was written, idea by idea: it is to be read again before it is published."""
    problems = [] if members else [gettext("Les idées auxquelles elle répondait ne sont plus là.")]
    if line.promised_on and line.promised_on < (line.due_at or now()).date():
        problems.append(gettext("La date promise est passée."))
    return problems + [words for one in members if (words := _find_problem(line, one))]


def _find_problem(line: PreparedLine, one: PreparedMember) -> str:
    number = one.idea_id
    if one.publication is not Publication.PUBLISHED:
        return gettext("L’idée n° %(number)s n’est plus en ligne.", number=number)
    if one.last_step > line.seen_step or not can_follow(one.handling, line.outcome):
        state = gettext(STATE_NAMES[one.handling])
        return gettext("L’idée n° %(number)s a changé : elle est « %(state)s ».", number=number, state=state)
    if line.cluster_id is not None and one.cluster_id != line.cluster_id:
        return gettext("L’idée n° %(number)s n’est plus dans ce sujet.", number=number)
    return ""

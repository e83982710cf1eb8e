"""The queue of the bench: which subjects to review, in which order, and which come before and after the chosen one."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask import request, url_for
from flask_babel import gettext, ngettext

from ideas.domain.clusters import ReviewStatus
from ideas.domain.errors import N_
from ideas.http import paging
from ideas.http.actor import find_actor
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.clusters import CurrentCluster
from ideas.store.queries.triage import BenchCounts

QUEUE = 30
ALONE = "sans"  # the turn of the ideas of no subject
UNSURE = 0.5  # of robustness, under which a subject is told to be uncertain
TURNS = {ReviewStatus.CHANGED: 0, ReviewStatus.JOINED: 0, ReviewStatus.PROPOSED: 1, ReviewStatus.CONFIRMED: 2}
Keeps = Callable[[CurrentCluster], bool]


def is_own(row: CurrentCluster) -> bool:
    """Tell whether whoever asks has taken a subject."""
    return row.assignee_id is not None and row.assignee_id == find_actor().id


FILTERS: dict[str, tuple[str, Keeps]] = {
    "a-relire": (N_("À relire"), lambda row: row.review_status is not ReviewStatus.CONFIRMED),
    "arrivees": (N_("Arrivées"), lambda row: row.unseen_count > 0),
    "incertains": (N_("Incertains"), lambda row: row.review_status is ReviewStatus.PROPOSED and is_unsure(row)),
    "les-miens": (N_("Les miens"), is_own),
    "relus": (N_("Relus"), lambda row: row.review_status is ReviewStatus.CONFIRMED),
    "tous": (N_("Tous"), lambda _row: True),
}


class Sought(NamedTuple):
    """What of the queue is looked at: one of its filters, and words of a name."""

    filter: str
    words: str

    def lead(self, **given: object) -> str:
        """Return the address of the bench, the same of the queue being looked at."""
        kept = self.filter if self.filter != "a-relire" else None
        return url_for("triage.show", filtre=kept, q=self.words or None, **given)  # type: ignore[arg-type]


def read_view() -> Sought:
    """Return what of the queue the address, or a form of the bench, asks for."""
    name = request.values.get("filtre", "")
    return Sought(name if name in FILTERS else "a-relire", request.values.get("q", "").strip()[:80])


def is_unsure(row: CurrentCluster) -> bool:
    """Tell whether the machine finds a subject again less than every other time."""
    return _find_sureness(row) < UNSURE


def _find_sureness(row: CurrentCluster) -> float:
    return row.cohesion if row.robustness is None else row.robustness


def rank(rows: list[CurrentCluster], people: Mapping[int, int]) -> list[CurrentCluster]:
    """Return subjects in the order to review them: those that changed, then by uncertainty × people.

    >>> from types import SimpleNamespace as a
    >>> sure, torn, grown, done = (
    ...     a(id=1, review_status=ReviewStatus.PROPOSED, vote_count=9, cohesion=0.9, robustness=None),
    ...     a(id=2, review_status=ReviewStatus.PROPOSED, vote_count=9, cohesion=0.9, robustness=0.1),
    ...     a(id=3, review_status=ReviewStatus.JOINED, vote_count=0, cohesion=0.9, robustness=None),
    ...     a(id=4, review_status=ReviewStatus.CONFIRMED, vote_count=99, cohesion=0.1, robustness=None),
    ... )
    >>> [row.id for row in rank([done, sure, torn, grown], {1: 9, 2: 9, 4: 99})]
    [3, 2, 1, 4]
    """
    return sorted(rows, key=lambda row: (TURNS[row.review_status], -_weigh(row, people), row.id))


def _weigh(row: CurrentCluster, people: Mapping[int, int]) -> float:
    return people.get(row.id, 0) * (1 - _find_sureness(row))


def count_before_alone(ranked: list[CurrentCluster], people: Mapping[int, int], support: int) -> int:
    """Return how many of the `ranked` subjects come before the ideas alone, the best of which has so much support.

    An idea alone is a subject of which nothing is sure.
    """
    turn = TURNS[ReviewStatus.PROPOSED]
    return sum((TURNS[row.review_status], -_weigh(row, people)) < (turn, -support) for row in ranked)


class QueueLine(NamedTuple):
    """A subject of the queue, and what a reviewer should know before opening it."""

    title: str
    url: str
    idea_count: int
    people_count: int | None
    remark: str
    tone: str
    taken: str
    is_current: bool


class Queue(NamedTuple):
    """The subjects looked at, in order, the chosen one among them or not.

    Before the one at `alone_at` it is the turn of the ideas alone, of which `unread_count` wait; None: it never comes.
    """

    sought: Sought
    rows: list[CurrentCluster]
    names: Mapping[int, str]
    people: Mapping[int, int]
    chosen: CurrentCluster | None
    alone_at: int | None = None
    unread_count: int = 0

    def admit_alone(self, waiting: BenchCounts) -> "Queue":
        """Return the queue with the turn of the ideas alone, when any is to be read and all that waits is looked at."""
        if not waiting.unread_count or self.sought != Sought("a-relire", ""):
            return self
        before = count_before_alone(self.rows, self.people, waiting.unread_support or 0)
        return self._replace(alone_at=before, unread_count=waiting.unread_count)

    def list_turns(self) -> list[int | str]:
        """Return the numbers of the subjects, and `ALONE` where it is the turn of the ideas alone."""
        turns: list[int | str] = [row.id for row in self.rows]
        if self.alone_at is not None:
            turns.insert(self.alone_at, ALONE)
        return turns

    def find_beside(self, step: int) -> int | str | None:
        """Return the turn before (-1) or after (1) that of the chosen subject; the first for one that left.

        After the last subject it is again that of the ideas alone, for whoever passed it.
        """
        turns = self.list_turns()
        if self.chosen is None or self.chosen.id not in turns:
            return turns[0] if turns and step > 0 else None
        place = turns.index(self.chosen.id) + step
        if place == len(turns) and self.alone_at is not None:
            return ALONE
        return turns[place] if 0 <= place < len(turns) else None

    def lead_to(self, turn: int | str | None) -> str:
        """Return the address of a turn."""
        return url_for("triage.alone") if turn == ALONE else self.sought.lead(sujet=turn)

    def list_page(self) -> tuple[list[QueueLine], paging.Page]:
        """Return the lines of the page that is asked for, else of that of the chosen subject."""
        numbers = [row.id for row in self.rows]
        at = numbers.index(self.chosen.id) if self.chosen and self.chosen.id in numbers else 0
        page = paging.read_page(len(self.rows), QUEUE, "file")
        if "file" not in request.values:
            page = page._replace(number=at // QUEUE + 1)
        start = (page.number - 1) * QUEUE
        lines = [self._make_line(row) for row in self.rows[start : start + QUEUE]]
        if self.alone_at is not None and page.number == 1 + max(0, min(self.alone_at, len(self.rows) - 1)) // QUEUE:
            lines.insert(self.alone_at - start, self._make_alone_line())
        return lines, page

    def _make_alone_line(self) -> QueueLine:
        title, url = gettext("Idées sans sujet"), self.lead_to(ALONE)
        return QueueLine(title, url, self.unread_count, None, gettext("à lire"), "promise", "", is_current=False)

    def _make_line(self, row: CurrentCluster) -> QueueLine:
        remark, tone = _say_remark(row)
        return QueueLine(
            title=self.names[row.id],
            url=self.sought.lead(sujet=row.id),
            idea_count=row.idea_count,
            people_count=self.people.get(row.id, 0),
            remark=remark,
            tone=tone,
            taken=say_taken(row),
            is_current=self.chosen is not None and row.id == self.chosen.id,
        )


def make_queue(
    rows: list[CurrentCluster],
    names: Mapping[int, str],
    people: Mapping[int, int],
    asked: int | None = None,
) -> Queue:
    """Return the queue, with the subject that is asked for, else the first to review.

    One that an act has just emptied or joined gives its turn to the one that was to follow (`suite`), or to the first.
    """
    sought = read_view()
    keeps, words = FILTERS[sought.filter][1], _fold(sought.words)
    kept = [row for row in rank(rows, people) if keeps(row) and (not words or words in _fold(names[row.id]))]
    chosen = next((row for row in rows if row.id == asked), None)
    if asked is not None and chosen is None and not ("suite" in request.args or request.method == "POST"):
        found(chosen)
    following = request.values.get("suite", 0, type=int)
    chosen = chosen or next((row for row in kept if row.id == following), None) or next(iter(kept), None)
    return Queue(sought, kept, names, people, chosen)


def find_next_url(campaign: Campaign) -> str:
    """Return the address of the first turn of the queue, after an act that ended one."""
    rows = queries.clusters.list_current(campaign)
    given = (dict.fromkeys((row.id for row in rows), ""), queries.supports.count_people(campaign))
    queue = make_queue(rows, *given).admit_alone(queries.triage.count_waiting(campaign))
    return queue.lead_to(next(iter(queue.list_turns()), None))


class FilterLink(NamedTuple):
    """A filter of the queue, how many subjects it keeps, and whether it is the one."""

    label: str
    url: str
    size: int
    is_current: bool


def offer_filters(rows: list[CurrentCluster], sought: Sought) -> list[FilterLink]:
    """Return the filters of the queue."""
    return [
        FilterLink(gettext(label), sought._replace(filter=name).lead(), sum(map(keeps, rows)), name == sought.filter)
        for name, (label, keeps) in FILTERS.items()
    ]


def _fold(text: str) -> str:
    """Return a text as it is looked for: neither capitals nor accents count."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


def say_taken(row: CurrentCluster) -> str:
    """Return who has taken a subject, in words: nobody is named."""
    if is_own(row):
        return gettext("à vous")
    return gettext("pris par quelqu’un d’autre") if row.assignee_id is not None else ""


def _say_remark(row: CurrentCluster) -> tuple[str, str]:
    if row.unseen_count:
        return ngettext("%(num)s arrivée", "%(num)s arrivées", row.unseen_count), "promise"
    if row.review_status is ReviewStatus.CHANGED:
        return gettext("à revoir"), "late"
    if row.review_status is ReviewStatus.CONFIRMED:
        return gettext("relu"), "good"
    return (gettext("incertain"), "late") if is_unsure(row) else ("", "")

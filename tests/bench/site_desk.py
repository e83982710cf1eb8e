"""A desk on a site: an SQLite campaign, the queue and pages that `/triage` serves, the acts behind its buttons."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from unittest.mock import patch

from tests.bench.reviewed import Reviewed
from tests.bench.reviewer import ALONE, Desk

KEY = "0" * 64


class Site(NamedTuple):
    """The campaign, whoever reviews it, and the number of the idea of each text."""

    campaign_id: int
    reviewer_id: int
    ideas: list[int]


@contextmanager
def filled_site(reviewed: Reviewed) -> Iterator[Site]:
    """Fill a site with the texts, each by somebody else and supported by as many people, and group them by a run."""
    with tempfile.TemporaryDirectory() as var:
        given = {"IDEAS_VAR": var, "IDEAS_DATABASE_URL": "", "IDEAS_SECRET_KEY": KEY}
        with patch.dict(os.environ, given):
            subprocess.run([sys.executable, "-m", "ideas.cli", "migrate"], check=True, capture_output=True)
            from ideas.app import create_app

            with create_app().test_request_context("/triage"):
                from ideas.store.database import db

                try:
                    yield _fill(reviewed)
                finally:
                    db.session.remove()
                    db.engine.dispose()


def _fill(reviewed: Reviewed) -> Site:
    import sqlalchemy as sa

    from ideas.actions.regrouping import regroup
    from ideas.domain.accounts import Role
    from ideas.retrieval.search import make_search_text
    from ideas.store.database import db
    from ideas.store.models import Campaign, Idea, Person, Vote

    now = datetime.now(UTC)
    dates = {"opens_at": now - timedelta(days=9), "closes_at": now + timedelta(days=99), "created_at": now}
    campaign = Campaign(slug="relecture", title="Relecture", question="Quelles données ?", **dates)
    reviewer = Person(role=Role.REVIEWER.value, created_at=now)
    db.session.add_all((campaign, reviewer))
    db.session.flush()
    people = max(1, sum(reviewed.supports), len(reviewed.rows))
    first = reviewer.id + 1
    db.session.execute(sa.insert(Person), [{"created_at": now}] * people)
    ideas = list(range(1, len(reviewed.rows) + 1))
    told = zip(ideas, reviewed.rows, reviewed.languages, reviewed.supports, strict=True)
    rows = [
        one._asdict()
        | {
            "id": number,
            "campaign_id": campaign.id,
            "author_id": first + number - 1,
            "language": language,
            "profile": "individual",
            "theme": "",
            "channel": "import",
            "search_text": make_search_text(one.title, one.data_wanted),
            "publication": "published",
            "vote_count": support,
            "created_at": now,
            "submitted_at": now,
            "published_at": now,
        }
        for number, one, language, support in told
    ]
    db.session.execute(sa.insert(Idea), rows)
    voters = iter(range(first, first + people))
    cast = [
        {"idea_id": number, "person_id": next(voters), "cast_at": now}
        for number, support in zip(ideas, reviewed.supports, strict=True)
        for _ in range(support)
    ]
    db.session.execute(sa.insert(Vote), cast)
    db.session.commit()
    site = Site(campaign.id, reviewer.id, ideas)
    regroup(site.campaign_id, now=now)
    return site


class SiteDesk(Desk):
    """A reviewer's desk on a site."""

    def __init__(self, site: Site, truth: dict[int, str]) -> None:
        super().__init__(truth)
        self.site = site
        self.texts = {number: text for text, number in enumerate(site.ideas)}
        self._look()

    def _look(self) -> None:
        """Read where each idea is."""
        from ideas.runs.inputs import read_picture

        subjects, _requests = read_picture(self.campaign.current_run_id)
        self.where = {text: subjects.get(number, ALONE) for text, number in enumerate(self.site.ideas)}

    @property
    def campaign(self):
        from ideas.store.database import db
        from ideas.store.models import Campaign

        return db.session.get_one(Campaign, self.site.campaign_id, populate_existing=True)

    def _act(self, act, *given) -> None:
        from ideas.store.database import db
        from ideas.store.models import Person

        act(*given, actor=db.session.get_one(Person, self.site.reviewer_id), now=datetime.now(UTC))
        self._look()

    def _number(self, texts: list[int]) -> list[int]:
        return [self.site.ideas[text] for text in texts]

    def list_turns(self) -> list[int]:
        from ideas.store import queries
        from ideas.web.triage import queue

        rows = queries.clusters.list_current(self.campaign)
        names = dict.fromkeys((row.id for row in rows), "")
        made = queue.make_queue(rows, names, queries.supports.count_people(self.campaign))
        turns = made.admit_alone(queries.triage.count_waiting(self.campaign)).list_turns()
        labelled = {self.where[one] for one in self.list_placed()}
        return [ALONE if turn == queue.ALONE else turn for turn in turns if turn == queue.ALONE or turn in labelled]

    def list_page(self) -> list[int]:
        from ideas.store import queries
        from ideas.store.queries.alone import READ_AT_ONCE

        page = queries.alone.list_alone(self.campaign, page=1, size=READ_AT_ONCE)
        return [self.texts[one.id] for one in page if not one.is_left]

    def _find_beside(self, subject: int):
        from ideas.store import queries
        from ideas.web.triage.lonely import READ
        from ideas.web.triage.targets import list_outer_links

        evidence = queries.subjects.list_evidence(subject, self.campaign.current_run_id)
        links = list_outer_links(evidence)
        nearby = queries.triage.list_nearby(self.campaign, {link.other_id for link in links}, most=READ)
        return {one.idea_id for one in evidence}, links, nearby

    def list_near(self, subject: int) -> list[int]:
        from ideas.web.triage.targets import list_neighbours

        _own, links, nearby = self._find_beside(subject)
        where = {one.id: one.cluster_id for one in nearby}
        names = dict.fromkeys(self.where.values(), "")
        return [one.id for one in list_neighbours(subject, links, where, names)]

    def list_lonely(self, subject: int) -> list[int]:
        from ideas.web.triage.lonely import list_lonely

        return [self.texts[one.id] for one in list_lonely(*self._find_beside(subject))]

    def move(self, texts: list[int], subject: int) -> None:
        from ideas.actions.membership import move

        self._act(move, self._number(texts), subject)

    def split(self, texts: list[int], subject: int) -> None:
        from ideas.actions.subjects import split

        self._act(split, subject, [self._number(texts)])

    def take_out(self, texts: list[int]) -> None:
        from ideas.actions.membership import take_out

        self._act(take_out, self._number(texts))

    def join(self, subject: int, other: int) -> None:
        from ideas.actions.subjects import join

        self._act(join, subject, [other])

    def gather(self, texts: list[int]) -> None:
        from ideas.actions.subjects import gather

        self._act(gather, self._number(texts))

    def confirm(self, subject: int) -> None:
        from ideas.actions.subjects import confirm

        self._act(confirm, subject)

    def leave(self, texts: list[int]) -> None:
        from ideas.actions.membership import leave_alone

        self._act(leave_alone, self._number(texts))

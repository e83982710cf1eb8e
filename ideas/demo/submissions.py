"""The ideas of the demonstration: when each was sent and reviewed, and what its row holds."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from ideas.demo.handling import answered_at, is_routed, routed_at
from ideas.demo.rows import NOT_CONFIRMED, ONCE_ON_LINE, Loading, add_people, insert_numbered
from ideas.domain.handling import Handling
from ideas.domain.ideas import FIELDS
from ideas.domain.publication import Publication
from ideas.domain.signals import find_signals
from ideas.retrieval.search import make_search_text
from ideas.store.database import db
from ideas.store.models import Answer, Idea, Producer

FIRST_HOUR, LAST_HOUR = time(6, tzinfo=UTC), time(21, tzinfo=UTC)
ANSWERS = ("answer", "promised_in_days", "dataset_url", "reason_category", "legal_basis")
SIGNING_UP = timedelta(minutes=5)  # from somebody's first visit to the idea that they came to send
LAST_DELAY = timedelta(hours=20)  # from the sending of an idea to its review


def add_ideas(loading: Loading) -> None:
    """Write every idea, each sent on its day and reviewed within hours."""
    told = loading.content.all_ideas
    loading.sent = _spread_over_days(told, loading.now)
    for idea in told:
        sent = loading.sent[idea["number"]]
        delay = LAST_DELAY * random.Random(idea["number"]).uniform(0.05, 1)
        loading.reviewed[idea["number"]] = min(sent + delay, sent + (loading.now - sent) / 2)
    add_people(loading, [(one, loading.sent[one["idea"]] - SIGNING_UP) for one in loading.content.newcomers])
    producers = dict(db.session.execute(sa.select(Producer.slug, Producer.id)).all())
    answers = _add_answers(loading, producers)
    was = loading.content.was
    rows = [_idea_row(loading, idea | was.get(idea["number"], {}), producers, answers) for idea in told]
    numbers = insert_numbered(Idea, rows)
    loading.ideas = dict(zip((idea["number"] for idea in told), numbers, strict=True))


def _idea_row(
    loading: Loading, told: dict[str, Any], producers: dict[str, int], answers: dict[int, int]
) -> dict[str, object]:
    """Return the columns of an idea; one that was merged is on line until its merge is written."""
    number, publication = told["number"], Publication(told["publication"])
    sent = loading.sent[number]
    texts = {one.name: told[one.name] or ([] if one.several else "") for one in FIELDS}
    return texts | {
        "campaign_id": loading.campaign.id,
        "author_id": None if publication in NOT_CONFIRMED else loading.people[told["author"]],
        "producer_id": producers.get(told["producer"]),
        "territory_code": told["territory"],
        "show_organisation": told["show_organisation"],
        "search_text": make_search_text(told["title"], told["data_wanted"], told["planned_use"]),
        "signals": int(find_signals(texts)),
        "publication": Publication.PUBLISHED if publication is Publication.MERGED else publication,
        "created_at": sent,
        "consented_at": sent,
        "submitted_at": None if publication in NOT_CONFIRMED else sent,
        "published_at": loading.reviewed[number] if publication in ONCE_ON_LINE else None,
        "handling": told["handling"] or Handling.RECEIVED,
        "answer_id": answers.get(number),
        "routed_to_id": producers.get(told["producer"]) if is_routed(told) else None,
        "routed_at": routed_at(loading, told) if is_routed(told) else None,
    }


def _add_answers(loading: Loading, producers: dict[str, int]) -> dict[int, int]:
    """Write the official answers, and return the number of each by the number of its idea."""
    told = [one for one in loading.content.all_ideas if any(one[name] not in (None, "") for name in ANSWERS)]
    numbers = insert_numbered(Answer, [_answer_row(loading, one, producers) for one in told])
    return dict(zip((one["number"] for one in told), numbers, strict=True))


def _answer_row(loading: Loading, told: dict[str, Any], producers: dict[str, int]) -> dict[str, object]:
    promised = told["promised_in_days"]
    return {
        "campaign_id": loading.campaign.id,
        "text": told["answer"] or "",
        "outcome": told["handling"],
        "producer_id": producers.get(told["producer"]),
        "answered_on": answered_at(loading, told).date() if told["answer"] else None,
        "promised_on": None if promised is None else loading.now.date() + timedelta(days=promised),
        "dataset_url": told["dataset_url"] or "",
        "reason": told["reason_category"] or "",
        "legal_basis": told["legal_basis"] or "",
    }


def _spread_over_days(ideas: Sequence[dict[str, Any]], now: datetime) -> dict[int, datetime]:
    """Return when each idea was sent: over the hours of its day, in the order of numbers, and never after `now`."""
    by_day: dict[int, list[int]] = {}
    for idea in ideas:
        by_day.setdefault(idea["days_ago"], []).append(idea["number"])
    moments = {}
    for days, numbers in by_day.items():
        day = now.date() - timedelta(days=days)
        begins, ends = datetime.combine(day, FIRST_HOUR), datetime.combine(day, LAST_HOUR)
        if days == 0:
            begins, ends = now - timedelta(hours=3), now
        for place, number in enumerate(numbers):
            share = (place + random.Random(number).uniform(0.1, 0.9)) / len(numbers)
            moments[number] = begins + (ends - begins) * share
    return moments

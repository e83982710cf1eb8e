"""Rows on waves: are ideas sent together found among half a year of ordinary ones, and nothing else.

The ordinary ideas are the texts of a labelled file, more in the first and the last week than in the others, more by day
than by night; "in the news", half of the subjects are once, and half of their texts come in the three days that follow.
Among them come calls: people say one idea of the demonstration in their own words (`paraphrases`), most of them within
a day. An alarm is false when most of its ideas are ordinary; `found`, of the call that is found least.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

from ideas.runs.waves import find_sent_together
from ideas.similarity import compose
from ideas.similarity.neighbours.knn_graph import build_knn_graph
from ideas.similarity.text.tfidf import Corpus
from tests.bench.corpus import DEMONSTRATION
from tests.bench.paraphrases import paraphrase
from tests.bench.rows import row

SIZES = (50, 200, 1_000, 5_000)
START, WEEKS = datetime(2026, 3, 2, tzinfo=UTC), 26
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 12, 10, 12, 13, 13, 12, 12, 11, 10, 10, 8, 5, 2)  # how many send when
LONG = 250  # letters of an idea that is worth saying again


@row("waves found", "ideas, nobody calls", kind="subject")
@row("waves found", "ideas, nobody calls", kind="near")
def find_none(case):
    _judge(case, ())


@row("waves found", "ideas, nobody calls, in the news", kind="subject")
def find_none_in_the_news(case):
    _judge(case, (), in_the_news=True)


def _enter(size):
    @row("waves found", f"ideas, a call of {size:,}", kind="subject")
    @row("waves found", f"ideas, a call of {size:,}", kind="near")
    def find_one(case):
        _judge(case, (size,))


for _size in SIZES:
    _enter(_size)


@row("waves found", "ideas, all these calls", kind="subject")
@row("waves found", "ideas, all these calls", kind="near")
def find_all(case):
    _judge(case, SIZES)


def _judge(case, sizes, *, in_the_news=False):
    chance = random.Random(len(sizes) * 10_000 + sum(sizes))
    texts, times, calls = list(case.texts), _time(case, chance, in_the_news=in_the_news), []
    for size, said in zip(sizes, chance.sample(_list_long(), len(sizes)), strict=True):
        calls.append(set(range(len(texts), len(texts) + size)))
        texts += [compose(*paraphrase(*said, chance)) for _ in range(size)]
        times += _answer_call(chance, size)
    languages = case.languages + ["fr"] * sum(sizes)

    def find():
        matrix = Corpus.fit(texts, languages).matrix
        return find_sent_together(matrix, build_knn_graph(matrix, 10, 0.1), dict(enumerate(times)))

    waves = [set(wave) for wave in case.measure(find, len(texts))]
    injected = set().union(*calls)
    alarms = [wave for wave in waves if 2 * len(wave & injected) < len(wave)]
    right = [wave for wave in waves if wave not in alarms]
    if calls:
        found = min(len(call & set().union(*right)) / len(call) for call in calls)
        ordinary = sum(len(wave - injected) for wave in right)
        case.note(found=found, waves_a_call=len(right) / len(calls), ordinary_within=ordinary)
    case.note(false_alarms_a_week=len(alarms) / WEEKS)


def _list_long():
    """Return the ideas that are worth saying again: their titles and what else they say."""
    ideas = map(json.loads, DEMONSTRATION.read_text(encoding="utf-8").splitlines())
    said = [(one["title"], f"{one['data_wanted']}\n{one['planned_use'] or ''}") for one in ideas]
    return [(title, body) for title, body in said if len(body) > LONG]


def _answer_call(chance, size):
    """Return when people who answer one call send: most within hours, the last some days later."""
    called_at = _fall(chance, START + timedelta(days=chance.randrange(7, 7 * WEEKS - 14)))
    return [_shift(called_at + timedelta(hours=chance.lognormvariate(2, 1.1)), chance) for _ in range(size)]


def _time(case, chance, *, in_the_news):
    """Return when each ordinary text is sent."""
    weeks = [chance.choice((0, WEEKS - 1)) if chance.random() < 0.2 else chance.randrange(WEEKS) for _ in case.texts]
    days = [START + timedelta(days=7 * week + chance.randrange(7)) for week in weeks]
    if in_the_news:
        told = [label for label in sorted(set(case.labelled.labels)) if chance.random() < 0.5]
        news = {label: START + timedelta(days=chance.randrange(7 * WEEKS - 3)) for label in told}
        for place, label in enumerate(case.labelled.labels):
            if label in news and chance.random() < 0.5:
                days[place] = news[label] + timedelta(days=min(2, int(chance.expovariate(1))))
    return [_fall(chance, day) for day in days]


def _fall(chance, day):
    return day.replace(hour=chance.choices(range(24), HOURS)[0]) + timedelta(seconds=chance.randrange(3600))


def _shift(at, chance):
    """Leave the night: who would send then sends in the morning."""
    return at.replace(hour=7 + chance.randrange(3)) if at.hour < 6 else at

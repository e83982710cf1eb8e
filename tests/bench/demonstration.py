"""Rows on the demonstration: does the catalogue answer the idea, and does the panel say so.

`answered.jsonl` names, for the ideas of the demonstration that a data set of its catalogue answers if only in part,
these data sets; the others have none. Both were written by this project, by reading: a real catalogue is larger and
its words differ more from those of the ideas, so that the figures are higher than life.
"""

from __future__ import annotations

import json
from pathlib import Path

from ideas.demo.files import read_demonstration
from ideas.retrieval.similar import ALREADY_OPEN
from ideas.similarity import compose
from ideas.similarity.index import SimilarIndex
from tests.bench.rows import row

LABELS = Path(__file__).parent / "answered.jsonl"
SHOWN = 3  # data sets in the panel
ON_LINE = ("published", "merged")


@row("is it open already", "ideas, title, need and use", kind="demonstration")
def answer_from_all(case):
    _judge(case, lambda idea: f"{idea['title']}\n{idea['data_wanted']}\n{idea['planned_use'] or ''}")


@row("is it open already", "ideas, title alone", kind="demonstration")
def answer_from_title(case):
    _judge(case, lambda idea: idea["title"])


def _judge(case, say):
    content = read_demonstration()
    ideas = [idea for idea in content.ideas if idea["publication"] in ON_LINE]
    index = SimilarIndex.build(*zip(*((one["key"], _compose(one)) for one in content.datasets), strict=True))
    found = case.measure(lambda: {idea["number"]: index.search(say(idea), 5) for idea in ideas}, len(ideas))
    lines = map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())
    answers = {line["number"]: set(line["datasets"]) for line in lines}
    case.note(
        answered=len(answers),
        recall_at_5=_share(any(hit.id in answers[number] for hit in found[number]) for number in answers),
    )
    # The threshold was chosen on ideas of even number; those of odd number judge it.
    for name, rest in (("chosen", 0), ("judged", 1)):
        shown = {
            number: [hit.id for hit in hits[:SHOWN] if hit.likeness >= ALREADY_OPEN]
            for number, hits in found.items()
            if number % 2 == rest
        }
        right = [key in answers.get(number, ()) for number, keys in shown.items() for key in keys]
        told = _share(
            any(key in answers[number] for key in keys) for number, keys in shown.items() if number in answers
        )
        case.note(**{f"precision_{name}": _share(right), f"told_{name}": told})


def _compose(dataset):
    return compose(dataset["title"], f"{dataset['description']}\n{dataset['organisation']}\n{dataset['tags']}")


def _share(facts):
    facts = list(facts)
    return sum(facts) / max(1, len(facts))

"""The demonstration campaign as its files tell it: people, places, producers, a catalogue, and ideas in every state.

Days count back from the day of loading, so that the campaign is always in its last week. `weight` (0 to 100) says how
many of the people support an idea; `merged_into` names an idea by its number in the file. An idea reads as in its file
once its change is published: what it `was` before is told beside the change.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Demonstration:
    """What the files hold, one dictionary a line."""

    campaign: dict[str, Any]
    people: list[dict[str, Any]]
    producers: list[dict[str, str]]
    territories: list[dict[str, str]]
    ideas: list[dict[str, Any]]
    datasets: list[dict[str, str]]
    questions: list[dict[str, Any]]
    uses: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    edits: list[dict[str, Any]]


def read_demonstration() -> Demonstration:
    """Read the files beside this module."""
    return Demonstration(
        campaign=json.loads(_read("campaign.json")),
        people=_read_lines("people.jsonl"),
        producers=list(csv.DictReader(_read("producers.csv").splitlines())),
        territories=list(csv.DictReader(_read("territories.csv").splitlines())),
        ideas=_read_lines("ideas.jsonl"),
        datasets=_read_lines("catalogue.jsonl"),
        questions=_read_lines("questions.jsonl"),
        uses=_read_lines("uses.jsonl"),
        comments=_read_lines("comments.jsonl"),
        edits=_read_lines("edits.jsonl"),
    )


def _read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _read(name).splitlines()]


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")

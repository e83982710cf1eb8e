"""The demonstration campaign as its files tell it: people, places, producers, a catalogue, and ideas in every state.

Days count back from the day of loading, so that the campaign is always in its last week. `weight` (0 to 100) says how
many of the people support an idea; `merged_into` names an idea by its number in the file.
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


def read_demonstration() -> Demonstration:
    """Read the files beside this module."""
    return Demonstration(
        campaign=json.loads(_read("campaign.json")),
        people=[json.loads(line) for line in _read("people.jsonl").splitlines()],
        producers=list(csv.DictReader(_read("producers.csv").splitlines())),
        territories=list(csv.DictReader(_read("territories.csv").splitlines())),
        ideas=[json.loads(line) for line in _read("ideas.jsonl").splitlines()],
        datasets=[json.loads(line) for line in _read("catalogue.jsonl").splitlines()],
        questions=[json.loads(line) for line in _read("questions.jsonl").splitlines()],
        uses=[json.loads(line) for line in _read("uses.jsonl").splitlines()],
    )


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")

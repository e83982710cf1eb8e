"""The demonstration campaign as its files tell it: people, places, producers, a catalogue, and ideas in every state.

Days count back from the day of loading, so that the campaign is always in its last week. `weight` (0 to 100) says how
many of the people support an idea; `merged_into` names an idea by its number in the file. An idea reads as in its file
once its change is published: what it `was` before is told beside the change. Waves have a file of their own: what is
measured on the ideas is measured without them.
"""

import csv
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ideas.domain.accounts import Role
from ideas.domain.handling import Handling
from ideas.domain.publication import Publication

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
    waves: list[dict[str, Any]]
    team: dict[str, list[dict[str, Any]]]

    @cached_property
    def all_ideas(self) -> list[dict[str, Any]]:
        """The ideas, then those of the waves, numbered after them; who has no name comes for the first time."""
        own = ("theme", "producer", "use_kinds", "profile", "days_ago")
        usual = dict.fromkeys(self.ideas[0]) | {"obstacles": [], "show_organisation": False, "language": "fr"}
        usual |= {"publication": Publication.PUBLISHED, "handling": Handling.RECEIVED}
        sent = [usual | {name: wave[name] for name in own} | idea for wave in self.waves for idea in wave["ideas"]]
        numbered = enumerate(sent, start=len(self.ideas) + 1)
        return self.ideas + [
            idea | {"number": number, "author": idea["author"] or f"w{number}", "weight": number % 7}
            for number, idea in numbered
        ]

    @cached_property
    def was(self) -> dict[int, dict[str, str]]:
        """What ideas said before their authors changed them, or a passage was taken out."""
        return {one["idea"]: one["was"] for one in (*self.edits, *self.team["redactions"])}

    @cached_property
    def newcomers(self) -> list[dict[str, Any]]:
        """The people who came to send an idea of a wave, by the idea: the number that it has."""
        known = {one["key"] for one in self.people}
        usual = {"profile": "individual", "language": "fr", "role": Role.CONTRIBUTOR}
        came = [idea for idea in self.all_ideas if idea["author"] not in known]
        return [
            usual | {"key": idea["author"], "email": f"riverain{place}@example.org", "idea": idea["number"]}
            for place, idea in enumerate(came, start=1)
        ]


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
        waves=_read_lines("waves.jsonl"),
        team=json.loads(_read("team.json")),
    )


def _read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _read(name).splitlines()]


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")

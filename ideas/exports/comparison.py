"""What changed between two editions, read from their published files alone: anyone can find the same."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

FILE = "ideas.jsonl"


@dataclass(frozen=True)
class Comparison:
    """The numbers of the ideas added, removed and changed, and how many changed in each column."""

    added: list[int]
    removed: list[int]
    changed: list[int]
    columns: dict[str, int]


def compare_editions(before: Path, after: Path) -> Comparison:
    """Return what changed in the ideas from one edition, by its folder, to another."""
    old, new = _read(before / FILE), _read(after / FILE)
    columns: Counter[str] = Counter()
    changed = []
    for number in sorted(old.keys() & new.keys()):
        names = [name for name in old[number] | new[number] if old[number].get(name) != new[number].get(name)]
        columns.update(names)
        if names:
            changed.append(number)
    return Comparison(
        added=sorted(new.keys() - old.keys()),
        removed=sorted(old.keys() - new.keys()),
        changed=changed,
        columns=dict(sorted(columns.items())),
    )


def _read(path: Path) -> dict[int, dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}

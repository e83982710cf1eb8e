"""What changed between two editions, read from their published files alone: anyone can find the same."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

FILE = "ideas.jsonl"


def compare_editions(before: Path, after: Path) -> dict[str, Any]:
    """Return the numbers of the ideas added, removed and changed, and how many changed in each column."""
    old, new = _read(before / FILE), _read(after / FILE)
    columns: Counter[str] = Counter()
    changed = []
    for number in sorted(old.keys() & new.keys()):
        names = [name for name in old[number] | new[number] if old[number].get(name) != new[number].get(name)]
        columns.update(names)
        if names:
            changed.append(number)
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": changed,
        "columns": dict(sorted(columns.items())),
    }


def _read(path: Path) -> dict[int, dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}

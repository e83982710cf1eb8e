"""The register as a chain: each line carries the hash of what is public of it and of the line before it.

A line holds a commitment to its note and not the note: the hash of a salt and of the text. Words that must go are
dropped with their salt, so that nobody can guess them from the hash, and the chain still verifies. What is hashed may
never change, neither its fields nor the words of `DecisionKind`: lines written years ago are computed again.
"""

import hashlib
import json
from typing import NamedTuple


class ChainedLine(NamedTuple):
    """What is public of a decision, in the order in which it is hashed; `number` counts from 1 in each campaign."""

    number: int
    id: int
    kind: str
    role: str
    idea_id: int | None
    other_idea_id: int | None
    cluster_id: int | None
    reason: str
    note_hash: str
    decided_on: str


def commit_to(text: str, salt: str) -> str:
    """Return the hash that binds a text without telling it."""
    return hashlib.sha256((salt + text).encode()).hexdigest()


def chain(previous: str, line: ChainedLine) -> str:
    """Return the hash of a line that follows one of hash `previous` (empty for the first).

    >>> line = ChainedLine(1, 7, "publish", "owner", 3, None, None, "", commit_to("Merci", "00"), "2026-11-27")
    >>> first = chain("", line)
    >>> first == chain("", line), first == chain(first, line), first == chain("", line._replace(idea_id=4))
    (True, False, False)
    """
    return hashlib.sha256(json.dumps([previous, *line], separators=(",", ":")).encode()).hexdigest()

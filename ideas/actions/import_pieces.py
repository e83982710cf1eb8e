"""Writing imported ideas a few hundred in each transaction: what is there already stays, what was corrected is told."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.ideas import FIELDS
from ideas.domain.permissions import Permission
from ideas.imports.table_files import Row
from ideas.store.database import db, hold
from ideas.store.models import Idea
from ideas.store.visibility import Actor

EMPTY = {one.name: [] if one.several else "" for one in FIELDS}
WORDS = ("title", "data_wanted", "planned_use")


def make_import_key(columns: Mapping[str, Any]) -> str:
    """Return by what an imported idea is known again: its number and its words."""
    words = "\x1f".join(str(columns[name]) for name in ("source_number", *WORDS))
    return hashlib.sha256(words.encode()).hexdigest()


@dataclass
class Piece:
    """What became of some rows."""

    added: int = 0
    already: int = 0
    corrected: list[tuple[int, str]] = field(default_factory=list)
    replaced_ids: list[int] = field(default_factory=list)


class PieceWriter:
    """Writes the good rows of a file, a piece in each transaction."""

    def __init__(
        self,
        shared: Mapping[str, Any],
        twice: Collection[str],
        *,
        is_named: bool,
        replace: bool,
        dry_run: bool,
        actor: Actor,
    ) -> None:
        self._shared, self._twice, self._is_named = shared, twice, is_named
        self._replace, self._dry_run, self._actor = replace, dry_run, actor
        self._in_file: set[str] = set()

    @transaction()
    def write(self, rows: list[tuple[int, Row]]) -> Piece:
        """Add what is new of some rows, each with its place; what is known with other words is told or replaced."""
        hold(f"import {self._shared['campaign_id']}")
        fresh, piece = self._find_fresh(rows), Piece()
        piece.already = len(rows) - len(fresh)
        known = self._find_known_numbers([row["source_number"] for _, row in fresh])
        new = [row for _, row in fresh if row["source_number"] not in known]
        for place, row in fresh:
            if row["source_number"] in known:
                self._correct(place, row, known[row["source_number"]], piece)
        if new and not self._dry_run:
            self._insert(new)
        piece.added = len(new)
        return piece

    def note(self, rows: list[tuple[int, Row]]) -> None:
        """Remember the rows of a piece that is written: the same words further down are there already."""
        self._in_file |= {row["import_key"] for _, row in rows}

    def _insert(self, new: list[Row]) -> None:
        rows = [{**EMPTY, **row, **self._shared} for row in new]
        db.session.execute(sa.insert(Idea.__table__), rows)  # type: ignore[arg-type]

    def _find_fresh(self, rows: list[tuple[int, Row]]) -> list[tuple[int, Row]]:
        """Leave out the rows that are there already, in the file or in the campaign."""
        keys = [row["import_key"] for _, row in rows]
        query = sa.select(Idea.import_key).where(*self._mine(), Idea.import_key.in_(keys))
        if self._is_named:
            query = query.where(Idea.source == self._shared["source"])
        there = set(db.session.scalars(query)) | (self._in_file & set(keys))
        fresh = []
        for place, row in rows:
            if row["import_key"] not in there:
                there.add(row["import_key"])
                fresh.append((place, row))
        return fresh

    def _find_known_numbers(self, numbers: list[str]) -> dict[str, list[int]]:
        """Return the ideas of the same source by number; a number that this file gives twice says nothing."""
        asked = [number for number in numbers if number and number not in self._twice]
        query = sa.select(Idea.source_number, Idea.id).where(
            *self._mine(), Idea.source == self._shared["source"], Idea.source_number.in_(asked)
        )
        known: dict[str, list[int]] = {}
        for number, idea_id in db.session.execute(query) if asked else ():
            known.setdefault(number, []).append(idea_id)
        return known

    def _correct(self, place: int, row: Row, known: list[int], piece: Piece) -> None:
        if not self._replace or len(known) > 1:
            piece.corrected.append((place, row["source_number"]))
            return
        piece.replaced_ids += known
        if self._dry_run:
            return
        db.session.execute(sa.update(Idea.__table__).where(Idea.id == known[0]).values(row))  # type: ignore[arg-type]
        record_decision(
            DecisionKind.CORRECT,
            self._actor,
            permission=Permission.OWN,
            campaign_id=self._shared["campaign_id"],
            idea_id=known[0],
            now=self._shared["created_at"],
            note=f"{self._shared['source']}, n° {row['source_number']}",
        )

    def _mine(self) -> Iterator[sa.ColumnElement[bool]]:
        yield Idea.campaign_id == self._shared["campaign_id"]

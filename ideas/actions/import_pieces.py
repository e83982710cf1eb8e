"""Writing imported ideas a few hundred in each transaction: what is there already stays, what was corrected is told."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.handling import Handling
from ideas.domain.high_value import HighValue
from ideas.domain.ideas import FIELDS
from ideas.domain.permissions import Permission
from ideas.imports.table_files import Row
from ideas.store.database import advisory_lock, db
from ideas.store.models import Answer, HandlingStep, Idea
from ideas.store.visibility import Actor

EMPTY = {one.name: [] if one.several else "" for one in FIELDS}
WORDS = ("title", "data_wanted", "planned_use")


def make_import_key(columns: Mapping[str, Any]) -> str:
    """Return by what an imported idea is known again: its number and its words."""
    words = "\x1f".join(str(columns[name]) for name in ("source_number", *WORDS))
    return hashlib.sha256(words.encode()).hexdigest()


def _noon_of(day: str) -> datetime:
    """Return a moment of a day that is the same day in every zone of the country but one."""
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def _read_columns(row: Row) -> dict[str, Any]:
    """Return the columns of an idea that a row gives as they are."""
    columns = {name: value for name, value in row.items() if name not in ("handled", "edited_on")}
    return columns | {"edited_at": _noon_of(row["edited_on"]) if row["edited_on"] else None}


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
        # An act that is tried again must not rely on the rows that it gave up: they are kept once it is done.
        self._answers: dict[str, int] = {}
        self._new_answers: dict[str, int] = {}

    @transaction()
    def write(self, rows: list[tuple[int, Row]]) -> Piece:
        """Add what is new of some rows, each with its place; what is known with other words is told or replaced."""
        advisory_lock(f"import {self._shared['campaign_id']}")
        unseen, piece = self._find_new(rows), Piece()
        piece.already = len(rows) - len(unseen)
        known = self._find_known_numbers([row["source_number"] for _, row in unseen])
        new = [row for _, row in unseen if row["source_number"] not in known]
        self._new_answers = {}
        for place, row in unseen:
            if row["source_number"] in known:
                self._correct(place, row, known[row["source_number"]], piece)
        if new and not self._dry_run:
            self._insert(new)
        piece.added = len(new)
        return piece

    def note(self, rows: list[tuple[int, Row]]) -> None:
        """Remember the rows of a piece that is written: the same words further down are there already."""
        self._in_file |= {row["import_key"] for _, row in rows}
        self._answers |= self._new_answers

    def _insert(self, new: list[Row]) -> None:
        handled = [row["handled"] for row in new]
        rows = [
            {**EMPTY, **_read_columns(row), **self._shared, **self._find_handled(one)}
            for row, one in zip(new, handled, strict=True)
        ]
        inserted = sa.insert(Idea.__table__).returning(Idea.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
        numbers = db.session.scalars(inserted, rows).all()
        for number, row, one in zip(numbers, rows, handled, strict=True):
            if one is not None:
                self._add_step(number, row)

    def _find_handled(self, handled: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the columns that say where a request stands; one answer serves all the ideas that it was given to."""
        if handled is None:
            nothing = dict.fromkeys(("answer_id", "routed_to_id", "routed_at", "high_value"))
            return {"handling": Handling.RECEIVED, **nothing}
        answer, routed_on = handled["answer"], handled["routed_on"]
        return {
            "handling": Handling(handled["handling"]),
            "answer_id": self._find_answer(answer) if answer else None,
            "routed_to_id": handled["routed_to_id"],
            "routed_at": _noon_of(routed_on) if routed_on else None,
            "high_value": HighValue(handled["high_value"]) if handled["high_value"] else None,
        }

    def _find_answer(self, answer: Mapping[str, Any]) -> int:
        key = json.dumps(answer, sort_keys=True)
        known = self._answers.get(key) or self._new_answers.get(key)
        if known is not None:
            return known
        days = {name: date.fromisoformat(answer[name]) for name in ("answered_on", "promised_on") if answer[name]}
        columns = {**answer, **days, "outcome": Handling(answer["outcome"])}
        row = Answer(campaign_id=self._shared["campaign_id"], **columns)
        db.session.add(row)
        db.session.flush()
        self._new_answers[key] = row.id
        return row.id

    def _add_step(self, idea_id: int, row: Mapping[str, Any]) -> None:
        """Write in the register, and in the history of an idea, that where its request stands comes from a file."""
        decision = record_decision(
            DecisionKind.IMPORT_HANDLING,
            self._actor,
            permission=Permission.OWN,
            campaign_id=row["campaign_id"],
            idea_id=idea_id,
            now=self._shared["created_at"],
            reason=row["handling"],
            note=f"{row['source']}, n° {row['source_number']}",
        )
        step = {"handling": row["handling"], "answer_id": row["answer_id"], "producer_id": row["routed_to_id"]}
        db.session.add(HandlingStep(idea_id=idea_id, decision_id=decision.id, taken_at=decision.decided_at, **step))

    def _find_new(self, rows: list[tuple[int, Row]]) -> list[tuple[int, Row]]:
        """Leave out the rows that are there already, in the file or in the campaign."""
        keys = [row["import_key"] for _, row in rows]
        query = sa.select(Idea.import_key).where(*self._mine(), Idea.import_key.in_(keys))
        if self._is_named:
            query = query.where(Idea.source == self._shared["source"])
        there = set(db.session.scalars(query)) | (self._in_file & set(keys))
        unseen = []
        for place, row in rows:
            if row["import_key"] not in there:
                there.add(row["import_key"])
                unseen.append((place, row))
        return unseen

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
        words = _read_columns(row)
        db.session.execute(sa.update(Idea.__table__).where(Idea.id == known[0]).values(words))  # type: ignore[arg-type]
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

"""Taking in the national catalogue of data sets: what it holds is known here, what left it is forgotten."""

import json
import tempfile
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from ideas.actions.transaction import abandon_act, transaction
from ideas.domain.errors import N_, RuleBroken
from ideas.imports.dataset_rows import KNOWN, find_key, list_missing_columns, read_dataset
from ideas.imports.table_files import Reading, Row, find_place_word, read_file
from ideas.retrieval.catalogue_index import build_dataset_index
from ideas.store.database import db
from ideas.store.models import Dataset, Idea

PIECE = 500  # rows in a transaction
FORGOTTEN_AT_MOST = 10  # one in so many, unless it is asked for


@dataclass
class CatalogueReport:
    """What became of the rows of a file: counts, and the place and reason of each that was left out."""

    place_word: str
    added: int = 0
    changed: int = 0
    gone: int = 0
    bad: list[tuple[int, RuleBroken]] = field(default_factory=list)


def import_catalogue(
    path: Path,
    *,
    var: str,
    allow_removals: bool = False,
    dry_run: bool = False,
    separator: str | None = None,
    sheet: str | None = None,
) -> CatalogueReport:
    """Make the data sets known here those of the file, a piece in each transaction, then index them.

    A row without key, title or address is reported with its place and left out. A data set that left the catalogue is
    forgotten, unless an idea or a bad row names it. Raises `RuleBroken`, and changes nothing, when the file cannot be
    read at all, or when more than a tenth would be forgotten without `allow_removals`.
    """
    report = CatalogueReport(find_place_word(path))
    reading = Reading(separator, sheet, is_used=lambda name: name.lower() in KNOWN)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as good:
        seen, bad = _set_aside(path, reading, good, report)
        known = dict(db.session.execute(sa.select(Dataset.key, Dataset.id)).all())
        gone = _list_gone(known, seen | bad)
        abandon_act()
        report.added, report.changed = len(seen - known.keys()), len(seen & known.keys())
        report.gone = len(gone)
        if dry_run:
            return report
        if len(gone) * FORGOTTEN_AT_MOST > len(known) and not allow_removals:
            raise RuleBroken(
                N_(
                    "Ce fichier ferait oublier %(gone)s jeux de données sur %(known)s : rien n’a été changé. "
                    "S’il est bien entier, relancez avec --allow-removals."
                ),
                gone=len(gone),
                known=len(known),
            )
        good.seek(0)
        _write(good, known)
    _forget(gone)
    build_dataset_index(var)
    return report


def _set_aside(path: Path, reading: Reading, good: IO[str], report: CatalogueReport) -> tuple[set[str], set[str]]:
    """Write the good rows of a file into `good`, a line each, and the bad ones into the report; return their keys."""
    seen: set[str] = set()
    bad: set[str] = set()
    columns: set[str] = set()
    for place, row in read_file(path, reading):
        try:
            dataset = _read(row, seen)
        except RuleBroken as refusal:
            report.bad.append((place, refusal.with_traceback(None)))
            bad.add(find_key(row) if isinstance(row, dict) else "")
        else:
            seen.add(dataset["key"])
            good.write(json.dumps(dataset) + "\n")
        columns |= row.keys() if isinstance(row, dict) else set()
    if missing := list_missing_columns(columns):
        raise RuleBroken(N_("Il manque des colonnes à ce fichier : %(names)s."), names=", ".join(missing))
    return seen, bad


def _read(row: Row | RuleBroken, seen: set[str]) -> dict[str, str]:
    if isinstance(row, RuleBroken):
        raise row
    dataset = read_dataset(row)
    if dataset["key"] in seen:
        raise RuleBroken(N_("%(key)s est déjà plus haut dans ce fichier."), key=dataset["key"])
    return dataset


def _list_gone(known: dict[str, int], seen: set[str]) -> list[int]:
    named = set(db.session.scalars(sa.select(Idea.dataset_id).where(Idea.dataset_id.is_not(None))))
    return [known[key] for key in known.keys() - seen if known[key] not in named]


def _write(good: IO[str], known: dict[str, int]) -> None:
    lines = iter(good)
    while rows := [json.loads(line) for line in islice(lines, PIECE)]:
        _write_piece(rows, known)


@transaction()
def _write_piece(rows: list[dict[str, str]], known: dict[str, int]) -> None:
    new = [row for row in rows if row["key"] not in known]
    old = [{**row, "id": known[row["key"]]} for row in rows if row["key"] in known]
    if new:
        db.session.execute(sa.insert(Dataset), new)
    if old:
        db.session.execute(sa.update(Dataset), old)


def _forget(numbers: list[int]) -> None:
    for start in range(0, len(numbers), PIECE):
        _forget_piece(numbers[start : start + PIECE])


@transaction()
def _forget_piece(numbers: list[int]) -> None:
    named = sa.select(Idea.dataset_id).where(Idea.dataset_id.is_not(None))
    db.session.execute(sa.delete(Dataset).where(Dataset.id.in_(numbers), Dataset.id.not_in(named)))

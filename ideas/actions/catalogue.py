"""Taking in the national catalogue of data sets, as data.gouv.fr publishes it (CSV, columns by name)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, RuleBroken
from ideas.domain.ideas import check_address
from ideas.domain.texts import excerpt, one_line, without_refused
from ideas.imports.table_files import read_file
from ideas.retrieval.registry import build_dataset_index
from ideas.store.database import db
from ideas.store.models import Dataset, Idea

# What the catalogue calls each of our columns, in the order of preference.
NAMES = {
    "key": ("id", "dataset.id", "identifier"),
    "title": ("title", "titre", "dataset.title"),
    "description": ("description", "dataset.description"),
    "organisation": ("organization", "organisation", "dataset.organization"),
    "tags": ("tags", "mots_cles", "keywords"),
    "licence": ("license", "licence"),
    "url": ("url", "page", "adresse", "dataset.url"),
}
REQUIRED = ("key", "title", "url")
LONGEST_DESCRIPTION = 1_500
BATCH = 1_000


@dataclass
class CatalogueReport:
    """What became of the rows of a file: numbers of rows, and the reason of each that was left out."""

    added: int = 0
    changed: int = 0
    gone: int = 0
    bad: list[tuple[int, RuleBroken]] = field(default_factory=list)


def import_catalogue(path: Path, *, var: str) -> CatalogueReport:
    """Make the data sets known here those of the file, then index them, in one commit.

    A row without key, title or address is reported with its number and left out. A data set that left the catalogue
    is forgotten, unless an idea names it. Raises `RuleBroken` when the file cannot be read at all.
    """
    report = _take_in(path)
    build_dataset_index(var)
    return report


@transaction()
def _take_in(path: Path) -> CatalogueReport:
    report = CatalogueReport()
    known = dict(db.session.execute(sa.select(Dataset.key, Dataset.id)).all())
    seen: set[str] = set()
    batch: list[dict[str, str]] = []
    for number, row in _read_rows(path):
        if isinstance(row, RuleBroken):
            report.bad.append((number, row))
            continue
        if refusal := _why_bad(row, seen):
            report.bad.append((number, refusal))
            continue
        seen.add(row["key"])
        batch.append(row)
        if len(batch) == BATCH:
            _write(batch, known, report)
            batch = []
    _write(batch, known, report)
    report.gone = _forget([known[key] for key in known.keys() - seen])
    return report


def _why_bad(row: dict[str, str], seen: set[str]) -> RuleBroken | None:
    if missing := [NAMES[name][0] for name in REQUIRED if not row[name]]:
        return RuleBroken(N_("Il manque à cette ligne : %(names)s."), names=", ".join(missing))
    if row["key"] in seen:
        return RuleBroken(N_("%(key)s est déjà plus haut dans ce fichier."), key=row["key"])
    try:
        check_address(row["url"])
    except RuleBroken as refusal:
        return refusal
    return None


def _write(batch: list[dict[str, str]], known: dict[str, int], report: CatalogueReport) -> None:
    new = [row for row in batch if row["key"] not in known]
    old = [{**row, "id": known[row["key"]]} for row in batch if row["key"] in known]
    if new:
        db.session.execute(sa.insert(Dataset), new)
    if old:
        db.session.execute(sa.update(Dataset), old)
    report.added += len(new)
    report.changed += len(old)


def _forget(numbers: list[int]) -> int:
    named = set(db.session.scalars(sa.select(Idea.dataset_id).where(Idea.dataset_id.is_not(None))))
    gone = [number for number in numbers if number not in named]
    for start in range(0, len(gone), BATCH):
        db.session.execute(sa.delete(Dataset).where(Dataset.id.in_(gone[start : start + BATCH])))
    return len(gone)


def _read_rows(path: Path) -> Iterator[tuple[int, dict[str, str] | RuleBroken]]:
    columns: dict[str, str] = {}
    for number, row in read_file(path):
        if isinstance(row, RuleBroken):
            yield number, row
            continue
        columns = columns or _find_columns(list(row))
        yield number, {name: _clean(name, row.get(columns.get(name, ""))) for name in NAMES}


def _find_columns(header: list[str]) -> dict[str, str]:
    """Name the column of the file that holds each of ours, whatever the capitals."""
    names = {name.strip().lower(): name for name in header}
    found = {ours: names[given] for ours, theirs in NAMES.items() for given in reversed(theirs) if given in names}
    if missing := [NAMES[name][0] for name in REQUIRED if name not in found]:
        raise RuleBroken(N_("Il manque des colonnes à ce fichier : %(names)s."), names=", ".join(missing))
    return found


def _clean(name: str, given: Any) -> str:
    text = without_refused(", ".join(map(str, given)) if isinstance(given, list) else str(given or ""))
    if name == "description":
        return excerpt(text, LONGEST_DESCRIPTION)
    longest = Dataset.__table__.c[name].type.length if name != "tags" else None  # type: ignore[attr-defined]
    return one_line(text)[:longest]

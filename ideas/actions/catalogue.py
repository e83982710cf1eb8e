"""Taking in the national catalogue of data sets, as data.gouv.fr publishes it (CSV, columns by name)."""

import csv
import gzip
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ideas.actions.indexes import build_dataset_index
from ideas.domain.errors import N_, RuleBroken
from ideas.domain.ideas import check_address
from ideas.domain.texts import excerpt, one_line, without_refused
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
LONGEST_CELL = 2_000_000
BATCH = 1_000


@dataclass
class CatalogueReport:
    """What became of the rows of a file: numbers of rows, and the reason of each that was left out."""

    added: int = 0
    changed: int = 0
    gone: int = 0
    bad: list[tuple[int, str]] | None = None


def import_catalogue(path: Path, *, var: str) -> CatalogueReport:
    """Make the data sets known here those of the file, then index them, in one commit.

    A row without key, title or address is reported with its line and left out. A data set that left the catalogue
    is forgotten, unless an idea names it. Raises `RuleBroken` when the file cannot be read at all.
    """
    report = CatalogueReport(bad=[])
    known = dict(db.session.execute(sa.select(Dataset.key, Dataset.id)).all())
    seen: set[str] = set()
    batch: list[dict[str, str]] = []
    for line, row in _read_rows(path):
        reason = _why_bad(row, seen)
        if reason:
            report.bad.append((line, reason))  # type: ignore[union-attr]
            continue
        seen.add(row["key"])
        batch.append(row)
        if len(batch) == BATCH:
            _write(batch, known, report)
            batch = []
    _write(batch, known, report)
    report.gone = _forget([known[key] for key in known.keys() - seen])
    db.session.commit()
    build_dataset_index(var)
    return report


def _why_bad(row: dict[str, str], seen: set[str]) -> str:
    if missing := [name for name in REQUIRED if not row[name]]:
        return f"no {missing[0]}"
    if row["key"] in seen:
        return f"{row['key']} appears twice"
    try:
        check_address(row["url"])
    except RuleBroken as refusal:
        return refusal.message
    return ""


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


def _read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(LONGEST_CELL)
    opener: Any = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            delimiter = max(";,\t", key=first.count)
            places = _find_columns(next(csv.reader([first], delimiter=delimiter), []))
            rows = csv.reader(file, delimiter=delimiter)
            for row in rows:
                yield rows.line_num + 1, {name: _clean(name, row, place) for name, place in places.items()}
    except UnicodeDecodeError:
        raise RuleBroken(N_("Ce fichier n’est pas en UTF-8 : enregistrez-le dans cet encodage.")) from None
    except (csv.Error, EOFError, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise RuleBroken(N_("Ce fichier ne se lit pas : %(reason)s."), reason=str(error)) from None


def _find_columns(header: list[str]) -> dict[str, int | None]:
    names = [name.strip().lower() for name in header]
    places = {ours: next((names.index(n) for n in theirs if n in names), None) for ours, theirs in NAMES.items()}
    if missing := [NAMES[name][0] for name in REQUIRED if places[name] is None]:
        raise RuleBroken(N_("Il manque des colonnes à ce fichier : %(names)s."), names=", ".join(missing))
    return places


def _clean(name: str, row: list[str], place: int | None) -> str:
    text = without_refused(row[place]) if place is not None and place < len(row) else ""
    if name == "description":
        return excerpt(text, LONGEST_DESCRIPTION)
    longest = Dataset.__table__.c[name].type.length if name != "tags" else None  # type: ignore[attr-defined]
    return one_line(text)[:longest]

"""Taking in ideas gathered elsewhere: each once, the bad rows told, the good ones kept, all in one commit.

The file is read and judged first, its good rows set aside in a temporary file; only then does a transaction begin,
so that a large import neither fills the memory nor keeps voters waiting while texts are checked.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from ideas.actions.ideas import make_search_text
from ideas.actions.transaction import abandon_act, transaction
from ideas.domain.errors import N_, Invalid, RuleBroken
from ideas.domain.ideas import BY_NAME, FIELDS, check_idea
from ideas.domain.publication import Publication
from ideas.domain.texts import check_text, clean_text, without_refused
from ideas.imports.table_files import Row, read_file
from ideas.store.database import db, hold
from ideas.store.models import Campaign, Idea

BATCH = 500
NUMBER = "id"
LONGEST_NUMBER = 190
MOST_COLUMNS = 1_000
EMPTY = {one.name: [] if one.several else "" for one in FIELDS}


@dataclass
class ImportReport:
    """What became of a file: counts of rows, the bad ones with their number and reason, columns with no field."""

    added: int = 0
    already: int = 0
    bad: list[tuple[int, RuleBroken]] = field(default_factory=list)
    unused_columns: list[str] = field(default_factory=list)


def import_ideas(
    path: Path,
    *,
    campaign: Campaign,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
    publish: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Import a file of ideas into a campaign. `mapping`: field → column of the file that holds it.

    An idea is known again by the source's own number when the file has one, by its words otherwise; so the same
    file twice adds nothing. Raises `RuleBroken` when a mapping or the file as a whole makes no sense.
    """
    mapping = dict(mapping or {})
    if unknown := sorted(mapping.keys() - BY_NAME.keys() - {NUMBER}):
        raise RuleBroken(N_("Champ inconnu : %(names)s."), names=", ".join(unknown))
    campaign_id = campaign.id
    abandon_act()  # nothing is held while the file is read
    report = ImportReport()
    state = Publication.PUBLISHED if publish else Publication.AWAITING_REVIEW
    shared = {
        "campaign_id": campaign_id,
        "channel": "import",
        "publication": state.value,
        "created_at": now,
        "submitted_at": now,
        "published_at": now if publish else None,
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8") as good:
        _set_aside(path, mapping, report, good)
        good.seek(0)
        _insert(good, shared, report, dry_run=dry_run)
    return report


def _set_aside(path: Path, mapping: Mapping[str, str], report: ImportReport, good: IO[str]) -> None:
    """Write the good rows of a file into `good`, a line each, and the bad ones into the report."""
    columns: dict[str, None] = {}
    used = {mapping.get(name, name) for name in (*BY_NAME, NUMBER)}
    for number, row in read_file(path):
        if isinstance(row, RuleBroken):
            report.bad.append((number, row))
            continue
        columns.update(dict.fromkeys(name for name in row if name in used or len(columns) < MOST_COLUMNS))
        try:
            good.write(json.dumps(_make_row(row, mapping)) + "\n")
        except RuleBroken as refusal:
            report.bad.append((number, _without_trace(refusal)))
    if columns:
        _check_mapping(columns, mapping)
    report.unused_columns = [without_refused(column) for column in columns if column not in used]


@transaction()
def _insert(good: IO[str], shared: Mapping[str, Any], report: ImportReport, *, dry_run: bool) -> None:
    campaign_id = shared["campaign_id"]
    hold(f"import {campaign_id}")
    keys = sa.select(Idea.import_key).where(Idea.campaign_id == campaign_id, Idea.import_key.is_not(None))
    known = set(db.session.scalars(keys))
    new = _list_new(good, known, report)
    while rows := [{**EMPTY, **row, **shared} for row in islice(new, BATCH)]:
        if not dry_run:
            db.session.execute(sa.insert(Idea.__table__), rows)  # type: ignore[arg-type]
        report.added += len(rows)


def _list_new(good: IO[str], known: set[str | None], report: ImportReport) -> Iterator[Row]:
    for line in good:
        row = json.loads(line)
        if row["import_key"] in known:
            report.already += 1
        else:
            known.add(row["import_key"])
            yield row


def _make_row(row: Row, mapping: Mapping[str, str]) -> Row:
    values = {one.name: row.get(mapping.get(one.name, one.name)) for one in FIELDS}
    values["language"] = values["language"] or "fr"
    _check_kinds(values)
    cleaned = check_idea(values, imported=True)
    number = _read_number(row.get(mapping.get(NUMBER, NUMBER)))
    cleaned["source_number"] = number
    cleaned["import_key"] = f"n:{number}" if number else f"h:{_digest(cleaned)}"
    cleaned["search_text"] = make_search_text(
        str(cleaned["title"]), str(cleaned["data_wanted"]), str(cleaned["planned_use"])
    )
    return cleaned


def _check_kinds(values: Mapping[str, Any]) -> None:
    """Refuse what only JSON can hold in place of a text: an object, or a list where one answer is expected."""
    bad = N_("Ce champ contient une liste ou un objet au lieu d’un texte.")
    errors = {
        name: RuleBroken(bad)
        for name, value in values.items()
        if isinstance(value, dict) or (isinstance(value, list) and not BY_NAME[name].several)
    }
    errors |= {
        one.name: RuleBroken(N_("Ce champ attend une liste, ou des mots séparés par « | »."))
        for one in FIELDS
        if one.several and not isinstance(values[one.name], str | list | None)
    }
    if errors:
        raise Invalid(errors)


def _read_number(given: Any) -> str:
    number = clean_text("" if given is None else str(given))
    try:
        check_text(number, longest=LONGEST_NUMBER)
    except RuleBroken as refusal:
        raise Invalid({NUMBER: refusal}) from None
    return number


def _digest(cleaned: Mapping[str, Any]) -> str:
    words = "\x1f".join(str(cleaned[name]) for name in ("title", "data_wanted", "planned_use"))
    return hashlib.sha256(words.encode()).hexdigest()


def _without_trace(refusal: RuleBroken) -> RuleBroken:
    """Return a refusal without its traceback, which would keep in memory the row that it was raised for."""
    for one in refusal.errors.values() if isinstance(refusal, Invalid) else ():
        one.with_traceback(None).__context__ = None
    return refusal.with_traceback(None)


def _check_mapping(columns: Mapping[str, None], mapping: Mapping[str, str]) -> None:
    missing = [column for column in mapping.values() if column not in columns]
    missing += [name for name in ("title", "data_wanted") if mapping.get(name, name) not in {*columns, *missing}]
    if missing:
        raise RuleBroken(
            N_("Colonnes introuvables : %(missing)s. Le fichier a : %(names)s."),
            missing=", ".join(missing),
            names=", ".join(map(without_refused, columns)),
        )

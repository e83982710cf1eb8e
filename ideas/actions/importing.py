"""Taking in ideas gathered elsewhere: each once, the bad rows told, the good ones kept, all in one commit."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ideas.actions.ideas import make_search_text
from ideas.actions.import_files import read_file
from ideas.domain.errors import N_, Invalid, RuleBroken
from ideas.domain.ideas import BY_NAME, FIELDS, check_idea
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Campaign, Idea

BATCH = 500
NUMBER = "id"
EMPTY = {one.name: [] if one.several else "" for one in FIELDS}


@dataclass
class ImportReport:
    """What became of a file: counts of rows, the bad ones with their number and reason, columns with no field."""

    added: int = 0
    already: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
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
    report = ImportReport()
    columns: dict[str, None] = {}
    known = set(
        db.session.scalars(
            sa.select(Idea.import_key).where(Idea.campaign_id == campaign.id, Idea.import_key.is_not(None))
        )
    )
    state = Publication.PUBLISHED if publish else Publication.AWAITING_REVIEW
    shared = {
        "campaign_id": campaign.id,
        "channel": "import",
        "publication": state.value,
        "created_at": now,
        "submitted_at": now,
        "published_at": now if publish else None,
    }
    rows: list[dict[str, Any]] = []
    for number, row in read_file(path):
        if isinstance(row, str):
            report.bad.append((number, row))
            continue
        columns.update(dict.fromkeys(row))
        try:
            idea = _make_row(row, mapping)
        except RuleBroken as refusal:
            report.bad.append((number, _why(refusal)))
            continue
        if idea["import_key"] in known:
            report.already += 1
            continue
        known.add(idea["import_key"])
        rows.append({**EMPTY, **idea, **shared})
    report.unused_columns = _find_unused(columns, mapping)
    if columns:
        _check_mapping(columns, mapping)
    report.added = len(rows)
    if not dry_run:
        _insert(rows)
        db.session.commit()
    return report


def _make_row(row: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    values = {one.name: row.get(mapping.get(one.name, one.name)) for one in FIELDS}
    values["language"] = values["language"] or "fr"
    cleaned = check_idea(values, imported=True)
    number = row.get(mapping.get(NUMBER, NUMBER))
    source_number = "" if number is None else str(number).strip()[:200]
    cleaned["source_number"] = source_number
    cleaned["import_key"] = f"n:{source_number}"[:200] if source_number else f"h:{_digest(cleaned)}"
    cleaned["search_text"] = make_search_text(
        str(cleaned["title"]), str(cleaned["data_wanted"]), str(cleaned["planned_use"])
    )
    return cleaned


def _digest(cleaned: Mapping[str, Any]) -> str:
    words = "\x1f".join(str(cleaned[name]) for name in ("title", "data_wanted", "planned_use"))
    return hashlib.sha256(words.encode()).hexdigest()


def _why(refusal: RuleBroken) -> str:
    if isinstance(refusal, Invalid):
        return "; ".join(f"{name}: {why}" for name, why in refusal.errors.items())
    return str(refusal)


def _find_unused(columns: Mapping[str, None], mapping: Mapping[str, str]) -> list[str]:
    used = {mapping.get(name, name) for name in (*BY_NAME, NUMBER)}
    return [column for column in columns if column not in used]


def _check_mapping(columns: Mapping[str, None], mapping: Mapping[str, str]) -> None:
    missing = [column for column in mapping.values() if column not in columns]
    missing += [name for name in ("title", "data_wanted") if mapping.get(name, name) not in {*columns, *missing}]
    if missing:
        raise RuleBroken(
            N_("Colonnes introuvables : %(missing)s. Le fichier a : %(names)s."),
            missing=", ".join(missing),
            names=", ".join(columns),
        )


def _insert(rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        db.session.execute(sa.insert(Idea), rows[start : start + BATCH])

"""Files of ideas that an owner brings from the site: received, mapped, checked, imported once, then forgotten.

What a file holds is in a private folder, never in the database, and leaves it with the end of its import. Reading it
whole is a job: the check is an import that writes nothing, and its report is what the owner decides on.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.import_pieces import WORDS
from ideas.actions.import_reports import tell_refusal, tell_report
from ideas.actions.importing import ImportOptions, ImportReport, import_ideas, read_directories
from ideas.actions.regrouping import Tell
from ideas.actions.transaction import transaction
from ideas.domain import retention
from ideas.domain.errors import N_, NotFound, RuleBroken, UnreadableFile, WrongState
from ideas.domain.jobs import Kind
from ideas.domain.permissions import Permission, Subject, check_can
from ideas.domain.texts import check_text, clean_text, one_line, without_refused
from ideas.imports.idea_rows import NAMES, OTHER_NAMES, read_idea
from ideas.imports.proposed_mapping import propose_mapping
from ideas.imports.table_files import Reading, Row, find_ending, read_file
from ideas.store.database import db
from ideas.store.models import Campaign, FileImport, Job, SavedMapping
from ideas.store.visibility import Actor

FOLDER, FIRST = "imports", ".first"
LARGEST = 10_000_000  # bytes, as it is sent
FIRST_ROWS = 20
LONGEST_NAME, LONGEST_FACT = 80, 300
FIELD_NAMES = tuple(name for name in NAMES if name not in OTHER_NAMES)
GONE = N_("Ce fichier n’est plus là : il est importé, abandonné, ou trop ancien.")


def receive_file(
    campaign_id: int, name: str, content: IO[bytes], *, actor: Actor, now: datetime, var: str
) -> FileImport:
    """Keep a file in private, once its first rows can be read; raises `NotAllowed`, `UnreadableFile`."""
    check_can(actor, Permission.OWN, Subject(campaign_id))
    name = one_line(without_refused(name))[-200:]
    place = secrets.token_hex(16) + find_ending(Path(name))
    path = find_folder(var) / place
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _write(content, path)
        _write_private(path.with_name(place + FIRST), json.dumps(_read_first(path)).encode())
        return _add(campaign_id, name, place, now)
    except BaseException:
        _erase(path)
        raise


def _read_first(path: Path) -> list[tuple[int, Row]]:
    rows = islice(read_file(path, Reading(is_used=lambda _name: False)), FIRST_ROWS)
    good = [(place, row) for place, row in rows if not isinstance(row, RuleBroken)]
    if not good:
        raise UnreadableFile(N_("Aucune des premières lignes de ce fichier ne se lit."))
    return good


@transaction(is_public=False)
def _add(campaign_id: int, name: str, place: str, now: datetime) -> FileImport:
    brought = FileImport(campaign_id=campaign_id, name=name, place=place, received_at=now)
    db.session.add(brought)
    db.session.flush()
    return brought


@transaction(is_public=False)
def check_file(
    import_id: int,
    mapping: Mapping[str, str],
    options: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    save_as: str = "",
) -> Job:
    """Say which column holds which field, perhaps for next time too, and ask for the file to be read to its end.

    Raises `NotAllowed`, `NotFound`, `WrongState` once it has ended or while it is read.
    """
    brought = _hold(import_id, actor)
    brought.mapping = {name: mapping.get(name, "") for name in FIELD_NAMES}
    brought.options, brought.report, brought.checked_at = dict(options), {}, None
    if save_as:
        _save(brought, save_as)
    return _ask(brought, actor, now, dry_run=True)


@transaction(is_public=False)
def launch_import(import_id: int, *, actor: Actor, now: datetime) -> Job:
    """Ask for a file that was checked to be imported, once; raises as `check_file` does."""
    brought = _hold(import_id, actor)
    if brought.checked_at is None:
        raise WrongState(N_("Ce fichier n’a pas été vérifié jusqu’au bout."))
    return _ask(brought, actor, now, dry_run=False)


def drop_file(import_id: int, *, actor: Actor, now: datetime, var: str) -> None:
    """Forget a file that is not to be imported; raises as `check_file` does."""
    _erase(find_folder(var) / _end_unused(import_id, actor, now))


@transaction(is_public=False)
def _end_unused(import_id: int, actor: Actor, now: datetime) -> str:
    brought = _hold(import_id, actor)
    place, brought.place, brought.ended_at, brought.report = brought.place, "", now, {}
    return place


def work_on_file(
    import_id: int,
    *,
    dry_run: bool,
    actor: Actor,
    now: datetime,
    var: str,
    lease: jobs.Lease,
    tell: Tell = lambda _share, _phase: None,
) -> ImportReport:
    """Check a file, or import it and forget it: what is done and that it is done are one commit."""
    brought = db.session.get(FileImport, import_id)
    if brought is None or not brought.place:
        raise NotFound(GONE)
    check_can(actor, Permission.OWN, Subject(brought.campaign_id))
    path, campaign = find_folder(var) / brought.place, db.session.get_one(Campaign, brought.campaign_id)
    how = ImportOptions(mapping=brought.mapping, dry_run=dry_run, **brought.options)
    try:
        report = import_ideas(path, campaign=campaign, now=now, how=how, var=var, actor=actor, tell=tell)
    except RuleBroken as refusal:
        _note_refusal(import_id, refusal)
        raise
    _note(import_id, tell_report(report), lease, now, dry_run=dry_run)
    if not dry_run:
        _erase(path)
    return report


@transaction(is_public=False)
def _note(import_id: int, report: dict[str, Any], lease: jobs.Lease, now: datetime, *, dry_run: bool) -> None:
    jobs.finish(lease, now=now, outcome={"added": report["added"]})
    brought = db.session.get_one(FileImport, import_id, populate_existing=True)
    brought.report = report
    if dry_run:
        brought.checked_at = now
    else:
        brought.ended_at, brought.place = now, ""


@transaction(is_public=False)
def _note_refusal(import_id: int, refusal: RuleBroken) -> None:
    """Keep why a file cannot be read as a whole, for the owner to read it in their language."""
    brought = db.session.get_one(FileImport, import_id, populate_existing=True)
    facts = {name: fact if isinstance(fact, int) else str(fact)[:LONGEST_FACT] for name, fact in refusal.facts.items()}
    brought.report = {"refusal": [refusal.message, facts]}


def read_first_rows(brought: FileImport, var: str) -> list[tuple[int, Row]]:
    """Return the first rows of a file, each with its place; none once it is gone."""
    try:
        kept = (find_folder(var) / (brought.place + FIRST)).read_bytes() if brought.place else b"[]"
    except FileNotFoundError:
        return []
    return [(place, row) for place, row in json.loads(kept)]


def propose_columns(columns: Iterable[str]) -> dict[str, str]:
    """Return field → column for the columns that are called like a field."""
    return {name: column for name, column in propose_mapping(columns).items() if name in FIELD_NAMES}


class PreviewRow(NamedTuple):
    """What a row becomes: its place in the file, its texts in the order of `WORDS`, or what is wrong with it."""

    place: int
    texts: tuple[str, ...] = ("",) * len(WORDS)
    faults: tuple[list[Any], ...] = ()


def preview_rows(brought: FileImport, var: str) -> list[PreviewRow]:
    """Return what the first rows become by the mapping that was chosen."""
    directories, previewed = read_directories(), list[PreviewRow]()
    for place, row in read_first_rows(brought, var):
        try:
            columns = read_idea(row, brought.mapping, directories).columns
            previewed.append(PreviewRow(place, tuple(str(columns[name]) for name in WORDS)))
        except RuleBroken as refusal:
            previewed.append(PreviewRow(place, faults=tuple(tell_refusal(refusal))))
    return previewed


def forget_old_files(*, var: str, now: datetime) -> int:
    """Forget the files that nobody imported in time, and those that no import knows; return how many."""
    forgotten = _end_old(now)
    known = set(db.session.scalars(sa.select(FileImport.place).where(FileImport.place != "")))
    db.session.rollback()
    folder = find_folder(var)
    for path in folder.iterdir() if folder.is_dir() else ():
        is_new = now.timestamp() - path.stat().st_mtime < timedelta(hours=1).total_seconds()
        if path.name.removesuffix(FIRST) not in known and not is_new:
            path.unlink(missing_ok=True)
    return forgotten


@transaction(is_public=False)
def _end_old(now: datetime) -> int:
    live = sa.exists().where(
        Job.kind == Kind.IMPORT_FILE, Job.key == sa.cast(FileImport.id, sa.String), Job.finished_at.is_(None)
    )
    old = (FileImport.ended_at.is_(None), FileImport.received_at < now - retention.UPLOADS, ~live)
    ended = sa.update(FileImport).where(*old).values(ended_at=now, place="")
    return len(db.session.execute(ended.returning(FileImport.id)).all())


def find_folder(var: str) -> Path:
    """Return where the files that were brought are."""
    return Path(var) / FOLDER


def _hold(import_id: int, actor: Actor) -> FileImport:
    """Return a file that has not ended and that nobody reads, for this act alone."""
    brought = db.session.get(FileImport, import_id, with_for_update=True, populate_existing=True)
    if brought is None:
        raise NotFound(GONE)
    check_can(actor, Permission.OWN, Subject(brought.campaign_id))
    if brought.ended_at is not None:
        raise WrongState(GONE)
    if jobs.is_live(Kind.IMPORT_FILE, import_id):
        raise WrongState(N_("Ce fichier est déjà en cours de lecture."))
    return brought


def _ask(brought: FileImport, actor: Actor, now: datetime, *, dry_run: bool) -> Job:
    about, given = Subject(brought.campaign_id), {"dry_run": dry_run}
    return jobs.ask(Kind.IMPORT_FILE, brought.id, actor=actor, now=now, subject=about, parameters=given)


def _save(brought: FileImport, name: str) -> None:
    name = one_line(clean_text(name))
    check_text(name, longest=LONGEST_NAME)
    same = sa.select(SavedMapping).where(SavedMapping.campaign_id == brought.campaign_id, SavedMapping.name == name)
    saved = db.session.scalar(same) or SavedMapping(campaign_id=brought.campaign_id, name=name)
    saved.mapping = brought.mapping
    db.session.add(saved)


def _write(content: IO[bytes], path: Path) -> None:
    data = content.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableFile(N_("Ce fichier dépasse %(most)s Mo : coupez-le en plusieurs."), most=LARGEST // 1_000_000)
    _write_private(path, data)


def _write_private(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)


def _erase(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + FIRST).unlink(missing_ok=True)

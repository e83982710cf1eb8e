"""One file that holds everything: each table as JSON Lines, and the files of the editions, in a zip.

The same file is read on SQLite and PostgreSQL, so that it also serves to move from one to the other. It is read in
one transaction: what was acknowledged before it began is in it, and nothing is half there. It holds addresses of
people: only its owner may read it.
"""

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, BadBackup, WrongState
from ideas.exports.unfinished import flush_one, unfinished_file
from ideas.store.database import SNAPSHOT, Base, Moment, db
from ideas.store.revisions import find_revision

FORMAT = 1
MANIFEST = "backup.json"
BATCH = 2_000


def write_backup(path: Path, *, var: str, now: datetime) -> dict[str, int]:
    """Write a backup to `path`, whole or not at all, and return the number of rows of each table."""
    about = {"format": FORMAT, "made_at": now.isoformat(), "revision": find_revision(db.engine)}
    with unfinished_file(path.absolute().parent) as (work, file):
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            counts = _write_tables(archive)
            _write_editions(archive, Path(var) / "editions")
            archive.writestr(MANIFEST, json.dumps(about | {"rows": counts}, indent=2))
        file.flush()
        os.fsync(file.fileno())
        work.replace(path)
        flush_one(path.absolute().parent)
    return counts


@transaction()
def restore_backup(path: Path, *, var: str) -> dict[str, int]:
    """Fill an empty database with a backup and return the number of rows of each table.

    Raises `WrongState` when the database holds anything, `BadBackup` when the file is something else or was made by
    another version; nothing is written then. Editions are put in place first: rows never point to missing files.
    """
    revision = find_revision(db.engine)
    try:
        with zipfile.ZipFile(path) as archive:
            rows = _check_manifest(archive, revision)
            _check_empty()
            _read_editions(archive, Path(var) / "editions")
            for table in Base.metadata.sorted_tables:
                _read_table(archive, table)
            _read_late_columns(archive)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError):
        raise BadBackup(N_("Ce fichier n’est pas une sauvegarde de cette plateforme.")) from None
    _renumber()
    return rows


def _write_tables(archive: zipfile.ZipFile) -> dict[str, int]:
    counts = {}
    with _snapshot() as connection:
        for table in Base.metadata.sorted_tables:
            with archive.open(_name_of(table), "w", force_zip64=True) as file:
                counts[table.name] = _write_rows(connection, table, file)
    return counts


def _snapshot() -> sa.Connection:
    """Open a connection that sees the database as it is now, until it is closed, without holding up writers."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(**SNAPSHOT)
    connection = engine.connect()
    connection.execute(sa.select(sa.literal(1)))
    return connection


def _write_rows(connection: sa.Connection, table: sa.Table, file: IO[bytes]) -> int:
    """Write rows in an order in which they can be inserted: what others of the same table point to comes first."""
    own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    order = [*(column.is_not(None) for column in own), *table.primary_key.columns]
    count = 0
    for row in connection.execution_options(yield_per=BATCH).execute(sa.select(table).order_by(*order)).mappings():
        file.write(json.dumps(dict(row), ensure_ascii=False, default=_encode).encode() + b"\n")
        count += 1
    return count


def _encode(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a backup cannot hold {type(value).__name__}")


def _read_table(archive: zipfile.ZipFile, table: sa.Table) -> None:
    late = {column.name for column in _late_columns(table)}
    for rows in _read_rows(archive, table):
        db.session.execute(sa.insert(table), [row | dict.fromkeys(late) for row in rows])


def _read_late_columns(archive: zipfile.ZipFile) -> None:
    """Fill the columns that close a circle (a campaign and its current run) once both ends are there."""
    for table in Base.metadata.sorted_tables:
        for column in _late_columns(table):
            key = next(iter(table.primary_key.columns))
            statement = sa.update(table).where(key == sa.bindparam("here")).values({column: sa.bindparam("there")})
            for rows in _read_rows(archive, table):
                found = [{"here": row[key.name], "there": row[column.name]} for row in rows if row[column.name]]
                if found:
                    db.session.connection().execute(statement, found)


def _late_columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if any(key.use_alter for key in column.foreign_keys)]


def _read_rows(archive: zipfile.ZipFile, table: sa.Table) -> Iterator[list[dict[str, object]]]:
    decoders = {column.name: _decoder(column) for column in table.columns}
    with archive.open(_name_of(table)) as file:
        batch = []
        for line in file:
            batch.append({name: decoders[name](value) for name, value in json.loads(line).items()})
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _decoder(column: sa.Column[Any]) -> Callable[[object], object]:
    kind = {Moment: datetime, sa.Date: date}.get(type(column.type))
    return (lambda value: value) if kind is None else (lambda value: value and kind.fromisoformat(str(value)))


def _name_of(table: sa.Table) -> str:
    return f"tables/{table.name}.jsonl"


def _write_editions(archive: zipfile.ZipFile, folder: Path) -> None:
    for path in sorted(folder.glob("*/[0-9]*/*")):  # what is being written has another name
        archive.write(path, f"editions/{path.relative_to(folder).as_posix()}")


def _read_editions(archive: zipfile.ZipFile, folder: Path) -> None:
    for name in archive.namelist():
        place = PurePosixPath(name)
        if place.parts[0] == "editions" and not place.is_absolute() and ".." not in place.parts:
            target = folder.joinpath(*place.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))


def _check_empty() -> None:
    for table in Base.metadata.sorted_tables:
        if db.session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise WrongState(N_("Cette base n’est pas vide : une sauvegarde ne se restaure que dans une base neuve."))


def _check_manifest(archive: zipfile.ZipFile, revision: str | None) -> dict[str, int]:
    about = json.loads(archive.read(MANIFEST))
    if about.get("format") != FORMAT or about.get("revision") != revision:
        raise BadBackup(
            N_("Cette sauvegarde vient d’une autre version (%(revision)s) : restaurez-la d’abord avec elle."),
            revision=about.get("revision"),
        )
    return dict(about["rows"])


def _renumber() -> None:
    """Let PostgreSQL count on from the numbers that came with the rows; SQLite does by itself."""
    if db.engine.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if table.autoincrement_column is not None:
            column = table.autoincrement_column
            highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            db.session.execute(sa.select(sa.func.setval(sequence, highest, sa.false())))

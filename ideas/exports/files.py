"""Writing the files of an edition: the same rows give the same bytes, and a reader never sees half of them."""

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ideas.exports.columns import ESCAPED, Table, csv_cells, is_formula
from ideas.exports.package import describe_package, write_licence, write_readme
from ideas.exports.tables import TABLES

ARCHIVE = "edition.zip"
SUMS = "SHA256SUMS"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_edition(folder: Path, campaign: Mapping[str, str], rows: Mapping[str, Iterable[Any]]) -> dict[str, Any]:
    """Write every file of an edition into `folder`, whole or not at all.

    `campaign`: slug, title, question. `rows`: for each table its rows, in the order of its key; they may stream.
    Returns file name → {"size": bytes, "sha256": hexadecimal}.
    """
    with _whole_or_nothing(folder) as work:
        for table in TABLES:
            _write_table(work, table, rows[table.name])
        sizes = {f"{table.name}.csv": (work / f"{table.name}.csv").stat().st_size for table in TABLES}
        sums = {name: _hash(work / name) for name in sizes}
        package = describe_package(campaign, TABLES, sizes, sums)
        _write(work / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")
        _write(work / "README.fr.md", write_readme(campaign, TABLES, "fr"))
        _write(work / "README.en.md", write_readme(campaign, TABLES, "en"))
        _write(work / "LICENCE.txt", write_licence())
        names = sorted(path.name for path in work.iterdir())
        _write(work / SUMS, "".join(f"{_hash(work / name)}  {name}\n" for name in names))
        _zip(work, [*names, SUMS])
        return {path.name: {"size": path.stat().st_size, "sha256": _hash(path)} for path in sorted(work.iterdir())}


def _write_table(folder: Path, table: Table, rows: Iterable[Any]) -> None:
    with (
        (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as csv_file,
        (folder / f"{table.name}.jsonl").open("w", encoding="utf-8", newline="") as lines,
    ):
        writer = csv.writer(csv_file, lineterminator="\n")
        writer.writerow([*table.header, ESCAPED])
        for row in table.read(rows):
            lines.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            is_escaped = any(is_formula(_flat(value)) for value in row.values())
            writer.writerow([*csv_cells(row.values()), "true" if is_escaped else "false"])


def _flat(value: Any) -> Any:
    return "|".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _zip(folder: Path, names: list[str]) -> None:
    with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            with archive.open(entry, "w") as inside, (folder / name).open("rb") as file:
                shutil.copyfileobj(file, inside, io.DEFAULT_BUFFER_SIZE * 16)


@contextmanager
def _whole_or_nothing(folder: Path) -> Iterator[Path]:
    """Give a folder to write in; once written and flushed, its files replace those of `folder`, each at once."""
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".edition-", dir=folder.parent))
    try:
        yield work
        for path in sorted(work.iterdir()):
            _flush(path)
            path.replace(folder / path.name)
        _flush(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

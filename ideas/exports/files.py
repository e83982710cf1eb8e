"""Writing the files of an edition: the same rows give the same bytes."""

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypedDict

from ideas.domain.errors import N_, WrongState
from ideas.exports import check_register
from ideas.exports.columns import Table, cut
from ideas.exports.package import describe_package, write_licence, write_readme
from ideas.exports.tables import TABLES
from ideas.exports.unfinished import flush

ARCHIVE = "edition.zip"
CHECKER = "check_register.py"
SUMS = "SHA256SUMS"
LEVEL = 4
_EPOCH = (1980, 1, 1, 0, 0, 0)


class FileFacts(TypedDict):
    """What anyone needs to check a file: its size in bytes, its hash in hexadecimal."""

    size: int
    sha256: str


def write_edition(work: Path, campaign: Mapping[str, str], rows: Mapping[str, Iterable[Any]]) -> dict[str, FileFacts]:
    """Write every file of an edition into `work`, an empty folder, and have the disk keep them.

    `campaign`: slug, title, question, register_head. `rows`: for each table its rows, in the order of its
    key; they may stream.

    Returns the facts of each file, by its name.
    """
    for table in TABLES:
        _write_table(work, table, rows[table.name])
    sums = _hash_all(work)
    sizes = {name: (work / name).stat().st_size for name in sums}
    package = describe_package(campaign, TABLES, sizes, sums)
    _write(work / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")
    _write(work / "README.fr.md", write_readme(campaign, TABLES, "fr"))
    _write(work / "README.en.md", write_readme(campaign, TABLES, "en"))
    _write(work / "LICENCE.txt", write_licence())
    shutil.copyfile(check_register.__file__, work / CHECKER)
    sums = _hash_all(work, sums)
    _write(work / SUMS, "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items()))
    _zip(work, [*sums, SUMS])
    sums = _hash_all(work, sums)
    flush(work)
    return {name: FileFacts(size=(work / name).stat().st_size, sha256=sha256) for name, sha256 in sums.items()}


def check_may_be_replaced(folder: Path) -> None:
    """Raise `WrongState` when a folder holds anything but an earlier export, which would go with it."""
    if not folder.exists():
        return
    listed = folder / SUMS
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else []
    ours = {line.partition("  ")[2] for line in lines} | {SUMS, ARCHIVE}
    if others := sorted(path.name for path in folder.iterdir() if path.name not in ours):
        raise WrongState(
            N_("Ce dossier contient autre chose qu’un export (%(names)s) : donnez un dossier vide ou nouveau."),
            names=", ".join(others[:3]),
        )


def _write_table(folder: Path, table: Table, rows: Iterable[Any]) -> None:
    with (
        (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as csv_file,
        (folder / f"{table.name}.jsonl").open("w", encoding="utf-8", newline="") as lines,
    ):
        csv_file.write(table.write_header())
        for batch in cut(rows):
            columns = table.read(batch)
            csv_file.write(table.write_csv(columns))
            lines.write(table.write_lines(columns))


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _hash_all(folder: Path, known: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return the hash of each file of `folder`, those that are known already apart."""
    return {path.name: known.get(path.name) or _hash(path) for path in sorted(folder.iterdir())}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _zip(folder: Path, names: list[str]) -> None:
    with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            # A third of the time of the usual level, for a tenth more bytes; public from Python 3.13 on.
            entry._compresslevel = LEVEL  # type: ignore[attr-defined] # noqa: SLF001
            with archive.open(entry, "w") as inside, (folder / name).open("rb") as file:
                shutil.copyfileobj(file, inside, io.DEFAULT_BUFFER_SIZE * 16)

"""Reading a workbook (XLSX) that nobody vouches for.

The library that reads it allocates what the file asks for: a workbook of one kilobyte can ask for hundreds of
gigabytes and bring the process down. So it is read by a process of its own, `workbook_process`, bounded in memory,
in time and in what it may write, and nothing is taken from it unless it went to the end.
"""

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ideas.domain.errors import N_, UnreadableFile
from ideas.domain.texts import without_refused
from ideas.imports.decompression import MOST_BYTES
from ideas.imports.workbook_process import NO_SUCH_SHEET, NOT_A_WORKBOOK

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 120
MOST_PARTS = 2_000
LONGEST_DIRECTORY = MOST_PARTS * 500
# By what the end of an archive begins, and where it says this size: in four bytes, or in eight beyond 4 GB.
SIZES_OF_DIRECTORY = ((b"PK\x05\x06", 12, 4), (b"PK\x06\x06", 40, 8))
END_OF_ARCHIVE = 66_000  # bytes that hold the end of an archive, with the longest comment
OUT_OF_BOUNDS = N_("Ce classeur ne se lit pas, ou demande trop de temps ou de mémoire : enregistrez-le en CSV.")
CHILD = Path(__file__).with_name("workbook_process.py")


def read_workbook(content: io.BufferedReader, sheet: str | None = None) -> Iterator[list[str]]:
    """Yield the rows of a sheet as texts, of the first one unless it is named.

    Raises `UnreadableFile` before the first row when something is wrong.
    """
    with tempfile.TemporaryDirectory(prefix="ideas-workbook-") as folder:
        book, rows = Path(folder, "book.xlsx"), Path(folder, "rows.jsonl")
        with book.open("wb") as file:
            shutil.copyfileobj(content, file)
        _check_parts(book)
        _read_apart(book, rows, sheet or "")
        with rows.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _check_parts(book: Path) -> None:
    """Refuse a bomb before anything of it is unpacked; an archive that lies about its sizes meets the other bounds."""
    if _measure_directory(book) > LONGEST_DIRECTORY:
        raise UnreadableFile(N_("Ce fichier est trop volumineux une fois décompressé."))
    try:
        with zipfile.ZipFile(book) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise UnreadableFile(N_("Ce classeur ne se lit pas : %(reason)s."), reason=str(error)) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise UnreadableFile(N_("Ce fichier est trop volumineux une fois décompressé."))


def _measure_directory(book: Path) -> int:
    """Return the size of the directory of an archive, the largest of those that its end may be read to say.

    The library reads it whole, and makes an object of each of its entries, before one can count them.
    """
    with book.open("rb") as file:
        file.seek(max(0, book.stat().st_size - END_OF_ARCHIVE))
        tail = file.read()
    sizes = (
        int.from_bytes(tail[end.start() + first : end.start() + first + length], "little")
        for sign, first, length in SIZES_OF_DIRECTORY
        for end in re.finditer(sign, tail)
    )
    return max(sizes, default=0)


def _read_apart(book: Path, rows: Path, sheet: str) -> None:
    bounds = [str(bound) for bound in (MOST_MEMORY, MOST_SECONDS, MOST_BYTES)]
    command = [sys.executable, "-I", str(CHILD), str(book), str(rows), sheet, *bounds]
    try:
        # The command is ours; what nobody vouches for is only the content of the file that it names.
        done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise UnreadableFile(OUT_OF_BOUNDS) from None
    if done.returncode == NO_SUCH_SHEET:
        names = ", ".join(map(without_refused, json.loads(done.stderr)))
        raise UnreadableFile(
            N_("Aucune feuille ne s’appelle « %(sheet)s ». Il y a : %(names)s."), sheet=sheet, names=names
        )
    if done.returncode == NOT_A_WORKBOOK:
        reason = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UnreadableFile(N_("Ce classeur ne se lit pas : %(reason)s."), reason=reason)
    if done.returncode:
        raise UnreadableFile(OUT_OF_BOUNDS)

"""Reading files of ideas gathered elsewhere: CSV, JSON Lines or XLSX, plain, .gz or .xz, a row at a time.

A file is never held whole in memory, and each of its parts is bounded before it is read.
"""

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ideas.domain.errors import N_, RuleBroken, UnreadableFile
from ideas.imports.csv_files import read_cells
from ideas.imports.decompression import PACKINGS, open_unpacked
from ideas.imports.workbooks import read_workbook

__all__ = ["Reading", "Row", "UnreadableFile", "find_ending", "find_place_word", "read_file"]

Row = dict[str, Any]

WORKBOOK = ".xlsx"
MOST_ROWS = 2_000_000
MOST_COLUMNS = 1_000
LONGEST_LINE = 1_000_000  # characters: fifty times the longest text of an idea
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Reading:
    """How a file is read where it does not say so itself, and which of its columns must have a name of their own."""

    separator: str | None = None
    sheet: str | None = None
    is_used: Callable[[str], bool] = lambda _name: True


def read_file(path: Path, reading: Reading = Reading()) -> Iterator[tuple[int, Row | RuleBroken]]:
    """Yield (place in the file, row as column → value), or the reason in place of a row that cannot be read.

    The place is what an editor or a spreadsheet shows: the line where a row begins, the row of the sheet.
    Raises `UnreadableFile` when the file is none of the formats, in no Unicode encoding, empty, or too large.
    """
    read, count = READERS[_find_kind(path)], 0
    if reading.sheet and _find_kind(path) != WORKBOOK:
        raise UnreadableFile(N_("Seul un classeur a des feuilles : ce fichier n’en est pas un."))
    with open_unpacked(path) as content:
        for count, found in enumerate(read(content, reading), start=1):
            if count > MOST_ROWS:
                raise UnreadableFile(N_("Ce fichier compte trop de lignes : %(most)s au plus."), most=MOST_ROWS)
            yield found
    if not count:
        raise UnreadableFile(N_("Ce fichier ne contient aucune ligne."))


def find_place_word(path: Path) -> str:
    """Return what a place in this file is: `row` of a sheet, `line` of a text."""
    return "row" if _find_kind(path) == WORKBOOK else "line"


def find_ending(path: Path) -> str:
    """Return how the name of a file has to end for what it holds to be known; raises `UnreadableFile` for no such."""
    packing = path.suffix.lower()
    return _find_kind(path) + (packing if packing in PACKINGS else "")


def _find_kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix not in PACKINGS), "")
    if kind not in READERS:
        raise UnreadableFile(
            N_("Le nom du fichier finit par .csv, .jsonl ou .xlsx (et peut être comprimé en .gz ou .xz).")
        )
    return kind


def _read_csv(content: io.BufferedReader, reading: Reading) -> Iterator[tuple[int, Row | RuleBroken]]:
    return _make_rows(read_cells(_read_text_lines(content), reading.separator), reading)


def _read_xlsx(content: io.BufferedReader, reading: Reading) -> Iterator[tuple[int, Row | RuleBroken]]:
    rows = enumerate(read_workbook(content, reading.sheet), start=1)
    return _make_rows(((place, cells) for place, cells in rows if any(cells)), reading)


def _make_rows(found: Iterator[tuple[int, list[str]]], reading: Reading) -> Iterator[tuple[int, Row | RuleBroken]]:
    _, header = next(found, (0, []))
    columns = _name_columns(header, reading.is_used)
    for place, cells in found:
        yield place, _make_row(columns, cells)


def _read_text_lines(content: io.BufferedReader) -> Iterator[str]:
    with _decoded(content) as text:
        while line := _read_line(text):
            if _is_cut(line):
                raise UnreadableFile(N_("Une ligne de ce fichier dépasse %(most)s caractères."), most=LONGEST_LINE)
            yield line


def _read_json_lines(content: io.BufferedReader, _reading: Reading) -> Iterator[tuple[int, Row | RuleBroken]]:
    number = 0
    with _decoded(content) as text:
        while line := _read_line(text):
            number += 1
            if _is_cut(line):
                while line and _is_cut(line):
                    line = _read_line(text)
                yield number, RuleBroken(N_("Cette ligne dépasse %(most)s caractères."), most=LONGEST_LINE)
            elif line.strip():
                yield number, _parse(line)


def _parse(line: str) -> Row | RuleBroken:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return RuleBroken(N_("Cette ligne n’est pas du JSON."))
    return row if isinstance(row, dict) else RuleBroken(N_("Cette ligne n’est pas un objet JSON."))


def _decoded(content: io.BufferedReader) -> io.TextIOWrapper:
    encoding = "utf-16" if content.peek(2)[:2] in UTF_16 else "utf-8-sig"
    return io.TextIOWrapper(content, encoding=encoding, newline="")


def _read_line(text: IO[str]) -> str:
    try:
        return text.readline(LONGEST_LINE)
    except UnicodeError:
        raise UnreadableFile(
            N_("Ce fichier n’est pas en UTF-8 : enregistrez-le dans cet encodage (« CSV UTF-8 » dans un tableur).")
        ) from None


def _is_cut(line: str) -> bool:
    return len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r"))


def _name_columns(header: list[str], is_used: Callable[[str], bool]) -> list[str]:
    """Return the names of the columns; one that has none is called by its place, so that it is told if it holds a text.

    Those that share a name are told apart by their places; raises `UnreadableFile` when that name is one that is read.
    """
    if len(header) > MOST_COLUMNS:
        raise UnreadableFile(N_("Ce fichier compte trop de colonnes : %(most)s au plus."), most=MOST_COLUMNS)
    names = [name.strip() for name in header]
    twice = {name for name, count in Counter(names).items() if name and count > 1}
    if wanted := sorted(name for name in twice if is_used(name)):
        raise UnreadableFile(N_("Plusieurs colonnes portent le même nom : %(names)s."), names=", ".join(wanted))
    places = ((f"{name} ({place})".strip(), name) for place, name in enumerate(names, start=1))
    return [with_place if not name or name in twice else name for with_place, name in places]


def _make_row(columns: list[str], cells: list[str]) -> Row | RuleBroken:
    if any(cells[len(columns) :]):
        return RuleBroken(N_("Cette ligne a plus de cases que l’en-tête n’a de colonnes."))
    return {name: cell for name, cell in zip(columns, cells, strict=False) if cell or not name.startswith("(")}


READERS: dict[str, Callable[[io.BufferedReader, Reading], Iterator[tuple[int, Row | RuleBroken]]]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    WORKBOOK: _read_xlsx,
}

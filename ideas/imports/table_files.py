"""Reading files of ideas gathered elsewhere: CSV, JSON Lines or XLSX, plain, .gz or .xz, a row at a time.

A file is never held whole in memory, and each of its parts is bounded before it is read.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

from ideas.domain.errors import N_, RuleBroken, UnreadableFile
from ideas.imports.decompression import PACKINGS, open_unpacked
from ideas.imports.workbooks import read_workbook

__all__ = ["Row", "UnreadableFile", "read_file"]

Row = dict[str, Any]

MOST_ROWS = 2_000_000
LONGEST_LINE = 1_000_000  # characters: fifty times the longest text of an idea
SEPARATORS = ",;\t"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_file(path: Path) -> Iterator[tuple[int, Row | RuleBroken]]:
    """Yield (row number from 1, row as column → value), or the reason in place of a row that cannot be read.

    Raises `UnreadableFile` when the file is none of the formats, in no Unicode encoding, empty, or too large.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix not in PACKINGS), "")
    if kind not in READERS:
        raise UnreadableFile(
            N_("Le nom du fichier finit par .csv, .jsonl ou .xlsx (et peut être comprimé en .gz ou .xz).")
        )
    number = 0
    with open_unpacked(path) as content:
        for number, row in enumerate(READERS[kind](content), start=1):
            if number > MOST_ROWS:
                raise UnreadableFile(N_("Ce fichier compte trop de lignes : %(most)s au plus."), most=MOST_ROWS)
            yield number, row
    if not number:
        raise UnreadableFile(N_("Ce fichier ne contient aucune ligne."))


def _read_csv(content: io.BufferedReader) -> Iterator[Row | RuleBroken]:
    csv.field_size_limit(LONGEST_LINE)
    lines = _read_text_lines(content)
    first = next(lines, "")
    separator = _find_separator(first)
    reader = csv.reader(lines if _names_separator(first) else chain([first], lines), delimiter=separator, strict=True)
    read = 0
    try:
        columns = _name_columns(next(reader, []))
        for cells in reader:
            read = reader.line_num
            if any(cells):
                yield _make_row(columns, cells)
    except csv.Error as error:
        raise UnreadableFile(
            N_("Ce fichier CSV ne se lit plus après la ligne %(line)s : %(reason)s."), line=read, reason=str(error)
        ) from None


def _read_text_lines(content: io.BufferedReader) -> Iterator[str]:
    with _decoded(content) as text:
        while line := _read_line(text):
            if _is_cut(line):
                raise UnreadableFile(N_("Une ligne de ce fichier dépasse %(most)s caractères."), most=LONGEST_LINE)
            yield line


def _read_json_lines(content: io.BufferedReader) -> Iterator[Row | RuleBroken]:
    with _decoded(content) as text:
        while line := _read_line(text):
            if _is_cut(line):
                while line and _is_cut(line):
                    line = _read_line(text)
                yield RuleBroken(N_("Cette ligne dépasse %(most)s caractères."), most=LONGEST_LINE)
            elif line.strip():
                yield _parse(line)


def _parse(line: str) -> Row | RuleBroken:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return RuleBroken(N_("Cette ligne n’est pas du JSON."))
    return row if isinstance(row, dict) else RuleBroken(N_("Cette ligne n’est pas un objet JSON."))


def _read_xlsx(content: io.BufferedReader) -> Iterator[Row | RuleBroken]:
    rows = read_workbook(content)
    columns = _name_columns(next(rows, []))
    for cells in rows:
        if any(cells):
            yield _make_row(columns, cells)


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


def _names_separator(line: str) -> bool:
    """Tell whether a first line is no header but the note that Excel leaves, such as `sep=;`."""
    return bool(re.fullmatch(r"sep=[,;\t]\s*", line, re.IGNORECASE))


def _find_separator(line: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", line)
    return line[4] if _names_separator(line) else max(SEPARATORS, key=unquoted.count)


def _name_columns(header: list[str]) -> list[str]:
    """Return the names of the columns; one that has none is called by its place, so that it is told if it is used."""
    names = [name.strip() or f"({place})" for place, name in enumerate(header, start=1)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UnreadableFile(N_("Plusieurs colonnes portent le même nom : %(names)s."), names=", ".join(twice))
    return names


def _make_row(columns: list[str], cells: list[str]) -> Row | RuleBroken:
    if any(cells[len(columns) :]):
        return RuleBroken(N_("Cette ligne a plus de cases que l’en-tête n’a de colonnes."))
    return {name: cell for name, cell in zip(columns, cells, strict=False) if cell or not name.startswith("(")}


READERS = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".xlsx": _read_xlsx,
}

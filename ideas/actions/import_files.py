"""Reading files of ideas gathered elsewhere: CSV, JSON Lines or XLSX, plain, .gz or .xz, bounded in size."""

import csv
import gzip
import io
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ideas.domain.errors import N_, RuleBroken

MOST_BYTES = 300_000_000
MOST_ROWS = 2_000_000
LONGEST_CELL = 1_000_000
OPENERS = {".gz": gzip.open, ".xz": lzma.open}


class Unreadable(RuleBroken):
    """The file as a whole cannot be read; the sentence says what to do."""


def read_file(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield (row number from 1, row as column → value), or the reason in place of a row that cannot be read.

    Raises `Unreadable` when the file is none of the formats, not UTF-8, or too large once opened.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix not in OPENERS), "")
    reader = {".csv": _read_csv, ".tsv": _read_csv, ".jsonl": _read_lines, ".ndjson": _read_lines, ".xlsx": _read_xlsx}
    if kind not in reader:
        raise Unreadable(N_("Le nom du fichier finit par .csv, .jsonl ou .xlsx (et peut être comprimé en .gz ou .xz)."))
    rows = reader[kind](_read_bytes(path))
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise Unreadable(N_("Ce fichier compte trop de lignes : %(most)s au plus."), most=MOST_ROWS)
        yield number, row


def _read_bytes(path: Path) -> bytes:
    opener: Any = OPENERS.get(path.suffix.lower(), open)
    try:
        with opener(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (lzma.LZMAError, gzip.BadGzipFile, EOFError) as error:
        raise Unreadable(N_("Ce fichier ne se décompresse pas : %(reason)s."), reason=str(error)) from None
    if len(content) > MOST_BYTES:
        raise Unreadable(N_("Ce fichier est trop volumineux une fois décompressé."))
    return content


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(N_("Ce fichier n’est pas en UTF-8 : enregistrez-le dans cet encodage.")) from None


def _read_csv(content: bytes) -> Iterator[dict[str, Any] | str]:
    text = _text(content)
    csv.field_size_limit(LONGEST_CELL)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        for row in reader:
            if row:
                yield dict(zip(header, row, strict=False)) if len(row) <= len(header) else "more cells than columns"
    except csv.Error as error:
        raise Unreadable(N_("Ce fichier CSV ne se lit pas : %(reason)s."), reason=str(error)) from None


def _read_lines(content: bytes) -> Iterator[dict[str, Any] | str]:
    for line in _text(content).split("\n"):
        if line.strip():
            yield _read_line(line)


def _read_line(line: str) -> dict[str, Any] | str:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return "not JSON"
    return row if isinstance(row, dict) else "not a JSON object"


def _read_xlsx(content: bytes) -> Iterator[dict[str, Any] | str]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()
        header = [str(name).strip() for name in next(rows, [])]
        for row in rows:
            yield {name: _cell(value) for name, value in zip(header, row, strict=False)}
    except (CalamineError, IndexError) as error:
        raise Unreadable(N_("Ce classeur ne se lit pas : %(reason)s."), reason=str(error)) from None


def _cell(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

"""The cells of a CSV file, each row with the line it begins on, whatever separates them."""

import csv
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice

from ideas.domain.errors import N_, UnreadableFile

SEPARATORS = ",;\t|"
LONGEST_CELL = 1_000_000
SAMPLE = 200  # lines that are looked at to find what separates the cells
ALIKE = 0.5  # of them at least must have the cells that the header announces,
FEW = 3  # unless they are so few that one of them decides


def read_cells(lines: Iterator[str], separator: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield (line of the file where it begins, cells) for each row that is not blank, the header first.

    Without `separator`, it is the one that cuts all lines alike. Raises `UnreadableFile` where the file is no CSV.
    """
    csv.field_size_limit(LONGEST_CELL)
    sample = list(islice(lines, SAMPLE))
    before = 0
    if sample and (noted := _read_note(sample[0])):
        separator, before = separator or noted, 1
    sample, is_whole = sample[before:], len(sample) < SAMPLE
    separator = separator or find_separator(sample, is_whole=is_whole)
    reader = csv.reader(chain(sample, lines), delimiter=separator, strict=True)
    read = before
    try:
        for cells in reader:
            if any(cells):
                yield read + 1, cells
            read = before + reader.line_num
    except csv.Error as error:
        raise UnreadableFile(
            N_("Ce fichier CSV ne se lit plus après la ligne %(line)s : %(reason)s."), line=read, reason=str(error)
        ) from None


def find_separator(sample: list[str], *, is_whole: bool = True) -> str:
    r"""Return what separates the cells of the first lines of a file: what gives the rows the cells of the header.

    >>> find_separator(["titre;note, avis, reste\n", "a;b\n", "c;d, e\n"])
    ';'
    """
    return max(SEPARATORS, key=lambda separator: _measure(sample, separator, is_whole=is_whole))


def _measure(sample: list[str], separator: str, *, is_whole: bool) -> tuple[bool, float, float, int]:
    try:
        rows = [cells for cells in csv.reader(sample, delimiter=separator) if any(cells)]
    except csv.Error:
        return False, 0, 0, 0
    if not is_whole and len(rows) > 2:  # the last row may be cut by the end of the sample
        rows.pop()
    header = len(rows[0]) if rows else 1
    widths = [_count_cells(cells, header) for cells in rows[1:]]
    # A row that is shorter only lacks its last cells; one that is longer was cut where it should not.
    fitting = _share(widths, lambda width: min(2, header) <= width <= header)
    announced = header > 1 and (fitting >= ALIKE or len(widths) < FEW)
    return announced, fitting, _share(widths, lambda width: width == header), header


def _count_cells(cells: list[str], least: int) -> int:
    """Count the cells of a row, without the empty ones at its end that are beyond `least`."""
    filled = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    return max(filled, min(len(cells), least))


def _share(widths: list[int], is_right: Callable[[int], bool]) -> float:
    return sum(map(is_right, widths)) / len(widths) if widths else 1.0


def _read_note(line: str) -> str | None:
    """Return the separator that a first line names when it is no header but the note of Excel, such as `sep=;`."""
    found = re.fullmatch(r"sep=([,;\t|])\s*", line, re.IGNORECASE)
    return found[1] if found else None

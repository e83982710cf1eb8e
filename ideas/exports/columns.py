"""A column is said once: its header, its values, its schema and its documentation come from the same line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from json.encoder import encode_basestring as _encode_text
from typing import Any

from ideas.domain.personal import REMOVED, Personal, find_removed, without_personal
from ideas.domain.spreadsheets import mark_formula, needs_mark

ESCAPED = "csv_escaped"
ESCAPED_MEANS = (
    "Whether a cell of this row has apostrophes that the text does not have: at its beginning, or after a line end, "
    "a tab or a semicolon; JSON Lines is exact"
)
CHANGED = "text_changed"

# What a column holds decides what is published of it; there is no other kind, so that none can be forgotten.
KINDS = {
    "text": "string",  # somebody wrote it: nothing in it may lead to a person
    "address": "string",  # a web address that somebody gave: published whole, or not at all
    "code": "string",  # of a closed list that the database holds to
    "hash": "string",  # in hexadecimal, or empty
    "codes": "list",
    "words": "list",  # what people wrote, cut into words
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
}
SWEPT = ("text", "address", "words")

FORMATS = ("csv", "jsonl")
BATCH = 1_000  # rows written at a time

Values = Sequence[Any]


def cut(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the rows by `BATCH`."""
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield batch


@dataclass(frozen=True)
class Column:
    """One column: `kind` is one of `KINDS`; lists are joined by `|` in CSV, arrays in JSON Lines.

    Its values are what the rows have under its name, each passed through `turn` when there is one. A column at a time
    costs a third of a row at a time.
    """

    name: str
    kind: str
    description: str
    titre: str
    turn: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        """Refuse a column that does not say what it holds."""
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: {self.kind} is none of {', '.join(KINDS)}")

    @property
    def type(self) -> str:
        """The type that the data dictionary shows."""
        return KINDS[self.kind]

    def read(self, given: Mapping[str, Values]) -> Values:
        """Return the values of this column for some rows; one that fails stops the export."""
        return list(map(self.turn, given[self.name])) if self.turn else given[self.name]


@dataclass(frozen=True)
class Table:
    """One file of an edition: its name without ending, what it holds, its columns, its primary key."""

    name: str
    title: str
    titre: str
    columns: Sequence[Column]
    key: tuple[str, ...] = ()

    @property
    def header(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def stream(self, rows: Iterable[Any], format_: str) -> Iterator[str]:
        """Yield the file of these rows in one of `FORMATS`, a few hundred kilobytes at a time."""
        write = self.write_csv if format_ == "csv" else self.write_lines
        if format_ == "csv":
            yield self.write_header()
        for batch in cut(rows):
            yield write(self.read(batch))

    def write_header(self) -> str:
        """Return the first line of the CSV file."""
        return ",".join([*self.header, ESCAPED]) + "\n"

    def read(self, rows: Sequence[Any]) -> list[Values]:
        """Return what is published of some rows, at least one, as columns of exact values.

        Every column that people wrote in is swept here, whatever table it is of; `text_changed` tells of it.
        """
        given, changed = _by_name(rows), set[int]()
        columns = {
            column.name: _sweep(column.kind, column.read(given), changed)
            for column in self.columns
            if column.name != CHANGED
        }
        columns[CHANGED] = [place in changed for place in range(len(rows))]
        return [columns[column.name] for column in self.columns]

    def write_csv(self, columns: Sequence[Values]) -> str:
        """Return lines of CSV: lists joined by `|`, formulas behind an apostrophe, and whether there was one."""
        cells, escaped = [], set()
        for column, values in zip(self.columns, columns, strict=True):
            flat = _FLAT[column.type](values)
            if column.type in _TEXTS:
                # One look at the whole column spares a look at each cell: a line begins as a cell does.
                is_suspect = needs_mark("\n".join(flat))
                found = [place for place, cell in enumerate(flat) if needs_mark(cell)] if is_suspect else []
                for place in found:
                    flat[place] = mark_formula(flat[place])
                escaped.update(found)
                flat = _quote(flat)
            cells.append(flat)
        cells.append(["true" if place in escaped else "false" for place in range(len(columns[0]))])
        return "".join([f"{line}\n" for line in map(",".join, zip(*cells, strict=True))])

    def write_lines(self, columns: Sequence[Values]) -> str:
        """Return lines of JSON, exact."""
        members = ",".join(f"{_encode_text(column.name)}:%s" for column in self.columns)
        cells = [_ENCODED[column.type](values) for column, values in zip(self.columns, columns, strict=True)]
        return "".join([f"{{{members}}}\n" % row for row in zip(*cells, strict=True)])

    def schema(self) -> dict[str, object]:
        """Return the Table Schema of this file."""
        fields: list[dict[str, str]] = [
            {
                "name": c.name,
                "type": "string" if c.type == "list" else c.type,
                "title": c.titre,
                "description": c.description,
            }
            | ({"format": "default"} if c.type == "date" else {})
            for c in self.columns
        ]
        fields.append({"name": ESCAPED, "type": "boolean", "title": "Cellules protégées", "description": ESCAPED_MEANS})
        return {"fields": fields, "missingValues": [""]} | ({"primaryKey": list(self.key)} if self.key else {})


def _sweep(kind: str, values: Values, changed: set[int]) -> Values:
    """Return the values of a column without what may lead to a person, and add the places that it was in."""
    if kind not in SWEPT:
        return values
    texts = ["\n".join(value or ()) if kind == "words" else value or "" for value in values]
    # One look at the whole column spares a look at each cell: most hold nothing.
    if next(find_removed("\n\n".join(texts)), None) is None:
        return values
    places = {place for place, text in enumerate(texts) if next(find_removed(text), None)}
    changed |= places
    return [_without(kind, value) if place in places else value for place, value in enumerate(values)]


def _without(kind: str, value: Any) -> Any:
    if kind == "words":
        return [without_personal(word) for word in value]
    return REMOVED[Personal.MAIL] if kind == "address" else without_personal(value)


def _by_name(rows: Sequence[Any]) -> Mapping[str, Values]:
    if names := getattr(rows[0], "_fields", None):  # a row of the database
        return dict(zip(names, zip(*rows, strict=True), strict=True))
    return {name: [getattr(row, name) for row in rows] for name in vars(rows[0])}


def _quote(cells: list[str]) -> list[str]:
    # Most columns hold codes: one look at the whole column spares a look at each cell.
    if not _is_special("".join(cells)):
        return cells
    return ['"' + cell.replace('"', '""') + '"' if _is_special(cell) else cell for cell in cells]


def _is_special(text: str) -> bool:
    return "," in text or "\n" in text or '"' in text or "\r" in text


def _flatten_texts(values: Values) -> list[str]:
    return [value or "" for value in values]


def _flatten_lists(values: Values) -> list[str]:
    return ["|".join(value) if value else "" for value in values]


def _flatten_numbers(values: Values) -> list[str]:
    return ["" if value is None else str(value) for value in values]


def _flatten_booleans(values: Values) -> list[str]:
    words = {None: "", True: "true", False: "false"}
    return [words[value] for value in values]


_TEXTS = ("string", "list", "date")
_FLAT: dict[str, Callable[[Values], list[str]]] = {
    "string": _flatten_texts,
    "date": _flatten_texts,
    "list": _flatten_lists,
    "integer": _flatten_numbers,
    "number": _flatten_numbers,
    "boolean": _flatten_booleans,
}


def _encode_texts(values: Values) -> list[str]:
    return ["null" if value is None else _encode_text(value) for value in values]


def _encode_numbers(values: Values) -> list[str]:
    return ["null" if value is None else repr(value) for value in values]


def _encode_booleans(values: Values) -> list[str]:
    words = {None: "null", True: "true", False: "false"}
    return [words[value] for value in values]


def _encode_lists(values: Values) -> list[str]:
    return ["null" if value is None else f"[{','.join(map(_encode_text, value))}]" for value in values]


# By the type of the column: asking each value what it is costs three times as much.
_ENCODED: dict[str, Callable[[Values], list[str]]] = {
    "string": _encode_texts,
    "date": _encode_texts,
    "list": _encode_lists,
    "integer": _encode_numbers,
    "number": _encode_numbers,
    "boolean": _encode_booleans,
}

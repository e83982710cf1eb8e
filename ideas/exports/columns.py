"""A column is said once: its header, its values, its schema and its documentation come from the same line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# What a spreadsheet would take for a formula; the full-width forms are folded to these by some programs.
ESCAPED = "csv_escaped"
ESCAPED_MEANS = "Whether a cell of this row begins with an apostrophe that the text does not have; JSON Lines is exact"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Column:
    """One column: `type` is a Table Schema type, or `list` (joined by `|` in CSV, an array in JSON Lines).

    `value` takes a row; by default it reads the row's attribute of the column's name.
    """

    name: str
    type: str
    description: str
    titre: str
    value: Callable[[Any], Any] | None = None

    def read(self, row: Any) -> Any:
        """Return the value of this column for `row`; one that fails stops the export."""
        return getattr(row, self.name) if self.value is None else self.value(row)


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

    def read(self, rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
        """Return the rows as they are published: name → exact value."""
        for row in rows:
            yield {column.name: column.read(row) for column in self.columns}

    def schema(self) -> dict[str, Any]:
        """Return the Table Schema of this file."""
        fields = [
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


def is_formula(cell: Any) -> bool:
    """Tell whether a spreadsheet might run this cell."""
    return isinstance(cell, str) and cell.startswith(FORMULA)


def csv_cells(values: Iterable[Any]) -> list[Any]:
    """Return cells for CSV: lists joined by `|`, booleans in words, formulas behind an apostrophe."""
    return [_csv_cell(value) for value in values]


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        value = "|".join(map(str, value))
    return f"'{value}" if is_formula(value) else value

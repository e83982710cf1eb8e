"""From a row of a catalogue to a data set: as the udata API publishes it, or in the columns of its CSV.

Each row is read by its own columns: in JSON Lines one may lack what the next one has. What is nested gives the name
inside it, or the row is told.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ideas.domain.errors import N_, RuleBroken
from ideas.domain.ideas import check_address
from ideas.domain.markup import read_markup
from ideas.domain.texts import excerpt, one_line, without_refused
from ideas.imports.table_files import Row

# What the catalogue calls each of our columns, in the order of preference.
NAMES = {
    "key": ("id", "dataset.id", "identifier"),
    "title": ("title", "titre", "dataset.title"),
    "description": ("description", "dataset.description"),
    "organisation": ("organization", "organisation", "organization.name", "dataset.organization"),
    "tags": ("tags", "mots_cles", "keywords", "dataset.tags"),
    "licence": ("license", "licence", "dataset.license"),
    "url": ("url", "page", "adresse", "dataset.url", "dataset.page"),
}
KNOWN = frozenset(name for names in NAMES.values() for name in names)
REQUIRED = ("key", "title", "url")
LONGEST_DESCRIPTION = 1_500
# How long each may be; a key or an address that is cut is another one.
LONGEST = {"key": 100, "title": 500, "organisation": 300, "licence": 100, "url": 500}
# What an object of the API is called, in the order of preference.
NAME_INSIDE = ("name", "title", "label", "fr", "id")


def read_dataset(row: Row) -> dict[str, str]:
    """Return the columns of a data set; raises `RuleBroken` when it lacks one, or holds what cannot be read."""
    by_name = {name.strip().lower(): value for name, value in row.items()}
    dataset = {ours: _read(ours, (by_name.get(name) for name in theirs)) for ours, theirs in NAMES.items()}
    if missing := [NAMES[name][0] for name in REQUIRED if not dataset[name]]:
        raise RuleBroken(N_("Il manque à cette ligne : %(names)s."), names=", ".join(missing))
    check_address(dataset["url"])
    if too_long := [name for name in ("key", "url") if len(dataset[name]) > LONGEST[name]]:
        raise RuleBroken(N_("Trop long pour être gardé : %(names)s."), names=", ".join(too_long))
    return dataset


def find_key(row: Row) -> str:
    """Return the key of a data set, however bad its row is otherwise; "" when it has none."""
    by_name = {name.strip().lower(): value for name, value in row.items()}
    try:
        return _read("key", (by_name.get(name) for name in NAMES["key"]))
    except RuleBroken:
        return ""


def list_missing_columns(names: Iterable[str]) -> list[str]:
    """List what a file needs and none of its columns is called."""
    given = {name.strip().lower() for name in names}
    return [NAMES[ours][0] for ours in REQUIRED if not given.intersection(NAMES[ours])]


def _read(ours: str, candidates: Iterable[Any]) -> str:
    value = next((value for value in candidates if value not in (None, "", [], {})), "")
    text = without_refused(_write(ours, value))
    if ours in ("key", "url"):
        return one_line(text)
    text = without_refused(read_markup(text))
    return excerpt(text, LONGEST_DESCRIPTION) if ours == "description" else one_line(text)[: LONGEST.get(ours)]


def _write(ours: str, value: Any) -> str:
    """Return a value as a text, whatever it is nested in: the cell of a CSV may hold the JSON of the API."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        value = _parse(value)
    if isinstance(value, list):
        return ", ".join(filter(None, (_write(ours, one) for one in value)))
    if isinstance(value, Mapping):
        inside = next((value[name] for name in NAME_INSIDE if isinstance(value.get(name), str | int)), None)
        if inside is None:
            raise RuleBroken(N_("« %(name)s » contient un objet dont aucun nom ne se lit."), name=NAMES[ours][0])
        return str(inside)
    return value if isinstance(value, str) else json.dumps(value)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text

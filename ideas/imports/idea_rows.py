"""From a row of a file to the values of an idea: what another source calls otherwise, lacks or has in excess.

Nothing is refused that can be kept: a source without titles gets them from its texts, a code that is not ours leaves
its field empty and is told, markup becomes the text that a reader saw. A row of an edition of ours is read as it was
written.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ideas.domain.errors import N_, Invalid, RuleBroken
from ideas.domain.ideas import BY_NAME, FIELDS, Field, check_address, check_idea
from ideas.domain.markup import read_markup
from ideas.domain.spreadsheets import unmark_formula
from ideas.domain.texts import check_text, clean_text, excerpt, one_line
from ideas.imports.handling_cells import HANDLING_COLUMNS, read_edit_day, read_handling
from ideas.imports.table_files import Row

NUMBER = "id"
LONGEST_NUMBER = 190
TITLE = 100  # what the form allows
# What an edition of ours calls otherwise, or holds as the key of a directory.
OTHER_NAMES = {"holder": "holder_text"}
DIRECTORIES = ("producer", "territory")
FLAG = "show_organisation"
NAMES = (*BY_NAME, *OTHER_NAMES, *DIRECTORIES, FLAG, NUMBER)
ESCAPED = "csv_escaped"
# No other file has these three.
OF_AN_EDITION = frozenset(("text_changed", "own_vote_count", "canonical_id"))


@dataclass(frozen=True)
class Directories:
    """What fields may name: producers by slug and by name, territories by code."""

    producers: Mapping[str, int] = field(default_factory=dict)
    territories: Collection[str] = ()


@dataclass
class ReadIdea:
    """The checked columns of an idea, what had to be left out of its fields, and whether its title was made.

    In a row of an edition of ours, `handled`: where its request stands and its answer, None when it was only received;
    `edited_on`: the day that its author changed it last.
    """

    columns: dict[str, Any]
    left_out: list[tuple[str, str]]
    is_title_made: bool
    handled: dict[str, Any] | None = None
    edited_on: str | None = None


def read_idea(row: Row, mapping: Mapping[str, str], directories: Directories) -> ReadIdea:
    """Return the idea of a row; `mapping`: field → the column that holds it, "" when none does. Raises `Invalid`."""
    is_ours = row.keys() >= OF_AN_EDITION
    given = {name: row.get(mapping.get(name, name)) for name in NAMES}
    for other, name in OTHER_NAMES.items():
        held = given.pop(other)
        given[name] = given[name] or (None if name in mapping else held)
    _check_kinds(given)
    if is_ours and str(row.get(ESCAPED, "")).lower() == "true":
        given = _unmark(given)
        row = {**row, **_unmark({name: row.get(name) for name in HANDLING_COLUMNS})}
    if not is_ours:
        given = {name: _read_text(name, value) for name, value in given.items()}
    given["language"] = given["language"] or "fr"
    left_out = _leave_out_codes(given)
    is_title_made = _make_title(given)
    columns = check_idea(given, imported=True) | _find_in_directories(given, directories, left_out)
    # An edition names an organisation only when its author chose to.
    is_shown = is_ours if given[FLAG] in (None, "") else str(given[FLAG]).strip().lower() in ("true", "1", "yes", "oui")
    columns[FLAG] = is_shown and bool(columns["organisation"])
    columns["source_number"] = _read_number(given[NUMBER])
    if not is_ours:
        return ReadIdea(columns, left_out, is_title_made)
    handled, lost = read_handling(row, directories.producers)
    edited_on, wrong = read_edit_day(row)
    return ReadIdea(columns, [*left_out, *lost, *wrong], is_title_made, handled, edited_on)


def _unmark(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: unmark_formula(value) if isinstance(value, str) else value for name, value in given.items()}


def _read_text(name: str, value: Any) -> Any:
    is_free = name in BY_NAME and BY_NAME[name].choices is None
    return read_markup(value) if is_free and isinstance(value, str) else value


def _leave_out_codes(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Empty the fields that hold a code or an address that is none of ours; list them with what they held."""
    left_out: list[tuple[str, str]] = []
    for one in FIELDS:
        value = given[one.name]
        if value in (None, "", []):
            continue
        if one.several:
            words = value.split("|") if isinstance(value, str) else list(map(str, value))
            unknown = [word.strip() for word in words if word.strip() and word.strip() not in (one.choices or ())]
            given[one.name] = [word for word in map(str.strip, words) if word not in unknown]
            left_out += [(one.name, word) for word in unknown]
        elif not _is_known(one, one_line(clean_text(str(value)))):
            given[one.name] = "fr" if one.name == "language" else ""
            left_out.append((one.name, str(value)))
    return left_out


def _is_known(one: Field, text: str) -> bool:
    if one.choices is not None:
        return not text or text in one.choices
    if one.is_address and text:
        try:
            check_address(text)
            check_text(text, longest=one.longest_imported)
        except RuleBroken:
            return False
    return True


def _make_title(given: dict[str, Any]) -> bool:
    """Give an idea without title the first words of its text; what does not fit in a title goes before the text."""
    title, text = (clean_text(None if given[name] is None else str(given[name])) for name in ("title", "data_wanted"))
    if not text or (title and len(one_line(title)) <= BY_NAME["title"].longest_imported):
        return False
    given["title"] = excerpt(title or text, TITLE)
    if title and not one_line(text).startswith(one_line(title)):
        given["data_wanted"] = f"{title}\n\n{text}"
    return True


def _find_in_directories(
    given: dict[str, Any], directories: Directories, left_out: list[tuple[str, str]]
) -> dict[str, Any]:
    producer, territory = (one_line(clean_text(str(given[name] or ""))) for name in DIRECTORIES)
    producer_id = directories.producers.get(producer.casefold())
    if producer and producer_id is None:
        left_out.append(("producer", producer))
    if territory and territory not in directories.territories:
        left_out.append(("territory", territory))
        territory = ""
    return {"producer_id": producer_id, "territory_code": territory or None}


def _check_kinds(given: Mapping[str, Any]) -> None:
    """Refuse what only JSON can hold in place of a text: an object, or a list where one answer is expected."""
    bad = N_("Ce champ contient une liste ou un objet au lieu d’un texte.")
    errors = {
        name: RuleBroken(bad)
        for name, value in given.items()
        if isinstance(value, dict) or (isinstance(value, list) and not (name in BY_NAME and BY_NAME[name].several))
    }
    errors |= {
        one.name: RuleBroken(N_("Ce champ attend une liste, ou des mots séparés par « | »."))
        for one in FIELDS
        if one.several and not isinstance(given[one.name], str | list | None)
    }
    if errors:
        raise Invalid(errors)


def _read_number(value: Any) -> str:
    number = clean_text("" if value is None else str(value))
    try:
        check_text(number, longest=LONGEST_NUMBER)
    except RuleBroken as refusal:
        raise Invalid({NUMBER: refusal}) from None
    return number

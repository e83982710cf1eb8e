"""Taking in ideas gathered elsewhere: each once, the bad rows told, the good ones kept.

The file is read and judged first, its good rows set aside in a temporary file; only then are they written, a few
hundred in each transaction, so that a large import neither fills the memory nor keeps voters waiting. An idea is known
again by its number and its words: an import that was stopped half way is finished by the same command.
"""

import json
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from ideas.actions.import_pieces import WORDS, PieceWriter, make_import_key
from ideas.actions.regrouping import Tell
from ideas.actions.transaction import abandon_act
from ideas.domain.accounts import Operator
from ideas.domain.errors import N_, Invalid, RuleBroken
from ideas.domain.jobs import Phase
from ideas.domain.publication import Publication
from ideas.domain.signals import find_signals
from ideas.domain.texts import check_text, clean_text, one_line, without_refused
from ideas.imports.handling_cells import EDITION_COLUMNS
from ideas.imports.idea_rows import ESCAPED, NAMES, OF_AN_EDITION, OTHER_NAMES, Directories, read_idea
from ideas.imports.table_files import Reading, Row, find_place_word, read_file
from ideas.retrieval.idea_indexes import reread_ideas
from ideas.retrieval.search import make_search_text
from ideas.store import queries
from ideas.store.database import give_way
from ideas.store.models import Campaign
from ideas.store.visibility import Actor

PIECE = 100  # rows in a transaction
LONGEST_SOURCE = 100
MOST_COLUMNS = 1_000
MOST_LEFT_OUT = 1_000
LONGEST_SHOWN = 80


@dataclass(frozen=True)
class ImportOptions:
    """What an operator asks of an import.

    `mapping`: field → column of the file that holds it, "" when none does. `source` names where the numbers of the file
    come from, its name when it is not said. `replace`: put a corrected text in the place of the one that is known.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    ignored: Collection[str] = ()
    source: str | None = None
    separator: str | None = None
    sheet: str | None = None
    publish: bool = False
    replace: bool = False
    dry_run: bool = False


@dataclass
class ImportReport:
    """What became of a file: counts of rows, the bad ones with their place and reason, columns with no field.

    `corrected`: place and number of what is known in the same source with other words; `left_out`: by field and by what
    it held, how many rows and the place of the first.
    """

    source: str
    place_word: str
    added: int = 0
    already: int = 0
    replaced: int = 0
    titles_made: int = 0
    bad: list[tuple[int, RuleBroken]] = field(default_factory=list)
    corrected: list[tuple[int, str]] = field(default_factory=list)
    left_out: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    unused_columns: list[str] = field(default_factory=list)


def import_ideas(
    path: Path,
    *,
    campaign: Campaign,
    now: datetime,
    how: ImportOptions = ImportOptions(),
    var: str | None = None,
    actor: Actor | None = None,
    tell: Tell = lambda _share, _phase: None,
) -> ImportReport:
    """Import a file of ideas into a campaign, so that the same file twice adds nothing.

    Two rows are the same idea when they have the same number (or none) and the same words; with a `source` that is
    named, in that source. `tell` is given how far it is, as a share of the whole. `var` is where the live index is
    kept, which follows what is replaced. Raises `RuleBroken` when what is asked or the file as a whole makes no sense.
    """
    mapping = {OTHER_NAMES.get(name, name): column for name, column in how.mapping.items()}
    if unknown := sorted(mapping.keys() - {*NAMES}):
        raise RuleBroken(N_("Champ inconnu : %(names)s."), names=", ".join(unknown))
    campaign_id, directories = campaign.id, read_directories()
    abandon_act()  # nothing is held while the file is read
    report = ImportReport(_name_source(how.source, path), find_place_word(path))
    state = Publication.PUBLISHED if how.publish else Publication.AWAITING_REVIEW
    shared = {
        "campaign_id": campaign_id,
        "channel": "import",
        "source": report.source,
        "publication": state.value,
        "created_at": now,
        "submitted_at": now,
        "published_at": now if how.publish else None,
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8") as good:
        tell(0.0, Phase.READING)
        first = _SetAside(mapping, how, directories, report)
        twice = first.write(path, good)
        good.seek(0)
        writer = PieceWriter(
            shared,
            twice,
            is_named=how.source is not None,
            replace=how.replace,
            dry_run=how.dry_run,
            actor=actor or Operator(),
        )
        replaced = _write_all(good, writer, report, lambda done: tell(0.3 + 0.7 * done / first.count, Phase.WRITING))
    if replaced and var is not None and not how.dry_run:
        reread_ideas(replaced, campaign_id=campaign_id, var=var)
    return report


def _write_all(good: IO[str], writer: PieceWriter, report: ImportReport, tell: Callable[[int], None]) -> list[int]:
    """Write the rows that were set aside, a piece at a time; return the numbers of the ideas that were replaced."""
    lines, replaced, done = iter(good), list[int](), 0
    while rows := [json.loads(line) for line in islice(lines, PIECE)]:
        piece = writer.write(rows)
        writer.note(rows)
        give_way()
        done += len(rows)
        tell(done)
        report.added += piece.added
        report.already += piece.already
        report.corrected += piece.corrected
        replaced += piece.replaced_ids
    report.replaced = len(replaced)
    return replaced


def _name_source(given: str | None, path: Path) -> str:
    if given is None:
        return one_line(without_refused(path.name.split(".")[0]))[:LONGEST_SOURCE]
    name = one_line(clean_text(given))
    if not name:
        raise RuleBroken(N_("Donnez un nom à la source."))
    check_text(name, longest=LONGEST_SOURCE)
    return name


def read_directories() -> Directories:
    """Return what rows may name: the bodies and the territories that are known here."""
    producers = queries.directories.list_producers()
    named = {one.name.casefold(): one.id for one in producers} | {one.slug.casefold(): one.id for one in producers}
    return Directories(named, {one.code for one in queries.directories.list_territories()})


class _SetAside:
    """The first reading of a file: good rows go to a temporary file, a line each, all else to the report."""

    def __init__(
        self, mapping: Mapping[str, str], how: ImportOptions, directories: Directories, report: ImportReport
    ) -> None:
        self._mapping, self._how, self._directories, self._report = mapping, how, directories, report
        self._used = {mapping.get(name, name) for name in NAMES} - {"", *how.ignored}
        self._columns: dict[str, None] = {}
        self._is_of_an_edition = False
        self.count = 0  # of good rows

    def write(self, path: Path, good: IO[str]) -> set[str]:
        """Write the good rows; return the numbers that several of them share."""
        numbers: set[str] = set()
        twice: set[str] = set()
        reading = Reading(self._how.separator, self._how.sheet, is_used={*self._used, *EDITION_COLUMNS}.__contains__)
        for place, found in read_file(path, reading):
            try:
                row = self._read(place, found)
            except RuleBroken as refusal:
                self._report.bad.append((place, _without_trace(refusal)))
                continue
            number = row["source_number"]
            (twice if number in numbers else numbers).add(number)
            good.write(json.dumps([place, row]) + "\n")
            self.count += 1
        if self._columns:
            self._check_columns()
        read = {*self._used, *((ESCAPED, *EDITION_COLUMNS) if self._is_of_an_edition else ())}
        unused = (name for name in self._columns if name not in read and not self._is_ignored(name))
        self._report.unused_columns = [without_refused(name) for name in unused]
        return twice

    def _read(self, place: int, found: Row | RuleBroken) -> Row:
        if isinstance(found, RuleBroken):
            raise found
        self._note_columns(found)
        row = {name: value for name, value in found.items() if not self._is_ignored(name)}
        idea = read_idea(row, self._mapping, self._directories)
        self._is_of_an_edition |= row.keys() >= OF_AN_EDITION
        self._report.titles_made += idea.is_title_made
        for name, value in idea.left_out:
            self._note_left_out(name, without_refused(value)[:LONGEST_SHOWN], place)
        columns = idea.columns
        columns["import_key"] = make_import_key(columns)
        columns["search_text"] = make_search_text(*(str(columns[name]) for name in WORDS))
        columns["signals"] = int(find_signals(columns))
        columns["handled"], columns["edited_on"] = idea.handled, idea.edited_on
        return columns

    def _is_ignored(self, column: str) -> bool:
        """Tell whether a column is left aside, by its own name or by the one that it shares with others."""
        return bool({column, re.sub(r" \(\d+\)$", "", column)} & {*self._how.ignored})

    def _note_columns(self, row: Row) -> None:
        wanted = {*self._used, *self._how.ignored}
        self._columns.update(dict.fromkeys(name for name in row if name in wanted or len(self._columns) < MOST_COLUMNS))

    def _note_left_out(self, name: str, value: str, place: int) -> None:
        told = self._report.left_out
        if (name, value) not in told and len(told) >= MOST_LEFT_OUT:
            value = "…"
        count, first = told.get((name, value), (0, place))
        told[name, value] = (count + 1, first)

    def _check_columns(self) -> None:
        wanted = [column for column in self._mapping.values() if column]
        wanted += [name for name in self._how.ignored if not any(map(self._is_ignored, self._columns))]
        if (text := self._mapping.get("data_wanted", "data_wanted")) not in wanted:
            wanted.append(text)
        if missing := [column for column in wanted if column not in self._columns]:
            raise RuleBroken(
                N_("Colonnes introuvables : %(missing)s. Le fichier a : %(names)s."),
                missing=", ".join(missing),
                names=", ".join(map(without_refused, self._columns)),
            )


def _without_trace(refusal: RuleBroken) -> RuleBroken:
    """Return a refusal without its traceback, which would keep in memory the row that it was raised for."""
    for one in refusal.errors.values() if isinstance(refusal, Invalid) else ():
        one.with_traceback(None).__context__ = None
    return refusal.with_traceback(None)

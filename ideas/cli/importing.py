"""`ideas import`: ideas gathered elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ideas.cli.base import as_json, explain, find_campaign, opened, tell

SHOWN = 50
TAB = {"tab": "\t", "\\t": "\t"}


class Place(click.ParamType):
    """FIELD=COLUMN."""

    name = "field=column"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return the field and the column that holds it, nothing when none does."""
        field, sign, column = value.partition("=")
        if not (field and sign):
            self.fail(f"{value!r} should name a field and a column, as in data_wanted=body.", param, ctx)
        return field.strip(), column.strip()


class Separator(click.ParamType):
    """One character, or the word `tab`."""

    name = "separator"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the character."""
        character = TAB.get(value.lower(), value)
        if len(character) != 1 or character in '"\r\n':
            self.fail(f"{value!r} should be one character, such as ';', or the word tab.", param, ctx)
        return str(character)


def as_table(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what says how a table is read where the file does not."""
    sheet = click.option("--sheet", metavar="NAME", help="The sheet of a workbook; the first one when it is not named.")
    return click.option(
        "--separator",
        type=Separator(),
        metavar="SIGN",
        help="What separates the cells of a CSV, or the word tab; found by itself when it is not said.",
    )(sheet(command))


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--campaign", "slug", required=True, metavar="SLUG", help="The campaign that receives the ideas.")
@click.option(
    "--map",
    "mapping",
    type=Place(),
    multiple=True,
    metavar="FIELD=COLUMN",
    help="The column of the file that holds a field, as in data_wanted=body; `theme=` leaves it empty. Repeatable.",
)
@click.option("--ignore", "ignored", multiple=True, metavar="COLUMN", help="A column to leave aside. Repeatable.")
@click.option(
    "--source",
    metavar="NAME",
    help="Where the numbers of the file come from; the name of the file when it is not said.",
)
@as_table
@click.option("--publish", is_flag=True, help="Put the ideas online at once; else they wait for review.")
@click.option("--replace", is_flag=True, help="Put a corrected text in the place of the one known by its number.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@as_json
def import_file(
    file: Path, *, slug: str, mapping: tuple[tuple[str, str], ...], for_program: bool, dry_run: bool, **options: Any
) -> None:
    """Import the ideas of a file.

    FILE is CSV, JSON Lines or XLSX, plain, .gz or .xz; the same file twice adds nothing. A column named `id` is kept as
    the number that the source gives; two sources have numbers of their own. An idea is there already when it has the
    same number and the same words; other words under a number that the same source has given are told, and replace the
    former ones with --replace.

    An idea without title gets one from its first words. Markup becomes the text that a reader saw. A code that is not
    one of ours leaves its field empty. Bad rows are told on standard error with their place in the file, the good ones
    land.
    """
    from ideas.actions.importing import ImportOptions, import_ideas

    with opened() as app:
        report = import_ideas(
            file,
            campaign=find_campaign(slug),
            how=ImportOptions(mapping=dict(mapping), dry_run=dry_run, **options),
            now=datetime.now(UTC),
            var=app.config["IDEAS"].var,
        )
    _tell(report, dry_run=dry_run, for_program=for_program)
    if report.bad and not (report.added or report.already or report.replaced or report.corrected):
        raise click.ClickException(f"None of the {len(report.bad)} rows could be imported.")


def _tell(report: Any, *, dry_run: bool, for_program: bool) -> None:
    word = report.place_word
    bad = [{"row": number, "reason": explain(reason)} for number, reason in report.bad]
    corrected = [{"row": number, "number": known} for number, known in report.corrected]
    left_out = [
        {"field": name, "value": value, "rows": count, "first_row": first}
        for (name, value), (count, first) in report.left_out.items()
    ]
    _list([f"{word} {one['row']}: {one['reason']}" for one in bad], "bad rows")
    known = f"is known in the source “{report.source}” with other words: --replace would replace them."
    _list([f"{word} {one['row']}: number {one['number']} {known}" for one in corrected], "corrected texts")
    _list(
        [
            f"{one['field']}: “{one['value']}” is not one of ours, left empty ({one['rows']} times, first at {word}"
            f" {one['first_row']})."
            for one in left_out
        ],
        "values left out",
    )
    facts: dict[str, Any] = {"would_be_added" if dry_run else "added": report.added, "already_there": report.already}
    facts |= {
        "would_be_replaced" if dry_run else "replaced": report.replaced,
        "corrected_texts_kept_out": len(corrected),
    }
    facts |= {"bad_rows": len(bad), "titles_made": report.titles_made, "source": report.source}
    if for_program:
        facts |= {"columns_with_no_field": report.unused_columns, "left_out": left_out}
        tell(facts | {"corrected": corrected, "bad": bad}, for_program=True)
    else:
        tell(facts | {"columns_with_no_field": ", ".join(report.unused_columns) or "none"}, for_program=False)


def _list(lines: list[str], what: str) -> None:
    for line in lines[:SHOWN]:
        click.echo(line, err=True)
    if len(lines) > SHOWN:
        click.echo(f"and {len(lines) - SHOWN} more {what}: --json lists them all.", err=True)

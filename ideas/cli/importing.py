"""`ideas import`: ideas gathered elsewhere."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ideas.cli.base import as_json, explain, find_campaign, opened, tell

SHOWN = 50


class Place(click.ParamType):
    """FIELD=COLUMN."""

    name = "field=column"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return the field and the column that holds it."""
        field, sign, column = value.partition("=")
        if not (field and sign and column):
            self.fail(f"{value!r} should name a field and a column, as in data_wanted=body.", param, ctx)
        return field.strip(), column.strip()


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--campaign", "slug", required=True, metavar="SLUG", help="The campaign that receives the ideas.")
@click.option(
    "--map",
    "mapping",
    type=Place(),
    multiple=True,
    metavar="FIELD=COLUMN",
    help="The column of the file that holds a field, as in data_wanted=body; may be given again.",
)
@click.option("--publish", is_flag=True, help="Put the ideas online at once; else they wait for review.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@as_json
def import_file(
    file: Path, *, slug: str, mapping: tuple[tuple[str, str], ...], publish: bool, dry_run: bool, for_program: bool
) -> None:
    """Import the ideas of a file.

    FILE is CSV, JSON Lines or XLSX, plain, .gz or .xz; the same file twice adds nothing.

    A column named `id` is kept as the source's own number. Bad rows are told on standard error, the good ones land.
    """
    from ideas.actions.importing import import_ideas

    with opened():
        report = import_ideas(
            file,
            campaign=find_campaign(slug),
            mapping=dict(mapping),
            publish=publish,
            dry_run=dry_run,
            now=datetime.now(UTC),
        )
    _tell(report, dry_run=dry_run, for_program=for_program)
    if report.bad and not report.added and not report.already:
        raise click.ClickException(f"None of the {len(report.bad)} rows could be imported.")


def _tell(report: Any, *, dry_run: bool, for_program: bool) -> None:
    bad = [{"row": number, "reason": explain(reason)} for number, reason in report.bad]
    for one in bad[:SHOWN]:
        click.echo(f"row {one['row']}: {one['reason']}", err=True)
    if len(bad) > SHOWN:
        click.echo(f"and {len(bad) - SHOWN} more bad rows: --json lists them all.", err=True)
    facts = {"would_be_added" if dry_run else "added": report.added, "already_there": report.already}
    facts |= {"bad_rows": len(bad), "columns_with_no_field": report.unused_columns}
    if for_program:
        tell(facts | {"bad": bad}, for_program=True)
    else:
        tell(facts | {"columns_with_no_field": ", ".join(report.unused_columns) or "none"}, for_program=False)

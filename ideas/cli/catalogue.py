"""`ideas catalogue import`: the data sets that are open already."""

from pathlib import Path

import click

from ideas.cli.base import as_json, explain, opened, tell
from ideas.cli.importing import as_table

SHOWN = 20


@click.group()
def catalogue() -> None:
    """Know the data sets that are open already."""


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_table
@click.option("--allow-removals", is_flag=True, help="Forget what left the catalogue, were it more than a tenth.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@as_json
def import_file(
    file: Path, *, separator: str | None, sheet: str | None, allow_removals: bool, dry_run: bool, for_program: bool
) -> None:
    """Take in the national catalogue.

    FILE is the CSV that data.gouv.fr publishes, or data sets as its API gives them, one a line of JSON Lines, or the
    same columns in XLSX, plain, .gz or .xz. What left the catalogue is forgotten here; a file that would make more than
    a tenth of it forgotten is refused without --allow-removals.
    """
    from ideas.actions.catalogue import import_catalogue

    options = {"separator": separator, "sheet": sheet}
    with opened() as app:
        report = import_catalogue(
            file, var=app.config["IDEAS"].var, allow_removals=allow_removals, dry_run=dry_run, **options
        )
    bad = [{"row": number, "reason": explain(reason)} for number, reason in report.bad]
    for one in bad[:SHOWN]:
        click.echo(f"{report.place_word} {one['row']}: {one['reason']}", err=True)
    counts = {"added": report.added, "changed": report.changed, "gone": report.gone}
    facts = {f"would_be_{name}" if dry_run else name: count for name, count in counts.items()} | {"bad_rows": len(bad)}
    tell(facts | ({"bad": bad} if for_program else {}), for_program=for_program)

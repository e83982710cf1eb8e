"""`ideas catalogue import`: the data sets that are open already."""

from pathlib import Path

import click

from ideas.cli.base import as_json, explain, opened, tell

SHOWN = 20


@click.group()
def catalogue() -> None:
    """Know the data sets that are open already."""


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def import_file(file: Path, *, for_program: bool) -> None:
    """Take in the national catalogue.

    FILE is the CSV that data.gouv.fr publishes, or the same columns in JSON Lines or XLSX, plain, .gz or .xz; what left
    the catalogue is forgotten here.
    """
    from ideas.actions.catalogue import import_catalogue

    with opened() as app:
        report = import_catalogue(file, var=app.config["IDEAS"].var)
    bad = [{"row": number, "reason": explain(reason)} for number, reason in report.bad]
    for one in bad[:SHOWN]:
        click.echo(f"row {one['row']}: {one['reason']}", err=True)
    facts = {"added": report.added, "changed": report.changed, "gone": report.gone, "bad_rows": len(bad)}
    tell(facts | ({"bad": bad} if for_program else {}), for_program=for_program)

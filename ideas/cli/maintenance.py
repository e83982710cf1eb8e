"""`ideas migrate`, `backup`, `restore`, `doctor`: keeping an installation well."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ideas.cli.base import as_json, engine_of, opened, tell
from ideas.config import LACKS_PROXY, BadSetting, Config

if TYPE_CHECKING:
    from ideas.operations.health_checks import Finding

ADVISED = ("origin", "contact", "publisher", "host_provider")


@click.command()
@as_json
def migrate(*, for_program: bool) -> None:
    """Bring the database to this version."""
    from ideas.retrieval.idea_indexes import forget_indexes
    from ideas.store.migrating import migrate as bring_up
    from ideas.store.revisions import find_revision

    with opened() as app:
        engine = engine_of(app)
        before = find_revision(engine)
        bring_up(engine)
        revision = find_revision(engine)
        if before != revision:
            forget_indexes(app.config["IDEAS"].var)
    sentence = f"The database is at {revision} (it was {'there already' if before == revision else before or 'empty'})."
    tell({"before": before, "revision": revision}, for_program=for_program, sentence=sentence)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def backup(file: Path, *, for_program: bool) -> None:
    """Write all the data to FILE while the site goes on.

    FILE is a .zip of every table and of the files of the editions. It holds addresses of people: guard it.
    """
    from ideas.operations.backups import write_backup

    with opened() as app:
        rows = write_backup(file, var=app.config["IDEAS"].var, now=datetime.now(UTC))
    facts = {"file": str(file), "bytes": file.stat().st_size, "rows": rows}
    tell(facts, for_program=for_program, sentence=f"{file}: {sum(rows.values())} rows, {facts['bytes']} bytes.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def restore(file: Path, *, for_program: bool) -> None:
    """Fill an empty database with a backup.

    FILE is what `ideas backup` wrote, on SQLite or PostgreSQL; it may be restored on the other one.
    """
    from ideas.operations.backups import restore_backup
    from ideas.store.migrating import migrate as bring_up

    with opened() as app:
        bring_up(engine_of(app))
        rows = restore_backup(file, var=app.config["IDEAS"].var)
    tell({"rows": rows}, for_program=for_program, sentence=f"{sum(rows.values())} rows are restored.")


@click.command()
@click.option("--repair", is_flag=True, help="Count again the votes of ideas that an earlier version miscounted.")
@as_json
def doctor(*, repair: bool, for_program: bool) -> None:
    """Look this installation over.

    Settings, disk, files, database, counts of votes, outbox, jobs, index, mail server, providers of identities;
    exit 1 when one is not well.
    """
    from ideas.operations.health_checks import Finding, look_over, repair_counts

    config = Config.from_environment()
    findings, now = [_check_settings(config)], datetime.now(UTC)
    with opened(config):
        if repair and (mended := repair_counts()):
            findings.append(Finding("repair", True, f"{len(mended)} ideas counted again."))
        findings += look_over(var=config.var, smtp_url=config.smtp_url, openid=config.openid, now=now)
    if for_program:
        tell([asdict(one) for one in findings], for_program=True)
    else:
        for one in findings:
            click.echo(f"{'well ' if one.is_well else 'WRONG'}  {one.subject}: {one.sentence}")
    wrong = [one.subject for one in findings if not one.is_well]
    if wrong:
        raise click.ClickException(f"Not well: {', '.join(wrong)}.")


def _check_settings(config: Config) -> "Finding":
    """Say whether the web server would start with these settings, and what its pages would lack."""
    from ideas.openid.providers import read_providers
    from ideas.operations.health_checks import Finding

    lacks = [f"IDEAS_{name.upper()}" for name in ADVISED if not getattr(config, name)]
    has_own_key = (Path(config.var) / "secret-key").exists()  # the demonstration makes it for itself
    try:
        if not has_own_key:
            config.signing_key()
        config.twice_proven_roles()
        read_providers(config.openid)
    except BadSetting as error:
        return Finding("settings", False, str(error))
    if config.lacks_proxy:
        return Finding("settings", False, LACKS_PROXY)
    return Finding("settings", True, f"not set: {', '.join(lacks) or 'none'}.")

"""`ideas export` and `ideas edition`: open data."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from ideas.cli.base import as_json, find_campaign, opened, tell
from ideas.domain.accounts import Operator

if TYPE_CHECKING:
    from ideas.store.models import Edition


class Name(click.ParamType):
    """SLUG/NUMBER, or NUMBER alone in the campaign that runs."""

    name = "edition"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Return the slug (empty for the campaign that runs) and the number."""
        slug, _, number = value.rpartition("/")
        if not number.isascii() or not number.isdecimal() or len(number) > 9:
            self.fail(f"{value!r} should be a number, or a campaign and a number as in donnees-2026/1.", param, ctx)
        return slug, int(number)


@click.command()
@click.option("--campaign", "slug", required=True, metavar="SLUG", help="The campaign whose results are written.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that receives the files of an edition; made if need be.",
)
@click.option("--table", type=click.Choice(["ideas", "clusters", "decisions", "figures"]), help="Print this one only.")
@click.option("--format", "format_", type=click.Choice(["csv", "jsonl"]), default="csv", help="How it is printed.")
@as_json
def export(slug: str, *, folder: Path | None, table: str | None, format_: str, for_program: bool) -> None:
    """Write the files of an edition into a folder, or print one table as it is read.

    Nothing is published by it. Same data, same bytes.
    """
    from ideas.actions.editions import stream_table, write_edition_files

    if (folder is None) == (table is None):
        raise click.UsageError("Give a folder (--to) or a table (--table).")
    with opened():
        campaign = find_campaign(slug)
        if folder is None:
            for piece in stream_table(campaign, str(table), format_):
                click.echo(piece.encode(), nl=False)
            return
        files = write_edition_files(campaign, folder)
    size = sum(one["size"] for one in files.values())
    sentence = f"{len(files)} files, {size} bytes, in {folder}."
    tell({"folder": str(folder), "files": files}, for_program=for_program, sentence=sentence)


@click.group()
def edition() -> None:
    """Publish, list, compare and withdraw numbered, frozen editions."""


@edition.command()
@click.argument("slug")
@click.option("--later", is_flag=True, help="Ask the worker to do it, and do not wait.")
@as_json
def publish(slug: str, *, later: bool, for_program: bool) -> None:
    """Publish the next edition of a campaign."""
    from ideas.actions.editions import ask_edition
    from ideas.domain.jobs import Kind
    from ideas.operations.jobs import Means, run_now
    from ideas.store import queries

    with opened() as app:
        campaign = find_campaign(slug)
        if later:
            asked = ask_edition(campaign.id, actor=Operator(), now=datetime.now(UTC))
            tell({"job": asked.id, "state": asked.state}, for_program=for_program, sentence="The worker will do it.")
            return
        means = Means(clock=lambda: datetime.now(UTC), var=app.config["IDEAS"].var)
        outcome = run_now(Kind.PUBLISH_EDITION, campaign.id, means, actor=Operator())
        published = queries.editions.find(slug, outcome["number"])
        assert published is not None
        facts = _describe(published, slug)
    sentence = f"Edition {facts['edition']} is published: {facts['ideas']} ideas."
    tell(facts, for_program=for_program, sentence=sentence)


@edition.command("list")
@as_json
def list_all(*, for_program: bool) -> None:
    """List the editions, the latest first."""
    from ideas.store import queries

    with opened():
        editions = [_describe(one, slug) for one, slug, _title in queries.editions.list_all()]
    if for_program:
        tell(editions, for_program=True)
        return
    for one in editions:
        withdrawn = f"  withdrawn {one['withdrawn_at'][:10]}" if one["withdrawn_at"] else ""
        click.echo(
            f"{one['edition']}  {one['published_at'][:16]}  {one['ideas']} ideas  {one['sha256'][:12]}{withdrawn}"
        )


@edition.command()
@click.argument("number", type=click.IntRange(1, 999_999_999))
@click.option("--campaign", "slug", required=True, metavar="SLUG", help="The campaign of the edition.")
@click.option("--reason", required=True, help="Why, for the public register and the page of editions.")
@click.option("--erase", is_flag=True, help="Remove its files from the disk too, for good.")
@as_json
def withdraw(number: int, *, slug: str, reason: str, erase: bool, for_program: bool) -> None:
    """Stop serving the files of edition NUMBER.

    Its line stays on the page of editions, with the day and the reason; its addresses answer 410 Gone. Backups made
    before keep the files.
    """
    from ideas.actions.editions import withdraw_edition
    from ideas.store import queries

    with opened() as app:
        find_campaign(slug)
        var = app.config["IDEAS"].var
        withdraw_edition(slug, number, reason=reason, actor=Operator(), now=datetime.now(UTC), var=var, erase=erase)
        edition = queries.editions.find(slug, number)
        assert edition is not None  # it was just withdrawn
        facts = _describe(edition, slug)
    tell(facts, for_program=for_program, sentence=f"Edition {facts['edition']} is withdrawn.")


@edition.command()
@click.argument("a", type=Name())
@click.argument("b", type=Name())
@as_json
def diff(a: tuple[str, int], b: tuple[str, int], *, for_program: bool) -> None:
    """Say what changed from edition A to edition B.

    An edition is named SLUG/NUMBER, or NUMBER alone in the campaign that runs.
    """
    from ideas.exports.comparison import compare_editions

    with opened() as app:
        var = app.config["IDEAS"].var
        found = compare_editions(_find_folder(a, var), _find_folder(b, var))
    if for_program:
        tell(asdict(found), for_program=True)
        return
    for name, numbers in (("added", found.added), ("removed", found.removed), ("changed", found.changed)):
        click.echo(f"{name}: {len(numbers)}{_list(numbers)}")
    tell({f"changed {column}": count for column, count in found.columns.items()}, for_program=False)


def _find_folder(name: tuple[str, int], var: str) -> Path:
    from ideas.actions.editions import edition_folder
    from ideas.store import queries

    slug, number = name
    if not slug:
        running = queries.campaigns.find_current(datetime.now(UTC))
        slug = running.slug if running else ""
    if queries.editions.find(slug, number) is None:
        raise click.ClickException(f"There is no edition {slug}/{number}.")
    folder = edition_folder(var, slug, number)
    if not folder.exists():
        raise click.ClickException(f"The files of edition {slug}/{number} are no longer on the disk.")
    return folder


class EditionFacts(TypedDict):
    """An edition as it is listed; moments are in ISO 8601."""

    edition: str
    campaign: str
    number: int
    published_at: str
    ideas: int
    sha256: str
    withdrawn_at: str | None
    withdrawal_reason: str


def _describe(one: "Edition", slug: str) -> EditionFacts:
    return {
        "edition": f"{slug}/{one.number}",
        "campaign": slug,
        "number": one.number,
        "published_at": one.published_at.isoformat(),
        "ideas": one.idea_count,
        "sha256": one.sha256,
        "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
        "withdrawal_reason": one.withdrawal_reason,
    }


def _list(numbers: list[int], most: int = 20) -> str:
    shown = ", ".join(str(number) for number in numbers[:most])
    return f" ({shown}{'…' if len(numbers) > most else ''})" if numbers else ""

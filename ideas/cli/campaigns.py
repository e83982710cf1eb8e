"""`ideas campaign`: create, say, choose how it goes, close, list."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

import click

from ideas.cli.base import as_json, find_campaign, opened, tell
from ideas.domain.accounts import Operator
from ideas.domain.campaigns import PARIS
from ideas.domain.clusters import Grain
from ideas.domain.publication import Moderation

if TYPE_CHECKING:
    from ideas.store.models import Campaign

_ALREADY = "Campaign %s does so already."


class DateType(click.ParamType):
    """A day, or a day and an hour: Paris time unless a zone is given. A day alone means its `end` or its beginning."""

    name = "date"

    def __init__(self, *, end: bool = False) -> None:
        self.end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment in UTC."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-11-30 or 2026-11-30T18:00.", param, ctx)
        if self.end and _is_day(value):
            moment += timedelta(days=1)
        return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


@click.group()
def campaign() -> None:
    """Create, close and list campaigns, and choose how they go."""


@campaign.command()
@click.argument("slug")
@click.option("--title", required=True, help="Title of the campaign's page (200 characters at most).")
@click.option("--question", required=True, help="The question that is asked (300 characters at most).")
@click.option("--opens", "opens_at", required=True, type=DateType(), help="Day it opens, or day and hour (Paris time).")
@click.option(
    "--closes",
    "closes_at",
    required=True,
    type=DateType(end=True),
    help="Day it closes, that day included, or day and hour (Paris time).",
)
@click.option(
    "--ideas-close",
    "ideas_close_at",
    type=DateType(end=True),
    help="Last day for ideas, that day included, when the last days are for support alone.",
)
@click.option("--introduction", default="", help="Some sentences under the question.")
@as_json
def create(slug: str, *, for_program: bool, **values: Any) -> None:
    """Create the campaign called SLUG.

    SLUG is made of lower-case letters, digits and dashes; it names the campaign everywhere.
    """
    from ideas.actions.campaigns import create_campaign

    with opened():
        created = create_campaign(slug=slug, now=datetime.now(UTC), **values)
        tell(_describe(created), for_program=for_program, sentence=f"Campaign {slug} is created.")


@campaign.command()
@click.argument("slug")
@click.argument("kind", type=click.Choice(["title", "question", "introduction", "rules", "help"]))
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Of the text.")
@click.option("--plain", "is_plain", is_flag=True, help="The short version, in plain words.")
@click.option("--text", help="What to say; an empty text takes it away.")
@click.option(
    "--file", "source", type=click.File(encoding="utf-8"), help="Where the text is; - reads what is piped in."
)
@as_json
def say(
    slug: str, kind: str, *, language: str, is_plain: bool, text: str | None, source: Any, for_program: bool
) -> None:
    """Write a text of the campaign called SLUG: its title, question, introduction, rules or help.

    A blank line ends a paragraph; lines that begin by a dash make a list.
    """
    from ideas.actions.campaigns import write_campaign_text
    from ideas.domain.campaign_texts import TextKind

    if (text is None) == (source is None):
        raise click.UsageError("Give either --text or --file.")
    said = source.read() if source else text or ""
    with opened():
        written = write_campaign_text(find_campaign(slug).id, TextKind(kind), language, said, is_plain=is_plain)
        tell(_describe(written), for_program=for_program, sentence=f"Campaign {slug} says it.")


@campaign.command()
@click.argument("slug")
@click.option("--note", default="", help="Why, for the public register.")
@as_json
def close(slug: str, *, note: str, for_program: bool) -> None:
    """Close the campaign called SLUG, now.

    Ideas and votes are no longer taken; a decision in the public register says so, each author is told once, and the
    worker is asked for the edition of the results.
    """
    from ideas.actions.closing import close_campaign

    with opened():
        closed = find_campaign(slug)
        close_campaign(closed.id, actor=Operator(), now=datetime.now(UTC), note=note)
        tell(_describe(closed), for_program=for_program, sentence=f"Campaign {slug} is closed.")


@campaign.command()
@click.argument("slug")
@click.option("--closes", "closes_at", required=True, type=DateType(end=True), help="New last day, or day and hour.")
@click.option("--reason", required=True, help="Why, for the public register.")
@as_json
def reopen(slug: str, *, closes_at: datetime, reason: str, for_program: bool) -> None:
    """Take ideas and votes again in the campaign called SLUG, which is closed."""
    from ideas.actions.closing import reopen_campaign

    with opened():
        reopened = find_campaign(slug)
        reopen_campaign(reopened.id, closes_at=closes_at, reason=reason, actor=Operator(), now=datetime.now(UTC))
        tell(_describe(reopened), for_program=for_program, sentence=f"Campaign {slug} is open again.")


@campaign.command()
@click.argument("slug")
@click.argument("when", type=click.Choice([one.value for one in Moderation]))
@click.option("--reason", default="", help="Why, for the public register; asked for once the campaign is open.")
@as_json
def review(slug: str, when: str, *, reason: str, for_program: bool) -> None:
    """Have the ideas of the campaign called SLUG read before they are public, or after.

    What waits already goes on waiting, and what is online stays there; the public register tells of the change.
    """
    from ideas.actions.campaigns import change_moderation

    with opened():
        changed = find_campaign(slug)
        now = datetime.now(UTC)
        decision = change_moderation(changed.id, Moderation(when), reason=reason, actor=Operator(), now=now)
        sentence = f"Campaign {slug} has its ideas read {when} they are public."
        tell(_describe(changed), for_program=for_program, sentence=sentence if decision else _ALREADY % slug)


@campaign.command()
@click.argument("slug")
@click.argument("width", type=click.Choice([one.value for one in Grain]))
@as_json
def grain(slug: str, width: str, *, for_program: bool) -> None:
    """Have the next runs of the campaign called SLUG make wider or finer subjects.

    What everybody sees stays until a proposal is accepted; the public register tells of the change.
    """
    from ideas.actions.campaigns import change_grain

    with opened():
        changed = find_campaign(slug)
        decision = change_grain(changed.id, Grain(width), actor=Operator(), now=datetime.now(UTC))
        sentence = f"The next runs of campaign {slug} make {width} subjects."
        tell(_describe(changed), for_program=for_program, sentence=sentence if decision else _ALREADY % slug)


@campaign.command()
@click.argument("slug")
@click.argument("whether", type=click.Choice(["on", "off"]))
@as_json
def comments(slug: str, whether: str, *, for_program: bool) -> None:
    """Have the campaign called SLUG take comments on its ideas, or no new ones: those that are online stay.

    The public register tells of the change.
    """
    from ideas.actions.campaigns import allow_comments

    with opened():
        changed = find_campaign(slug)
        now = datetime.now(UTC)
        decision = allow_comments(changed.id, is_allowed=whether == "on", actor=Operator(), now=now)
        sentence = f"Campaign {slug} takes {'comments' if whether == 'on' else 'no new comments'}."
        tell(_describe(changed), for_program=for_program, sentence=sentence if decision else _ALREADY % slug)


@campaign.command("list")
@as_json
def list_all(*, for_program: bool) -> None:
    """List the campaigns, the latest opening first."""
    from ideas.store import queries

    with opened():
        campaigns = [_describe(one) for one in queries.campaigns.list_all()]
    if for_program:
        tell(campaigns, for_program=True)
        return
    for one in campaigns:
        click.echo(f"{one['slug']}  {one['state']}  {one['opens_at'][:16]} to {one['closes_at'][:16]}  {one['title']}")


class CampaignFacts(TypedDict):
    """A campaign as it is listed; moments are of Paris, in ISO 8601."""

    slug: str
    title: str
    question: str
    state: str
    opens_at: str
    ideas_close_at: str | None
    closes_at: str
    closed_at: str | None
    reviewed: str
    grain: str
    takes_comments: bool


def _describe(one: "Campaign") -> CampaignFacts:
    from ideas.domain.campaigns import is_open

    now = datetime.now(UTC)
    state = "open" if is_open(one, now) else "to come" if now < one.opens_at and not one.closed_at else "closed"
    return {
        "slug": one.slug,
        "title": one.title,
        "question": one.question,
        "state": state,
        "opens_at": one.opens_at.astimezone(PARIS).isoformat(),
        "ideas_close_at": one.ideas_close_at.astimezone(PARIS).isoformat() if one.ideas_close_at else None,
        "closes_at": one.closes_at.astimezone(PARIS).isoformat(),
        "closed_at": one.closed_at.astimezone(PARIS).isoformat() if one.closed_at else None,
        "reviewed": one.moderation.value,
        "grain": one.grain.value,
        "takes_comments": one.takes_comments,
    }

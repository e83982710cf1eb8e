"""What every command shares: the application it works on, what it prints, and what it says when it fails."""

import errno
import gettext
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ideas.config import ROOT, BadSetting, Config
from ideas.domain.errors import Invalid, RuleBroken

if TYPE_CHECKING:
    from flask import Flask

    from ideas.store.models import Campaign

LOCK_TIMEOUT = "55P03"
BUSY = "The database is busy: somebody else has been writing for several seconds. Try again."
Command = TypeVar("Command", bound=Callable[..., object])


class Door(click.Group):
    """Loads the command that is typed, and turns every expected failure into one line.

    A fault of ours keeps its traceback. `places` says where each command is, as `module:name`.
    """

    def __init__(self, *given: Any, places: Mapping[str, str], **named: Any) -> None:
        super().__init__(*given, **named)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Name the commands in the order of their use."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click calls it
        """Return the command of that name, imported now."""
        if cmd_name not in self.places:
            return None
        module, _, name = self.places[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (BadSetting, RuleBroken, OSError) as error:
            if getattr(error, "errno", None) == errno.EPIPE:
                raise
            raise click.ClickException(explain(error)) from error
        except Exception as error:
            # By their names: loading the store is for the commands that open it.
            if not type(error).__module__.startswith(("sqlalchemy.", "ideas.store.")):
                raise
            raise click.ClickException(_explain_database(error)) from error


def explain(error: Exception) -> str:
    """Return the sentence of a failure on one line, in English where it is known."""
    if isinstance(error, Invalid):
        return "; ".join(f"{field}: {explain(refusal)}" for field, refusal in error.errors.items())
    if isinstance(error, RuleBroken):
        translate = gettext.translation("messages", ROOT / "ideas" / "translations", ["en"], fallback=True).gettext
        facts = {name: translate(fact) if isinstance(fact, str) else fact for name, fact in error.facts.items()}
        return translate(error.message) % facts if facts else translate(error.message)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return _first_line(error)


def _explain_database(error: Exception) -> str:
    sentence = _first_line(getattr(error, "orig", None) or error)
    if type(error).__name__ == "Busy":
        return BUSY
    if type(error).__name__ in {"ArgumentError", "NoSuchModuleError"}:
        return f"IDEAS_DATABASE_URL cannot be used: {sentence}."
    if "no such table" in sentence or "no such column" in sentence or "does not exist" in sentence:
        return f"The database is not at this version ({sentence}): run `ideas migrate`."
    if getattr(getattr(error, "orig", None), "sqlstate", None) == LOCK_TIMEOUT:
        return BUSY
    return f"The database does not do what it is asked: {sentence}"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


@contextmanager
def opened(config: Config | None = None) -> Iterator["Flask"]:
    """Open the database for one command."""
    from ideas.app import open_database

    os.umask(0o077)  # what a command writes is for its user alone
    app = open_database(config)
    try:
        with app.app_context():
            yield app
    finally:
        with app.app_context():
            engine_of(app).dispose()


def as_json(command: Command) -> Command:
    """Give a command its `--json`, for programs."""
    return click.option("--json", "for_program", is_flag=True, help="Print JSON, for a program to read.")(command)


def tell(facts: Any, *, for_program: bool, sentence: str | None = None) -> None:
    """Print the outcome of a command: a sentence, else one fact a line, or all of it as JSON."""
    if for_program:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
    elif sentence is not None:
        click.echo(sentence)
    else:
        for name, fact in facts.items():
            click.echo(f"{name.replace('_', ' ')}: {fact}")


def find_campaign(slug: str) -> "Campaign":
    """Return the campaign called `slug`, or say which there are."""
    from ideas.store import queries

    campaign = queries.campaigns.find(slug)
    if campaign is None:
        known = ", ".join(one.slug for one in queries.campaigns.list_all()) or "none yet"
        raise click.ClickException(f"No campaign is called “{slug}” (campaigns: {known}).")
    return campaign


def engine_of(app: "Flask") -> Any:
    """Return the engine of the application's database."""
    return app.extensions["sqlalchemy"].engine


def find_body(slug: str | None) -> int | None:
    """Return the number of a body by its slug, None when none is given."""
    from ideas.store import queries

    if slug is None:
        return None
    body = queries.producers.find(slug)
    if body is None:
        raise click.BadParameter(f"no body of the directory is called “{slug}”.")
    return body.id

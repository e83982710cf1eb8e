"""`ideas manual`: the pages of `docs/` that are made from the code, so that they stay true."""

from collections.abc import Iterator
from dataclasses import fields

import click

from ideas.cli.rights import rights_page
from ideas.config import ROOT, Config
from ideas.exports.package import write_manual

WIDTH = 100

SETTINGS = """\
# Settings

Made from `ideas/config.py` by `ideas manual settings`. Each setting is an environment variable; `ideas doctor` says
whether those in force are enough. A number of `0` or an empty text is a setting that is not made.

| variable | default | what it is |
| --- | --- | --- |
"""
COMMANDS = """\
# Commands

Made from the commands by `ideas manual commands`; each answers to `--help` with what is below.

Exit code 0: done. 2: badly asked. 1: could not be done, and one line on standard error says why.
With `--json`, what is printed on standard output is JSON.
"""


@click.command()
@click.argument("page", type=click.Choice(["settings", "commands", "data-dictionary", "rights"]))
@click.pass_context
def manual(context: click.Context, page: str) -> None:
    """Print a page of `docs/` that is made from the code."""
    pages = {
        "settings": settings_page,
        "commands": lambda: commands_page(context.find_root().command),
        "data-dictionary": write_manual,
        "rights": rights_page,
    }
    click.echo(pages[page](), nl=False)


def settings_page() -> str:
    """Return every setting, its default and its sentence."""
    rows = [(f"IDEAS_{one.name.upper()}", _show(one.default), one.metadata["sentence"]) for one in fields(Config)]
    return SETTINGS + "".join(f"| `{name}` | {default} | {sentence} |\n" for name, default, sentence in rows)


def commands_page(command: click.Command) -> str:
    """Return what `--help` says of a command and of all that are under it."""
    return COMMANDS + "".join(_describe(command, "ideas", None))


def _describe(command: click.Command, name: str, above: click.Context | None) -> Iterator[str]:
    context = command.make_context(name, [], parent=above, resilient_parsing=True, terminal_width=WIDTH)
    yield f"\n## `{context.command_path}`\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for under in command.list_commands(context):
            found = command.get_command(context, under)
            if found is not None and not found.hidden:
                yield from _describe(found, under, context)


def _show(default: object) -> str:
    text = str(default).lower() if isinstance(default, bool) else str(default).replace(f"{ROOT}/", "")
    return f"`{text}`" if text else ""

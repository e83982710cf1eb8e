"""The `ideas` command: parses, calls an action, prints.

Exit code 0: done; 2: badly asked; 1: could not be done, with one line on standard error. What a command needs is
imported when it runs, so that `--help` answers at once.
"""

import click

from ideas.cli.base import Door
from ideas.cli.campaigns import campaign
from ideas.cli.catalogue import catalogue
from ideas.cli.editions import edition, export
from ideas.cli.importing import import_file
from ideas.cli.maintenance import backup, doctor, migrate, restore
from ideas.cli.manual import manual
from ideas.cli.people import role, sign_in_link
from ideas.cli.regrouping import regroup
from ideas.cli.running import demo, serve, worker

COMMANDS = (
    *(demo, serve, worker, migrate),
    *(campaign, import_file, regroup, export, edition, catalogue),
    *(role, sign_in_link, backup, restore, doctor, manual),
)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="ideas-call", prog_name="ideas")
def main() -> None:
    """Run a call for ideas about public data."""


for command in COMMANDS:
    main.add_command(command)

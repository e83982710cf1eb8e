"""The `ideas` command: parses, calls an action, prints.

Exit code 0: done; 2: badly asked; 1: could not be done, with one line on standard error. A command is imported when
it is typed, and what it needs when it runs, so that each begins at once.
"""

import click

from ideas.cli.base import Door

COMMANDS = {
    "demo": "ideas.cli.running:demo",
    "serve": "ideas.cli.running:serve",
    "worker": "ideas.cli.running:worker",
    "migrate": "ideas.cli.maintenance:migrate",
    "campaign": "ideas.cli.campaigns:campaign",
    "import": "ideas.cli.importing:import_file",
    "regroup": "ideas.cli.regrouping:regroup",
    "export": "ideas.cli.editions:export",
    "edition": "ideas.cli.editions:edition",
    "seal": "ideas.cli.sealing:seal",
    "answer": "ideas.cli.handling:answer",
    "handle": "ideas.cli.handling:handle",
    "catalogue": "ideas.cli.catalogue:catalogue",
    "role": "ideas.cli.people:role",
    "appoint": "ideas.cli.people:appoint",
    "sign-in-link": "ideas.cli.people:sign_in_link",
    "reset-factor": "ideas.cli.people:reset_factor",
    "backup": "ideas.cli.maintenance:backup",
    "restore": "ideas.cli.maintenance:restore",
    "doctor": "ideas.cli.maintenance:doctor",
    "job": "ideas.cli.jobs:job",
    "manual": "ideas.cli.manual:manual",
}


@click.group(
    cls=Door, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="ideas-call", prog_name="ideas")
def main() -> None:
    """Run a call for ideas about public data."""

"""`ideas seal`: words that must go out of the register."""

from datetime import UTC, datetime

import click

from ideas.cli.base import as_json, opened, tell
from ideas.domain.accounts import Operator


@click.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option("--reason", required=True, help="Why, for the public register.")
@as_json
def seal(number: int, *, reason: str, for_program: bool) -> None:
    """Drop the note of decision NUMBER for good.

    The register still verifies without it, and says that it was taken out. Editions that were published before keep
    it: withdraw them too.
    """
    from ideas.actions.register import seal_note

    with opened():
        decision = seal_note(number, reason=reason, actor=Operator(), now=datetime.now(UTC))
        facts = {"sealed": number, "decision": decision.id}
    tell(facts, for_program=for_program, sentence=f"The note of decision {number} is taken out.")

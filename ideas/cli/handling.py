"""`ideas handle` and `ideas answer`: leading requests, and answering them, for some ideas or for a whole subject."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ideas.cli.base import as_json, find_body, opened, tell
from ideas.domain.accounts import Operator
from ideas.domain.errors import N_, NotFound
from ideas.domain.handling import OUTCOMES, REFUSING, Handling
from ideas.domain.high_value import HighValue

if TYPE_CHECKING:
    from ideas.actions.handled import About
    from ideas.store.models import Decision


def _about(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the ideas that it is about."""
    for option in (
        click.option("--note", default="", help="A public note, for the register."),
        click.option("--leave-out", "left_out", type=int, multiple=True, metavar="IDEA", help="Not this idea of it."),
        click.option("--subject", type=int, metavar="NUMBER", help="All the ideas of this subject."),
        click.argument("ideas", type=int, nargs=-1, metavar="[IDEA]…"),
    ):
        command = option(command)
    return as_json(command)


@click.command()
@click.option("--as", "outcome", required=True, type=click.Choice([one.value for one in OUTCOMES]))
@click.option("--text", required=True, help="What the body says; public.")
@click.option("--body", metavar="SLUG", help="The body that speaks; the one that was asked when not given.")
@click.option("--dataset", "dataset_url", default="", metavar="ADDRESS", help="Where the data are open.")
@click.option("--on", "promised_on", type=click.DateTime(["%Y-%m-%d"]), help="The day that is promised.")
@click.option("--reason", default="", type=click.Choice(["", *REFUSING]), help="Why the data are refused.")
@click.option("--legal-basis", default="", help="The article; that of the reason when not given.")
@click.option("--passed-to", metavar="SLUG", help="The body that holds the data, when this one does not.")
@click.option("--high-value", type=click.Choice([one.value for one in HighValue]), help="Theme of high-value data.")
@_about
def answer(
    ideas: tuple[int, ...],
    *,
    subject: int | None,
    left_out: tuple[int, ...],
    note: str,
    outcome: str,
    text: str,
    body: str | None,
    dataset_url: str,
    promised_on: datetime | None,
    reason: str,
    legal_basis: str,
    passed_to: str | None,
    high_value: str | None,
    for_program: bool,
) -> None:
    """Give an answer to the requests of IDEAs, promise a date or put them off.

    One answer serves them all; each person is told once.
    """
    from ideas.actions.answers import Reply
    from ideas.actions.answers import answer as give_answer

    with opened():
        reply = Reply(
            text=text,
            dataset_url=dataset_url,
            promised_on=promised_on.date() if promised_on else None,
            reason=reason,
            legal_basis=legal_basis,
            producer_id=find_body(body),
            passed_to_id=find_body(passed_to),
            high_value=HighValue(high_value) if high_value else None,
        )
        _do(give_answer, ideas, subject, left_out, for_program, Handling(outcome), reply, note=note)


@click.group()
def handle() -> None:
    """Lead requests: route, ask, withdraw an answer, reopen, flag high-value data, undo."""


@handle.command()
@click.option("--to", "body", required=True, metavar="SLUG", help="The body that holds the data.")
@_about
def route(
    ideas: tuple[int, ...], *, subject: int | None, left_out: tuple[int, ...], note: str, body: str, for_program: bool
) -> None:
    """Send the requests of IDEAs to a body, or pass them on to another."""
    from ideas.actions.handling import route as send

    with opened():
        _do(send, ideas, subject, left_out, for_program, find_body(body), note=note)


@handle.command()
@click.option("--text", required=True, help="The question; public.")
@_about
def ask(
    ideas: tuple[int, ...], *, subject: int | None, left_out: tuple[int, ...], note: str, text: str, for_program: bool
) -> None:
    """Ask the author of each of IDEAs what is missing."""
    from ideas.actions.handling import ask_author

    with opened():
        _do(ask_author, ideas, subject, left_out, for_program, text, note=note)


@handle.command()
@_about
def withdraw(
    ideas: tuple[int, ...], *, subject: int | None, left_out: tuple[int, ...], note: str, for_program: bool
) -> None:
    """Take the answer that IDEAs received off their pages."""
    from ideas.actions.answers import withdraw_answer

    with opened():
        _do(withdraw_answer, ideas, subject, left_out, for_program, note=note)


@handle.command()
@_about
def reopen(
    ideas: tuple[int, ...], *, subject: int | None, left_out: tuple[int, ...], note: str, for_program: bool
) -> None:
    """Look again at requests that were closed."""
    from ideas.actions.handling import reopen as look_again

    with opened():
        _do(look_again, ideas, subject, left_out, for_program, note=note)


@handle.command()
@click.option("--theme", type=click.Choice([one.value for one in HighValue]), help="None: they are not after all.")
@_about
def flag(
    ideas: tuple[int, ...],
    *,
    subject: int | None,
    left_out: tuple[int, ...],
    note: str,
    theme: str | None,
    for_program: bool,
) -> None:
    """Say of which theme of high-value data IDEAs are (Regulation (EU) 2023/138)."""
    from ideas.actions.high_value import flag_high_value

    with opened():
        _do(flag_high_value, ideas, subject, left_out, for_program, HighValue(theme) if theme else None, note=note)


@handle.command()
@click.argument("decision", type=int)
@as_json
def undo(decision: int, *, for_program: bool) -> None:
    """Take back a DECISION about requests, by its number."""
    from ideas.actions.undoing import undo_decision

    with opened():
        _tell(undo_decision(decision, actor=Operator(), now=datetime.now(UTC)), None, for_program)


def _do(
    act: Callable[..., "Decision"],
    ideas: tuple[int, ...],
    subject: int | None,
    left_out: tuple[int, ...],
    for_program: bool,  # noqa: FBT001 - from command to command
    *given: Any,
    note: str,
) -> None:
    about = _find_about(ideas, subject, left_out)
    decision = act(about, *given, actor=Operator(), now=datetime.now(UTC), note=note)
    _tell(decision, len(about.idea_ids), for_program)


def _tell(decision: "Decision", idea_count: int | None, for_program: bool) -> None:  # noqa: FBT001 - the same
    facts = {"decision": decision.id, "kind": decision.kind.value, "ideas": idea_count}
    told = {name: fact for name, fact in facts.items() if fact is not None}
    tell(told, for_program=for_program)


def _find_about(ideas: tuple[int, ...], subject: int | None, left_out: tuple[int, ...]) -> "About":
    """Return the ideas that were named, or those of the subject."""
    from ideas.actions.handled import About
    from ideas.store import queries

    if bool(ideas) == (subject is not None):
        raise click.UsageError("Give the numbers of ideas, or --subject and the number of one.")
    if subject is None:
        return About(ideas)
    found = queries.subjects.find(subject)
    if found is None:
        raise NotFound(N_("Ce sujet n’existe pas."))
    members = queries.subjects.list_published(subject, found.campaign.current_run_id)
    return About([one.id for one in members if one.id not in left_out], subject, found.cluster.version)

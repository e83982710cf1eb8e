"""Commands about people: roles, a link that signs in, a second factor that was lost."""

import os
from datetime import UTC, datetime

import click

from ideas.cli.base import as_json, find_body, find_campaign, opened, tell
from ideas.config import Config
from ideas.domain.accounts import Role


@click.command()
@click.argument("email")
@click.argument("role", type=click.Choice([one.value for one in Role]))
@as_json
def role(email: str, role: str, *, for_program: bool) -> None:
    """Give ROLE to the person of address EMAIL.

    The person is made when nobody has that address; their open sessions end.
    """
    from ideas.actions.accounts import change_role

    with opened():
        person = change_role(email, Role(role), now=datetime.now(UTC))
        facts = {"person": person.id, "email": email, "role": person.role}
    tell(facts, for_program=for_program, sentence=f"{email} is now {role}.")


@click.command()
@click.argument("email")
@click.argument("role", type=click.Choice(["producer", "moderator", "reviewer", "owner"]))
@click.option("--producer", "body", metavar="SLUG", help="The body that the person answers for.")
@click.option("--campaign", "slug", metavar="SLUG", help="The only campaign where they hold the role.")
@click.option("--end", "is_end", is_flag=True, help="End it instead.")
@as_json
def appoint(email: str, role: str, *, body: str | None, slug: str | None, is_end: bool, for_program: bool) -> None:
    """Give EMAIL a ROLE for one body or one campaign.

    Their open sessions end.
    """
    from ideas.actions.appointments import appoint as name
    from ideas.actions.appointments import end_appointment
    from ideas.domain.accounts import Operator
    from ideas.domain.permissions import Subject

    with opened():
        about = Subject(find_campaign(slug).id if slug else None, find_body(body))
        act = end_appointment if is_end else name
        act(email, Role(role), about, actor=Operator(), now=datetime.now(UTC))
    facts = {"email": email, "role": role, "producer": body, "campaign": slug, "ended": is_end}
    where = body or slug
    tell(facts, for_program=for_program, sentence=f"{email} is {'no longer' if is_end else 'now'} {role} for {where}.")


@click.command("sign-in-link")
@click.argument("email")
@as_json
def sign_in_link(email: str, *, for_program: bool) -> None:
    """Print a link that signs EMAIL in once.

    It works for 24 hours; links given before stop working.
    """
    from ideas.actions.accounts import make_link
    from ideas.actions.people import is_known

    config = Config.from_environment()
    origin = config.origin or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    if not config.origin:
        click.echo(f"IDEAS_ORIGIN is not set: the link leads to {origin}.", err=True)
    with opened(config):
        is_new = not is_known(email)
        link = make_link(email, origin=origin, now=datetime.now(UTC))
    if is_new:
        click.echo(f"Nobody has signed in as {email} before: check the spelling; the link makes an account.", err=True)
    tell({"email": email, "link": link, "is_new": is_new}, for_program=for_program, sentence=link)


@click.command("reset-factor")
@click.argument("email")
@as_json
def reset_factor(email: str, *, for_program: bool) -> None:
    """Take away the second factor of EMAIL, who lost it.

    Make sure that it is them who ask. Their open sessions end, and a mail alone signs them in until they set another;
    where their role asks for one, that is all they can do first.
    """
    from ideas.actions.second_factor import reset_second_factor
    from ideas.http.security_log import Event, log_event

    config = Config.from_environment()
    with opened(config):
        person = reset_second_factor(email, now=datetime.now(UTC), origin=config.public_origin)
        log_event(Event.SECOND_FACTOR_RESET, person=str(person.id))
        facts = {"person": person.id, "email": email}
    tell(facts, for_program=for_program, sentence=f"{email} has no second factor any more.")

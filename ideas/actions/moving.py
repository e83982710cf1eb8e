"""Changing one's address: the new one proves itself by a link, and the old one is told."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ideas.actions.accounts import count_mail, end_sign_ins, hash_secret
from ideas.actions.people import end_sessions, find_by_email, has_role
from ideas.actions.transaction import transaction
from ideas.domain.accounts import SIGN_IN_LIFETIME
from ideas.domain.errors import N_, AlreadyDone, BadSignIn, WrongState
from ideas.mail.addresses import spell_address
from ideas.mail.messages import write_moved_mail, write_moving_mail
from ideas.store.database import db
from ideas.store.models import AddressChange, Identity, Person, SignIn

DEAD_MOVE = N_("Ce lien n’est plus valable : il a servi, ou il a plus de quinze minutes. Demandez-en un nouveau.")
TAKEN = N_("Cette adresse est celle d’un autre compte : fermez-le d’abord.")


@transaction(is_public=False)
def ask_new_address(
    person_id: int, email: str | None, *, language: str, now: datetime, origin: str, key: str, source: str = ""
) -> str:
    """Send a link to the address that a person wants from now on, and return it as it is spelled.

    Raises `RuleBroken` or `TooOften`. Whether somebody else has that address is told to its owner alone, by the link.
    A role is not moved by whoever holds a session for a moment: for who has one, `WrongState`.
    """
    email, person = spell_address(email), db.session.get_one(Person, person_id, with_for_update=True)
    _check_has_no_role(person)
    if email == _identity_of(person_id).subject:
        raise AlreadyDone(N_("C’est déjà votre adresse."))
    count_mail(email, source, now=now, secret=key)
    db.session.execute(sa.delete(AddressChange).where(AddressChange.person_id == person_id))
    token, expires_at = secrets.token_urlsafe(32), now + SIGN_IN_LIFETIME
    asked = {"email": email, "token_hash": hash_secret(token), "asked_at": now, "expires_at": expires_at}
    db.session.add(AddressChange(person_id=person_id, **asked))
    write_moving_mail(email, language=language, link=f"{origin}/compte/adresse/{token}", now=now)
    return email


def check_move(token: str, *, now: datetime) -> AddressChange:
    """Return the change that a link can still make, or raise `BadSignIn`."""
    asked = db.session.scalar(sa.select(AddressChange).where(AddressChange.token_hash == hash_secret(token)))
    if asked is None or asked.expires_at <= now:
        raise BadSignIn(DEAD_MOVE)
    return asked


@transaction(is_public=False)
def move_address(token: str, *, now: datetime, origin: str) -> None:
    """Give a person their new address, tell the old one and end every session. Raises `BadSignIn` or `WrongState`."""
    asked = check_move(token, now=now)
    person = db.session.get_one(Person, asked.person_id, with_for_update=True)
    _check_has_no_role(person)
    identity = _identity_of(person.id)
    old = identity.subject
    if find_by_email(asked.email) is not None:
        raise WrongState(TAKEN)
    try:
        with db.session.begin_nested():
            identity.subject, identity.verified_at = asked.email, now
    except IntegrityError:  # somebody came by it a moment ago
        raise WrongState(TAKEN) from None
    db.session.delete(asked)
    end_sign_ins(SignIn.email.in_((old, identity.subject)), now=now)
    end_sessions(person.id)
    write_moved_mail(old, language=person.language, host=urlsplit(origin).netloc, now=now)


def _check_has_no_role(person: Person) -> None:
    if has_role(person):
        raise WrongState(N_("Vous avez un rôle sur ce site : demandez qu’il soit donné à votre nouvelle adresse."))


def _identity_of(person_id: int) -> Identity:
    theirs = sa.select(Identity).where(Identity.person_id == person_id, Identity.kind == "email")
    return db.session.scalars(theirs.order_by(Identity.id).limit(1)).one()

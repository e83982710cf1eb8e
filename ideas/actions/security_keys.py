"""Security keys: what a key is asked, and what its answer proves (WebAuthn). Nothing that is kept here is a secret.

A key is added beside the codes of an application, never in their place: whoever loses it gives a code. Each answer is
to a challenge drawn for it, at this site, and serves once.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ideas.actions.limiting import count_hit
from ideas.actions.people import tell_of_safety
from ideas.actions.second_factor import clear_tries, count_try
from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, AlreadyDone, BadSecondFactor, NotFound
from ideas.domain.limits import ANSWERS_TO_CHALLENGE
from ideas.domain.security_keys import KeySite, check_key_name, check_may_add_key
from ideas.store.database import db
from ideas.store.models import Person, SecurityKey

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

REFUSED = N_("Cette clé n’a pas pu être vérifiée. Recommencez, ou entrez un code.")
IS_ADDED = N_("Une clé de sécurité peut désormais y remplacer le code de l’application.")
IS_TAKEN_AWAY = N_("Une clé de sécurité ne permet plus de s’y connecter.")


class NewKey(NamedTuple):
    """A key that answered, and is not kept yet."""

    credential_id: str
    public_key: str
    sign_count: int


def draw_challenge() -> str:
    """Return what a key is to sign, once, in hexadecimal."""
    return secrets.token_hex(32)


def ask_new_key(person_id: int, challenge: str, site: KeySite, *, account: str, key: str) -> str:
    """Return, as JSON, what a browser needs to add a key: one that is here already is not added again."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    chosen = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.DISCOURAGED
    )
    asked = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=hmac.new(key.encode(), f"security key {person_id}".encode(), hashlib.sha256).digest(),
        user_name=account,
        challenge=bytes.fromhex(challenge),
        authenticator_selection=chosen,
        exclude_credentials=_describe(list_security_keys(person_id)),
    )
    return webauthn.options_to_json(asked)


def ask_key(person_id: int, challenge: str, site: KeySite) -> str:
    """Return, as JSON, what a browser needs to have one of somebody's keys answer; nothing when they have none."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    if not (keys := list_security_keys(person_id)):
        return ""
    asked = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=bytes.fromhex(challenge),
        allow_credentials=_describe(keys),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return webauthn.options_to_json(asked)


def list_security_keys(person_id: int) -> list[SecurityKey]:
    """Return the keys of a person, the oldest first."""
    return list(db.session.scalars(sa.select(SecurityKey).where(SecurityKey.person_id == person_id).order_by("id")))


def read_new_key(answer: str, challenge: str, site: KeySite) -> NewKey:
    """Return the key that answers to `challenge` at this site, or raise `BadSecondFactor`."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    with _refusing():
        read = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=bytes.fromhex(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    return NewKey(
        bytes_to_base64url(read.credential_id), bytes_to_base64url(read.credential_public_key), read.sign_count
    )


@transaction(is_public=False)
def add_security_key(person_id: int, new: NewKey, name: str | None, *, now: datetime, origin: str) -> None:
    """Keep a key that answered, for whoever has just given a code; raises `Invalid`, `WrongState` or `AlreadyDone`."""
    person = db.session.get_one(Person, person_id, with_for_update=True)
    name = check_key_name(name)
    check_may_add_key(len(list_security_keys(person_id)))
    if db.session.scalar(sa.select(SecurityKey.id).where(SecurityKey.credential_id == new.credential_id)):
        raise AlreadyDone(N_("Cette clé est déjà ajoutée."))
    db.session.add(SecurityKey(person_id=person_id, name=name, added_at=now, **new._asdict()))
    tell_of_safety(person, IS_ADDED, now=now, origin=origin)


@transaction(is_public=False)
def remove_security_key(person_id: int, number: int, *, now: datetime, origin: str) -> None:
    """Have one of somebody's own keys open nothing any more; raises `NotFound`."""
    own = sa.delete(SecurityKey).where(SecurityKey.id == number, SecurityKey.person_id == person_id)
    if db.session.scalar(own.returning(SecurityKey.id)) is None:
        raise NotFound(N_("Cette clé est déjà retirée."))
    tell_of_safety(db.session.get_one(Person, person_id), IS_TAKEN_AWAY, now=now, origin=origin)


def prove_by_key(person_id: int, answer: str, challenge: str, site: KeySite, *, now: datetime, key: str) -> None:
    """Take the answer of one of somebody's keys to `challenge`, once; raises `BadSecondFactor` or `TooOften`.

    The try is counted before the answer is read, with those of codes.
    """
    count_try(person_id, now=now, key=key)
    _use_key(person_id, answer, challenge, site, now=now, key=key)


@transaction(is_public=False)
def _use_key(person_id: int, answer: str, challenge: str, site: KeySite, *, now: datetime, key: str) -> None:
    import webauthn
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json

    count_hit(ANSWERS_TO_CHALLENGE, challenge, now=now, secret=key)
    with _refusing():
        given = parse_authentication_credential_json(answer)
        named = SecurityKey.credential_id == bytes_to_base64url(given.raw_id)
        own = sa.select(SecurityKey).where(named, SecurityKey.person_id == person_id).with_for_update()
        kept = db.session.scalars(own.execution_options(populate_existing=True)).one()
        read = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=bytes.fromhex(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(kept.public_key),
            credential_current_sign_count=kept.sign_count,
        )
    kept.sign_count, kept.used_at = read.new_sign_count, now
    clear_tries(person_id, now=now, key=key)


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse an answer that is none, or that no key of this person gave to this question here."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (WebAuthnException, sa.exc.NoResultFound, ValueError, KeyError, TypeError) as wrong:
        raise BadSecondFactor(REFUSED) from wrong


def _describe(keys: list[SecurityKey]) -> list["PublicKeyCredentialDescriptor"]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in keys]

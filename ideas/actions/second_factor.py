"""A second factor: a secret that an application turns into codes, and recovery codes for the day it is lost.

The secret must be read to be used: it is kept sealed by a key of the application, so that a copy of the database gives
no code away. A recovery code is kept as a keyed hash, and erased by its use.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ideas.actions.limiting import clear_hits, count_hit
from ideas.actions.people import end_sessions, find_by_email, tell_of_safety
from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, AlreadyDone, BadSecondFactor, NotFound
from ideas.domain.limits import SECOND_FACTOR_TRIES, SECOND_FACTOR_TRIES_IN_DAY
from ideas.domain.second_factor import (
    CODE_LENGTH,
    RECOVERY_COUNT,
    RECOVERY_LENGTH,
    list_steps,
    read_digits,
    spell_recovery,
)
from ideas.mail.addresses import spell_address
from ideas.store.database import db
from ideas.store.models import Person, RecoveryCode, SecondFactor, SecurityKey

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

WRONG = N_("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant et vérifiez l’heure de votre téléphone.")
IS_SET = N_("Un second facteur y est demandé à chaque connexion, et vos autres sessions ont pris fin.")
IS_REMOVED = N_("Le second facteur n’y est plus demandé.")
UNREADABLE = N_("Votre second facteur ne peut plus être lu sur ce serveur : demandez à l’équipe de le retirer.")


def draw_secret() -> str:
    """Return a new secret for an application: 160 bits, as RFC 4226 advises."""
    import pyotp

    return pyotp.random_base32()


def make_uri(secret: str, *, account: str, site: str) -> str:
    """Return the address by which an application takes a secret: the words of the square code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=site)


def has_second_factor(person_id: int) -> bool:
    """Tell whether somebody must give a code to sign in."""
    return bool(db.session.scalar(sa.select(sa.exists().where(SecondFactor.person_id == person_id))))


def count_recovery_codes(person_id: int) -> int:
    """Return how many recovery codes somebody has left."""
    return db.session.scalar(sa.select(sa.func.count()).where(RecoveryCode.person_id == person_id)) or 0


@transaction(is_public=False)
def set_second_factor(person_id: int, secret: str, typed: str, *, now: datetime, key: str, origin: str) -> list[str]:
    """Ask for a code from now on, once one of `secret` was typed; return the recovery codes, which nothing shows again.

    The other sessions end: they were opened by one proof. Raises `BadSecondFactor`, or `AlreadyDone`.
    """
    person = db.session.get_one(Person, person_id, with_for_update=True)
    if has_second_factor(person_id):
        raise AlreadyDone(N_("Un second facteur protège déjà ce compte."))
    step = _find_step(secret, read_digits(typed), now=now, last_step=0)
    sealed = _sealer(key).encrypt(secret.encode()).decode()
    db.session.add(SecondFactor(person_id=person_id, sealed_secret=sealed, set_at=now, last_step=step))
    end_sessions(person_id)
    tell_of_safety(person, IS_SET, now=now, origin=origin)
    return _draw_recovery_codes(person_id, key)


def prove_twice(person_id: int, typed: str, *, now: datetime, key: str) -> bool:
    """Take a code of somebody's application, or a recovery code, once; tell whether it was a recovery code.

    Raises `BadSecondFactor` or `TooOften`. The try is counted before the code is compared, and stays counted: whoever
    tries has opened the owner's mail, so that bounding it shuts no owner out for a stranger's sake.
    """
    count_try(person_id, now=now, key=key)
    return _use(person_id, read_digits(typed), now=now, key=key)


@transaction(is_public=False)
def renew_recovery_codes(person_id: int, *, key: str) -> list[str]:
    """Return new recovery codes; the ones before no longer work."""
    db.session.get_one(Person, person_id, with_for_update=True)
    return _draw_recovery_codes(person_id, key)


@transaction(is_public=False)
def remove_second_factor(person_id: int, *, now: datetime, origin: str) -> None:
    """Ask for no code any more."""
    tell_of_safety(db.session.get_one(Person, person_id), IS_REMOVED, now=now, origin=origin)
    for table in (SecurityKey, RecoveryCode, SecondFactor):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))


@transaction(is_public=False)
def reset_second_factor(email: str, *, now: datetime, origin: str) -> Person:
    """Take away the second factor of whoever lost it, for the operator; their sessions end. Raises `NotFound`."""
    person = find_by_email(spell_address(email))
    if person is None or not has_second_factor(person.id):
        raise NotFound(N_("Cette personne n’a pas de second facteur."))
    remove_second_factor(person.id, now=now, origin=origin)
    end_sessions(person.id)
    return person


@transaction(is_public=False)
def count_try(person_id: int, *, now: datetime, key: str) -> None:
    """Count a try at a second factor; raises `TooOften` past what is borne."""
    for limit in (SECOND_FACTOR_TRIES, SECOND_FACTOR_TRIES_IN_DAY):
        count_hit(limit, person_id, now=now, secret=key)


@transaction(is_public=False)
def _use(person_id: int, digits: str, *, now: datetime, key: str) -> bool:
    is_recovery = len(digits) == RECOVERY_LENGTH
    if is_recovery:
        _use_recovery_code(person_id, digits, key)
    else:
        _use_code(person_id, digits, now=now, key=key)
    clear_tries(person_id, now=now, key=key)
    return is_recovery


def clear_tries(person_id: int, *, now: datetime, key: str) -> None:
    """Forget the tries of whoever gave a good proof."""
    for limit in (SECOND_FACTOR_TRIES, SECOND_FACTOR_TRIES_IN_DAY):
        clear_hits(limit, person_id, now=now, secret=key)


def _use_code(person_id: int, digits: str, *, now: datetime, key: str) -> None:
    """Note the step of a code, so that neither it nor an earlier one is taken again: of two at once, one wins."""
    factor = db.session.get(SecondFactor, person_id, populate_existing=True)
    if factor is None:
        raise BadSecondFactor(WRONG)
    step = _find_step(_unseal(factor.sealed_secret, key), digits, now=now, last_step=factor.last_step)
    is_first = (SecondFactor.person_id == person_id, SecondFactor.last_step < step)
    used = sa.update(SecondFactor).where(*is_first).values(last_step=step).returning(SecondFactor.person_id)
    if db.session.scalar(used.execution_options(synchronize_session=False)) is None:
        raise BadSecondFactor(WRONG)


def _use_recovery_code(person_id: int, digits: str, key: str) -> None:
    mine = (RecoveryCode.person_id == person_id, RecoveryCode.code_hash == _hash(digits, person_id, key))
    used = sa.delete(RecoveryCode).where(*mine).returning(RecoveryCode.id)
    if db.session.scalar(used.execution_options(synchronize_session=False)) is None:
        raise BadSecondFactor(WRONG)


def _find_step(secret: str, digits: str, *, now: datetime, last_step: int) -> int:
    """Return the step whose code was typed, or raise `BadSecondFactor`."""
    import pyotp

    codes = pyotp.HOTP(secret, digits=CODE_LENGTH)
    for step in list_steps(now, last_step):
        if hmac.compare_digest(codes.at(step), digits):
            return step
    raise BadSecondFactor(WRONG)


def _draw_recovery_codes(person_id: int, key: str) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [f"{secrets.randbelow(10**RECOVERY_LENGTH):0{RECOVERY_LENGTH}}" for _ in range(RECOVERY_COUNT)]
    rows = [{"person_id": person_id, "code_hash": _hash(code, person_id, key)} for code in codes]
    db.session.execute(sa.insert(RecoveryCode), rows)
    return [spell_recovery(code) for code in codes]


def _hash(code: str, person_id: int, key: str) -> str:
    return hmac.new(key.encode(), f"recovery code {person_id} {code}".encode(), hashlib.sha256).hexdigest()


def _sealer(key: str) -> "Fernet":
    from cryptography.fernet import Fernet

    derived = hmac.new(key.encode(), b"second factor", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(derived))


def _unseal(sealed: str, key: str) -> str:
    from cryptography.fernet import InvalidToken

    try:
        return _sealer(key).decrypt(sealed.encode()).decode()
    except InvalidToken:  # the key of the application was changed
        raise BadSecondFactor(UNREADABLE) from None

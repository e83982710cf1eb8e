"""Proving who one is by mail: a link and a code, hashed, short-lived, used once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ideas.actions.ideas import await_confirmation, confirm_draft
from ideas.actions.people import find_or_make_person
from ideas.actions.transaction import transaction
from ideas.actions.voting import cast_vote
from ideas.domain.accounts import (
    CODE_LENGTH,
    CODE_MISSES,
    OPERATOR_LINK_LIFETIME,
    SIGN_IN_LIFETIME,
    Role,
    check_sign_in_quota,
    is_sign_in_alive,
)
from ideas.domain.errors import N_, BadSignIn, RuleBroken
from ideas.mail.addresses import spell_address
from ideas.mail.messages import write_sign_in_mail
from ideas.store.database import db, hold
from ideas.store.models import Idea, Person, SignIn

HOUR = timedelta(hours=1)
DEAD_LINK = N_("Ce lien n’est plus valable : il a servi, ou il a plus de quinze minutes. Demandez-en un nouveau.")
DEAD_CODE = N_("Ce code n’est plus valable. Demandez-en un nouveau.")
WRONG_CODE = N_("Ce code n’est pas le bon. Vérifiez les six chiffres reçus par courriel.")


@dataclass(frozen=True)
class Welcome:
    """Who signed in, and what became of what was waiting for it."""

    person: Person
    idea: Idea | None = None
    vote_idea_id: int | None = None
    vote_refusal: RuleBroken | None = None


@transaction(is_public=False)
def ask_sign_in(
    email: str | None,
    *,
    language: str,
    now: datetime,
    origin: str,
    key: str,
    draft_id: int | None = None,
    vote_idea_id: int | None = None,
) -> SignIn:
    """Send a link and a code to an address, known or not; earlier ones die. Raises `RuleBroken` or `Limited`.

    `key` is a secret of the application: six digits are so few that their hash alone would give them away.
    """
    email = spell_address(email)
    hold(f"sign-in {email}")
    asked = sa.select(sa.func.count()).where(SignIn.email == email, SignIn.asked_at > now - HOUR)
    check_sign_in_quota(db.session.scalar(asked) or 0)
    if draft_id is not None:
        _await_confirmation_by_this_mail_alone(draft_id)
    code = f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}}"
    sign_in, token = _add_sign_in(email, language=language, now=now, lifetime=SIGN_IN_LIFETIME)
    sign_in.code_hash = _hash_code(code, sign_in.token_hash, key)
    sign_in.draft_id, sign_in.vote_idea_id = draft_id, vote_idea_id
    write_sign_in_mail(email, language=language, link=_make_address(origin, token), code=code, now=now)
    return sign_in


@transaction(is_public=False)
def make_link(email: str, *, origin: str, now: datetime, lifetime: timedelta = OPERATOR_LINK_LIFETIME) -> str:
    """Return a sign-in link for the operator to hand over; no mail is sent, and no code works beside it."""
    email = spell_address(email)
    hold(f"sign-in {email}")
    _sign_in, token = _add_sign_in(email, language="fr", now=now, lifetime=lifetime)
    return _make_address(origin, token)


def check_link(token: str, *, now: datetime) -> SignIn:
    """Return the sign-in of a link that can still be used, or raise `BadSignIn`; wrong codes do not wear it out."""
    sign_in = db.session.scalar(sa.select(SignIn).where(SignIn.token_hash == _hash(token)))
    if sign_in is None or not is_sign_in_alive(
        expires_at=sign_in.expires_at, used_at=sign_in.used_at, misses=0, now=now
    ):
        raise BadSignIn(DEAD_LINK)
    return sign_in


def use_link(token: str, *, now: datetime) -> Welcome:
    """Sign in with the token of a link, once; raises `BadSignIn`."""
    return _use(SignIn.token_hash == _hash(token), now=now, refusal=BadSignIn(DEAD_LINK))


def use_code(sign_in_id: int | None, code: str, *, key: str, now: datetime) -> Welcome:
    """Sign in with the code sent for `sign_in_id`; a miss is counted, the fifth kills the code. Raises `BadSignIn`.

    The try is counted before the code is compared, so that many at once get no more than five.
    """
    digits = "".join(character for character in code if character.isdecimal())
    if len(digits) != CODE_LENGTH:
        raise BadSignIn(WRONG_CODE)
    token_hash, code_hash = _count_try(sign_in_id, now)
    if not hmac.compare_digest(_hash_code(digits, token_hash, key), code_hash):
        raise BadSignIn(WRONG_CODE)
    return _use(SignIn.id == sign_in_id, now=now, refusal=BadSignIn(DEAD_CODE))


@transaction()
def change_role(email: str, role: Role, *, now: datetime) -> Person:
    """Give a role to the person of an address, made if need be; their open sessions end."""
    person = find_or_make_person(spell_address(email), now=now)
    person.role = role
    person.session_number = Person.session_number + 1
    return person


@transaction(is_public=False)
def _count_try(sign_in_id: int | None, now: datetime) -> tuple[str, str]:
    """Count one more try at a code and return the hashes to compare it with: an act of its own, kept when it fails."""
    tried = db.session.execute(
        sa.update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.code_misses < CODE_MISSES)
        .where(SignIn.used_at.is_(None), SignIn.expires_at > now)
        .values(code_misses=SignIn.code_misses + 1)
        .returning(SignIn.token_hash, SignIn.code_hash)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if tried is None:
        raise BadSignIn(DEAD_CODE)
    return tried.token_hash, tried.code_hash


def _add_sign_in(email: str, *, language: str, now: datetime, lifetime: timedelta) -> tuple[SignIn, str]:
    """Add the only sign-in of an address that can be used; it has no code yet."""
    db.session.execute(sa.update(SignIn).where(SignIn.email == email, SignIn.used_at.is_(None)).values(used_at=now))
    token = secrets.token_urlsafe(32)
    sign_in = SignIn(
        email=email,
        token_hash=_hash(token),
        code_hash="",
        asked_at=now,
        expires_at=now + lifetime,
        language=language,
    )
    db.session.add(sign_in)
    return sign_in, token


def _await_confirmation_by_this_mail_alone(draft_id: int) -> None:
    """A draft first sent to a mistyped address must not go to whoever reads mail there."""
    db.session.execute(
        sa.update(SignIn).where(SignIn.draft_id == draft_id, SignIn.used_at.is_(None)).values(draft_id=None)
    )
    await_confirmation(draft_id)


def _use(which: sa.ColumnElement[bool], *, now: datetime, refusal: BadSignIn) -> Welcome:
    welcome = _use_up(which, now=now, refusal=refusal)
    if welcome is None:
        raise BadSignIn(N_("Ce compte est suspendu. Écrivez à l’équipe."))
    return welcome


@transaction(is_public=False)
def _use_up(which: sa.ColumnElement[bool], *, now: datetime, refusal: BadSignIn) -> Welcome | None:
    """Use up a sign-in and settle what waits for it; None for a suspended person, whose link has served all the same.

    Of many at once one wins, since the row is changed only while it is unused.
    """
    used = db.session.execute(
        sa.update(SignIn)
        .where(which, SignIn.used_at.is_(None), SignIn.expires_at > now)
        .values(used_at=now)
        .returning(SignIn.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if used is None:
        raise refusal
    sign_in = db.session.get_one(SignIn, used, populate_existing=True)
    person = find_or_make_person(sign_in.email, now=now, language=sign_in.language)
    if person.suspended_at is not None:
        return None
    idea = confirm_draft(sign_in.draft_id, person, now=now) if sign_in.draft_id else None
    return Welcome(person, idea, sign_in.vote_idea_id, _try_to_vote(sign_in, person, now))


def _try_to_vote(sign_in: SignIn, person: Person, now: datetime) -> RuleBroken | None:
    """Count the vote that waits for this sign-in, and return why it could not be."""
    try:
        if sign_in.vote_idea_id:
            cast_vote(sign_in.vote_idea_id, person_id=person.id, now=now)
    except RuleBroken as refusal:
        return refusal
    return None


def _make_address(origin: str, token: str) -> str:
    return f"{origin}/connexion/lien/{token}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_code(code: str, salt: str, key: str) -> str:
    return hmac.new(key.encode(), f"sign-in code {salt} {code}".encode(), hashlib.sha256).hexdigest()

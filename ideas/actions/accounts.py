"""Proving who one is by mail: a link and a code, hashed, short-lived, used once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from ideas.actions.ideas import await_confirmation, confirm_draft
from ideas.actions.voting import count_vote
from ideas.domain.accounts import (
    OPERATOR_LINK_LIFETIME,
    SIGN_IN_LIFETIME,
    Role,
    check_sign_in_quota,
    is_sign_in_alive,
)
from ideas.domain.errors import N_, RuleBroken
from ideas.mail.messages import write_sign_in_mail
from ideas.store.database import db
from ideas.store.models import Idea, Identity, Person, SignIn

HOUR = timedelta(hours=1)


class BadSignIn(RuleBroken):
    """The link or the code is wrong, too old, or already used."""


@dataclass(frozen=True)
class Welcome:
    """Who signed in, and what became of what was waiting for it."""

    person: Person
    idea: Idea | None = None
    vote_idea_id: int | None = None
    vote_refusal: RuleBroken | None = None


def ask_sign_in(
    email: str | None,
    *,
    language: str,
    now: datetime,
    origin: str,
    draft_id: int | None = None,
    vote_idea_id: int | None = None,
) -> SignIn:
    """Send a link and a code to an address, known or not; earlier ones die. Raises `RuleBroken` or `Limited`."""
    email = check_email(email)
    asked = sa.select(sa.func.count()).where(SignIn.email == email, SignIn.asked_at > now - HOUR)
    check_sign_in_quota(db.session.scalar(asked) or 0)
    sign_in, token, code = _make_sign_in(email, language, now, SIGN_IN_LIFETIME)
    sign_in.draft_id, sign_in.vote_idea_id = draft_id, vote_idea_id
    db.session.flush()
    if draft_id is not None:
        await_confirmation(draft_id)
    write_sign_in_mail(email, language=language, link=f"{origin}/connexion/lien/{token}", code=code, now=now)
    db.session.commit()
    return sign_in


def make_link(email: str, *, origin: str, now: datetime, lifetime: timedelta = OPERATOR_LINK_LIFETIME) -> str:
    """Return a sign-in link for the operator to hand over; no mail is sent."""
    _sign_in, token, _code = _make_sign_in(check_email(email), "fr", now, lifetime)
    db.session.commit()
    return f"{origin}/connexion/lien/{token}"


def use_link(token: str, *, now: datetime) -> Welcome:
    """Sign in with the token of a link, once; raises `BadSignIn`."""
    sign_in = find_link(token, now=now)
    if sign_in is None:
        raise _bad_link()
    return _use(sign_in, now, _bad_link())


def find_link(token: str, *, now: datetime) -> SignIn | None:
    """Return the sign-in of a link that can still be used."""
    sign_in = db.session.scalar(sa.select(SignIn).where(SignIn.token_hash == _hash(token)))
    return sign_in if sign_in is not None and _is_alive(sign_in, now) else None


def use_code(sign_in_id: int | None, code: str, *, now: datetime) -> Welcome:
    """Sign in with the code sent for `sign_in_id`; a miss is counted, the fifth kills the code. Raises `BadSignIn`."""
    sign_in = db.session.get(SignIn, sign_in_id, populate_existing=True) if sign_in_id else None
    if sign_in is None or not _is_alive(sign_in, now):
        raise BadSignIn(N_("Ce code n’est plus valable. Demandez-en un nouveau."))
    digits = "".join(character for character in code if character.isdecimal())
    if not hmac.compare_digest(_hash(f"{sign_in.token_hash}{digits}"), sign_in.code_hash):
        db.session.execute(sa.update(SignIn).where(SignIn.id == sign_in.id).values(code_misses=SignIn.code_misses + 1))
        db.session.commit()
        raise BadSignIn(N_("Ce code n’est pas le bon. Vérifiez les six chiffres reçus par courriel."))
    return _use(sign_in, now, BadSignIn(N_("Ce code n’est plus valable. Demandez-en un nouveau.")))


def find_or_make_person(email: str, *, now: datetime, language: str = "fr") -> Person:
    """Return the person of a verified address, made if need be; the caller commits."""
    identity = sa.select(Identity).where(Identity.kind == "email", Identity.issuer == "", Identity.subject == email)
    known = db.session.scalar(identity)
    if known is not None:
        return known.person
    person = Person(created_at=now, language=language)
    person.identities.append(Identity(kind="email", subject=email, verified_at=now))
    db.session.add(person)
    db.session.flush()
    return person


def change_role(email: str, role: Role, *, now: datetime) -> Person:
    """Give a role to the person of an address, made if need be; their open sessions end."""
    person = find_or_make_person(check_email(email), now=now)
    person.role = role.value
    person.session_number = Person.session_number + 1
    db.session.commit()
    return person


def check_email(email: str | None) -> str:
    """Return an address in the form we compare, or raise `RuleBroken`."""
    try:
        # `example.org` and its kin are what a demonstration uses; whether mail arrives is proved by the link.
        found = validate_email((email or "").strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise RuleBroken(N_("Donnez une adresse électronique complète, comme nom@exemple.fr.")) from None
    return found.normalized.lower()


def _make_sign_in(email: str, language: str, now: datetime, lifetime: timedelta) -> tuple[SignIn, str, str]:
    db.session.execute(sa.update(SignIn).where(SignIn.email == email, SignIn.used_at.is_(None)).values(used_at=now))
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06}"
    token_hash = _hash(token)
    sign_in = SignIn(
        email=email,
        token_hash=token_hash,
        # The hash of the token is its salt: six digits alone would be found in a table.
        code_hash=_hash(f"{token_hash}{code}"),
        asked_at=now,
        expires_at=now + lifetime,
        language=language,
    )
    db.session.add(sign_in)
    return sign_in, token, code


def _use(sign_in: SignIn, now: datetime, refusal: BadSignIn) -> Welcome:
    used = db.session.execute(
        sa.update(SignIn)
        .where(SignIn.id == sign_in.id, SignIn.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise refusal
    person = find_or_make_person(sign_in.email, now=now, language=sign_in.language)
    if person.suspended_at is not None:
        raise BadSignIn(N_("Ce compte est suspendu. Écrivez à l’équipe."))
    idea = confirm_draft(sign_in.draft_id, person, now=now) if sign_in.draft_id else None
    vote_refusal = None
    if sign_in.vote_idea_id:
        try:
            count_vote(sign_in.vote_idea_id, person_id=person.id, now=now)
        except RuleBroken as refused:
            vote_refusal = refused
    welcome = Welcome(person, idea, sign_in.vote_idea_id, vote_refusal)
    db.session.commit()
    return welcome


def _is_alive(sign_in: SignIn, now: datetime) -> bool:
    return is_sign_in_alive(expires_at=sign_in.expires_at, used_at=sign_in.used_at, misses=sign_in.code_misses, now=now)


def _bad_link() -> BadSignIn:
    return BadSignIn(
        N_("Ce lien n’est plus valable : il a servi, ou il a plus de quinze minutes. Demandez-en un nouveau.")
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

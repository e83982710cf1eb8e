"""Proving who one is by mail: a link and a code, hashed, short-lived, used once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from ideas.actions.ideas import await_confirmation, confirm_draft, find_free_draft, hash_answers
from ideas.actions.limiting import clear_hits, count_hit, give_back
from ideas.actions.people import end_sessions, find_or_make_person
from ideas.actions.proving import spend_proof
from ideas.actions.purposes import find_purpose
from ideas.actions.transaction import transaction
from ideas.actions.voting import cast_vote
from ideas.domain.accounts import (
    CODE_LENGTH,
    CODE_MISSES,
    OPERATOR_LINK_LIFETIME,
    SIGN_IN_LIFETIME,
    Purpose,
    Role,
    is_sign_in_alive,
)
from ideas.domain.errors import N_, BadSignIn, RuleBroken, WrongState
from ideas.domain.limits import (
    MAILS_FROM_SOURCE,
    MAILS_FROM_SOURCE_TO_ADDRESS,
    MAILS_TO_ADDRESS,
    NEW_PEOPLE_FROM_SOURCE,
    TRIES_AT_ADDRESS,
    TRIES_FROM_SOURCE,
    UNANSWERED_MAILS,
)
from ideas.domain.proofs import Brought
from ideas.mail.addresses import spell_address
from ideas.mail.messages import write_sign_in_mail
from ideas.store.database import advisory_lock, db
from ideas.store.models import Idea, Person, SignIn

DEAD_LINK = N_("Ce lien n’est plus valable : il a servi, ou il a plus de quinze minutes. Demandez-en un nouveau.")
DEAD_CODE = N_("Ce code n’est plus valable. Demandez-en un nouveau.")
WRONG_CODE = N_("Ce code n’est pas le bon. Vérifiez les six chiffres reçus par courriel.")


@dataclass(frozen=True)
class Welcome:
    """Who signed in, and what became of what was waiting for it."""

    person: Person
    idea: Idea | None = None
    has_draft_changed: bool = False
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
    source: str = "",
    replaces: int | None = None,
    draft_id: int | None = None,
    vote_idea_id: int | None = None,
    brought: Brought = None,
) -> SignIn:
    """Send a link and a code to an address, known or not. Raises `RuleBroken`, `TooOften`, `ProofWanted` or `BadProof`.

    `key` is a secret of the application: six digits are so few that their hash alone would give them away. What was
    sent before to the same browser dies (`replaces`); what others asked for lives on, else a stranger who keeps asking
    would shut the owner of the address out.
    """
    email = spell_address(email)
    spend_proof(brought, now=now)
    advisory_lock(f"sign-in {email}")
    end_sign_ins(SignIn.email == email, SignIn.id == replaces, now=now)
    count_mail(email, source, now=now, secret=key, brought=brought)
    code = f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}}"
    sign_in, token = _add_sign_in(email, language=language, now=now, lifetime=SIGN_IN_LIFETIME)
    sign_in.code_hash, sign_in.source_hash = _hash_code(code, sign_in.token_hash, key), source
    sign_in.vote_idea_id = vote_idea_id
    if draft_id is not None:
        _await_confirmation_by_this_mail_alone(draft_id, sign_in)
    link, does = _make_address(origin, token), find_purpose(sign_in)
    write_sign_in_mail(email, language=language, link=link, code=code, now=now, does=does)
    db.session.flush()
    return sign_in


@transaction(is_public=False)
def make_link(email: str, *, origin: str, now: datetime, lifetime: timedelta = OPERATOR_LINK_LIFETIME) -> str:
    """Return a sign-in link for the operator to hand over; no mail is sent, and no code works beside it."""
    email = spell_address(email)
    advisory_lock(f"sign-in {email}")
    end_sign_ins(SignIn.email == email, now=now)
    _sign_in, token = _add_sign_in(email, language="fr", now=now, lifetime=lifetime)
    return _make_address(origin, token)


def check_link(token: str, *, now: datetime) -> SignIn:
    """Return the sign-in of a link that can still be used, or raise `BadSignIn`; wrong codes do not wear it out."""
    sign_in = db.session.scalar(sa.select(SignIn).where(SignIn.token_hash == hash_secret(token)))
    if sign_in is None or not is_sign_in_alive(
        expires_at=sign_in.expires_at, used_at=sign_in.used_at, misses=0, now=now
    ):
        raise BadSignIn(DEAD_LINK)
    return sign_in


def describe_link(token: str, *, now: datetime) -> tuple[str, Purpose | None]:
    """Return the address that a link signs in and what else it will do, or raise `BadSignIn`."""
    sign_in = check_link(token, now=now)
    return sign_in.email, find_purpose(sign_in)


def describe_code(sign_in_id: int) -> Purpose | None:
    """Return what the code of a sign-in will do besides signing in."""
    sign_in = db.session.get(SignIn, sign_in_id)
    return find_purpose(sign_in) if sign_in else None


def was_used(sign_in_id: int) -> bool:
    """Tell whether a sign-in has signed somebody in, on this browser or another."""
    return db.session.scalar(sa.select(SignIn.served_at).where(SignIn.id == sign_in_id)) is not None


def use_link(token: str, *, now: datetime, source: str = "", key: str = "") -> Welcome:
    """Sign in with the token of a link, once; raises `BadSignIn`, or `TooOften` and leaves the link good."""
    which = SignIn.token_hash == hash_secret(token)
    return _use(which, now=now, source=source, key=key, refusal=BadSignIn(DEAD_LINK))


def use_code(sign_in_id: int | None, code: str, *, key: str, now: datetime, source: str = "") -> Welcome:
    """Sign in with the code sent for `sign_in_id`; a miss is counted, the fifth kills the code. Raises as `use_link`.

    The try is counted before the code is compared, so that many at once get no more than five.
    """
    digits = "".join(character for character in code if character.isdecimal())
    if len(digits) != CODE_LENGTH:
        raise BadSignIn(WRONG_CODE)
    token_hash, code_hash = _count_try(sign_in_id, now=now, source=source, key=key)
    if not hmac.compare_digest(_hash_code(digits, token_hash, key), code_hash):
        raise BadSignIn(WRONG_CODE)
    which = SignIn.id == sign_in_id
    return _use(which, now=now, source=source, key=key, refusal=BadSignIn(DEAD_CODE))


@transaction()
def change_role(email: str, role: Role, *, now: datetime) -> Person:
    """Give a role to the person of an address, made if need be; their open sessions end.

    Raises `WrongState` for the last administrator who can act: somebody must be able to name the next one.
    """
    advisory_lock("administrators")
    person = find_or_make_person(spell_address(email), now=now)
    if role is not Role.ADMINISTRATOR and _is_last_administrator(person):
        raise WrongState(N_("C’est le dernier administrateur : donnez d’abord ce rôle à quelqu’un d’autre."))
    person.role = role
    end_sessions(person.id)
    return person


def _is_last_administrator(person: Person) -> bool:
    active = sa.select(Person.id).where(Person.role == Role.ADMINISTRATOR, Person.suspended_at.is_(None))
    return db.session.scalars(active).all() == [person.id]


@transaction(is_public=False)
def _count_try(sign_in_id: int | None, *, now: datetime, source: str, key: str) -> tuple[str, str]:
    """Count one more try at a code and return the hashes to compare it with: an act of its own, kept when it fails."""
    tried = db.session.execute(
        sa.update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.code_misses < CODE_MISSES)
        .where(SignIn.used_at.is_(None), SignIn.expires_at > now)
        .values(code_misses=SignIn.code_misses + 1)
        .returning(SignIn.token_hash, SignIn.code_hash, SignIn.email)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if tried is None:
        raise BadSignIn(DEAD_CODE)
    count_hit(TRIES_FROM_SOURCE, source, now=now, secret=key)
    count_hit(TRIES_AT_ADDRESS, tried.email, now=now, secret=key)
    return tried.token_hash, tried.code_hash


def _add_sign_in(email: str, *, language: str, now: datetime, lifetime: timedelta) -> tuple[SignIn, str]:
    """Add a sign-in of an address; it has no code yet."""
    token = secrets.token_urlsafe(32)
    sign_in = SignIn(
        email=email,
        token_hash=hash_secret(token),
        code_hash="",
        asked_at=now,
        expires_at=now + lifetime,
        language=language,
    )
    db.session.add(sign_in)
    return sign_in, token


def count_mail(email: str, source: str, *, now: datetime, secret: str, brought: Brought = None) -> None:
    """Count one more mail, by source first: one who asks for many addresses fills no address's measure."""
    for limit, who in (
        (MAILS_FROM_SOURCE, (source,)),
        (UNANSWERED_MAILS, (source,)),
        (MAILS_FROM_SOURCE_TO_ADDRESS, (source, email)),
        (MAILS_TO_ADDRESS, (email,)),
    ):
        count_hit(limit, *who, now=now, secret=secret, brought=brought)


def _note_answer(sign_in: SignIn, *, now: datetime, secret: str) -> None:
    """Whoever answers owns the address: what was asked for it no longer counts, nor against who asked."""
    give_back(UNANSWERED_MAILS, sign_in.source_hash, now=now, secret=secret)
    clear_hits(MAILS_FROM_SOURCE_TO_ADDRESS, sign_in.source_hash, sign_in.email, now=now, secret=secret)
    clear_hits(MAILS_TO_ADDRESS, sign_in.email, now=now, secret=secret)


def end_sign_ins(*which: sa.ColumnElement[bool], now: datetime) -> None:
    """End the sign-ins that nobody has used yet."""
    db.session.execute(sa.update(SignIn).where(*which, SignIn.used_at.is_(None)).values(used_at=now))


def _await_confirmation_by_this_mail_alone(draft_id: int, sign_in: SignIn) -> None:
    """Bind a draft, as it is now, to a mail: one that was first mailed to a mistyped address must not go to its owner.

    Nor may a text that is written over later be sent by a mail that tells of the earlier one.
    """
    draft = find_free_draft(draft_id)
    if draft is None:
        return
    db.session.execute(
        sa.update(SignIn).where(SignIn.draft_id == draft_id, SignIn.used_at.is_(None)).values(draft_id=None)
    )
    await_confirmation(draft_id)
    sign_in.draft_id, sign_in.draft_hash = draft_id, hash_answers(draft)


def _use(which: sa.ColumnElement[bool], *, now: datetime, source: str, key: str, refusal: BadSignIn) -> Welcome:
    welcome = _use_up(which, now=now, source=source, key=key, refusal=refusal)
    if welcome is None:
        raise BadSignIn(N_("Ce compte est suspendu. Écrivez à l’équipe."))
    return welcome


@transaction(is_public=False)
def _use_up(
    which: sa.ColumnElement[bool], *, now: datetime, source: str, key: str, refusal: BadSignIn
) -> Welcome | None:
    """Use up a sign-in and settle what waits for it; None for a suspended person, whose link has served all the same.

    Of many at once one wins, since the row is changed only while it is unused.
    """
    used = db.session.execute(
        sa.update(SignIn)
        .where(which, SignIn.used_at.is_(None), SignIn.expires_at > now)
        .values(used_at=now, served_at=now)
        .returning(SignIn.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if used is None:
        raise refusal
    sign_in = db.session.get_one(SignIn, used, populate_existing=True)
    person = find_or_make_person(sign_in.email, now=now, language=sign_in.language)
    # The sign-ins first, then what is counted: in this order everywhere, so that no two acts wait for each other.
    end_sign_ins(SignIn.email == sign_in.email, now=now)
    if person.created_at == now:
        count_hit(NEW_PEOPLE_FROM_SOURCE, source, now=now, secret=key)
    _note_answer(sign_in, now=now, secret=key)
    if person.suspended_at is not None:
        return None
    purpose = find_purpose(sign_in, held=True)
    has_changed = purpose is not None and purpose.changed
    idea = confirm_draft(sign_in.draft_id, person, now=now) if sign_in.draft_id and not has_changed else None
    return Welcome(person, idea, has_changed, sign_in.vote_idea_id, try_to_vote(sign_in.vote_idea_id, person, now))


def try_to_vote(idea_id: int | None, person: Person, now: datetime) -> RuleBroken | None:
    """Count the vote that waits for a sign-in, and return why it could not be."""
    try:
        if idea_id:
            cast_vote(idea_id, person_id=person.id, now=now)
    except RuleBroken as refusal:
        return refusal
    return None


def _make_address(origin: str, token: str) -> str:
    return f"{origin}/connexion/lien/{token}"


def hash_secret(text: str) -> str:
    """Return what is kept of a secret that is too long to be guessed."""
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_code(code: str, salt: str, key: str) -> str:
    return hmac.new(key.encode(), f"sign-in code {salt} {code}".encode(), hashlib.sha256).hexdigest()

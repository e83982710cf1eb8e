"""Signing in by the word of an OpenID provider: who they are there is bound to a person here, once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ideas.actions.accounts import Welcome, try_to_vote
from ideas.actions.ideas import confirm_draft, find_free_draft, hash_answers
from ideas.actions.limiting import count_hit
from ideas.actions.people import find_or_make_person, tell_of_safety
from ideas.actions.transaction import MetAnother, transaction
from ideas.domain.errors import N_, BadSignIn
from ideas.domain.limits import NEW_PEOPLE_FROM_SOURCE
from ideas.domain.vouching import Vouched
from ideas.mail.addresses import spell_address
from ideas.store.database import advisory_lock, db
from ideas.store.models import Identity, Person

NO_ADDRESS = N_(
    "%(label)s ne confirme pas d’adresse électronique pour vous : connectez-vous avec un code par courriel."
)
OTHER_IDENTITY = N_(
    "Le compte de cette adresse est lié à une autre identité de %(label)s : connectez-vous avec un code par courriel."
)
BOUND = N_("%(label)s permet maintenant de s’y connecter.")
SUSPENDED = N_("Ce compte est suspendu. Écrivez à l’équipe.")


def hash_draft(draft_id: int | None) -> str:
    """Return the hash of a draft as it is now, nothing when there is none to send."""
    draft = find_free_draft(draft_id, held=False)
    return hash_answers(draft) if draft else ""


@transaction(is_public=False)
def sign_in_vouched(
    vouched: Vouched,
    *,
    label: str,
    language: str,
    now: datetime,
    origin: str,
    source: str = "",
    key: str = "",
    draft_id: int | None = None,
    draft_hash: str = "",
    vote_idea_id: int | None = None,
) -> Welcome:
    """Sign in whom a provider vouches for and settle what waited; raises `BadSignIn`, and nothing is done then.

    The first time, the verified address tells whose account it is; from then on the subject alone does, whatever
    becomes of the address there.
    """
    person = find_by_subject(vouched)
    if person is None:
        person = _bind(vouched, label=label, language=language, now=now)
        if person.created_at == now:
            count_hit(NEW_PEOPLE_FROM_SOURCE, source, now=now, secret=key)
        else:
            tell_of_safety(person, BOUND, now=now, origin=origin, label=label)
    if person.suspended_at is not None:
        raise BadSignIn(SUSPENDED)
    draft = find_free_draft(draft_id)
    has_changed = draft is not None and hash_answers(draft) != draft_hash
    idea = confirm_draft(draft.id, person, now=now) if draft is not None and not has_changed else None
    return Welcome(person, idea, has_changed, vote_idea_id, try_to_vote(vote_idea_id, person, now))


def find_by_subject(vouched: Vouched) -> Person | None:
    """Return the person that a subject of a provider is bound to."""
    is_theirs = (Identity.kind == "oidc", Identity.issuer == vouched.issuer, Identity.subject == vouched.subject)
    return db.session.scalar(sa.select(Person).join(Identity, Identity.person_id == Person.id).where(*is_theirs))


def _bind(vouched: Vouched, *, label: str, language: str, now: datetime) -> Person:
    """Bind a subject to the person of its verified address, made if need be."""
    if not vouched.email:
        raise BadSignIn(NO_ADDRESS, label=label)
    email = spell_address(vouched.email)
    advisory_lock(f"sign-in {email}")
    person = find_or_make_person(email, now=now, language=language)
    bound = sa.exists().where(
        Identity.person_id == person.id, Identity.kind == "oidc", Identity.issuer == vouched.issuer
    )
    if db.session.scalar(sa.select(bound)):
        raise BadSignIn(OTHER_IDENTITY, label=label)
    named = {"kind": "oidc", "issuer": vouched.issuer, "subject": vouched.subject}
    try:
        with db.session.begin_nested():
            db.session.add(Identity(person_id=person.id, verified_at=now, **named))
    except IntegrityError:  # it was bound a moment ago
        raise MetAnother from None
    return person

"""What a sign-in will do besides signing in, in words: a reader must know it before the button is pressed."""

from ideas.actions.ideas import find_free_draft, hash_answers
from ideas.domain.accounts import Purpose
from ideas.domain.errors import N_
from ideas.domain.publication import Publication
from ideas.domain.texts import excerpt, without_addresses
from ideas.store.database import db
from ideas.store.models import Idea, SignIn

VOTES = N_("Se connecter avec ce message va aussi soutenir l’idée n° %(number)s : « %(title)s ».")
VOTES_BUTTON = N_("Me connecter et soutenir l’idée n° %(number)s : %(title)s")
SENDS = N_("Se connecter avec ce message va aussi envoyer votre idée « %(title)s ».")
SENDS_BUTTON = N_("Me connecter et envoyer mon idée : %(title)s")
CHANGED = N_(
    "Le texte de votre idée « %(title)s » a changé depuis l’envoi de ce message : ce lien vous connecte seulement. "
    "L’idée n’est pas envoyée ; elle reste à envoyer depuis le navigateur où vous l’avez écrite."
)
LONGEST_TITLE = 80  # of a mail or a button


def find_purpose(sign_in: SignIn, *, held: bool = False) -> Purpose | None:
    """Return what a sign-in will do besides signing in, as things stand; None when that is nothing.

    `held` keeps the draft from being written over until the act is done.
    """
    if sign_in.draft_id:
        return _describe_draft(find_free_draft(sign_in.draft_id, held=held), sign_in.draft_hash)
    return _describe_vote(sign_in.vote_idea_id) if sign_in.vote_idea_id else None


def _describe_draft(draft: Idea | None, expected: str) -> Purpose | None:
    if draft is None:
        return None
    # Nobody has read a draft, and whoever wrote it chose whom it is mailed to: it must not carry a link to them.
    title = excerpt(without_addresses(draft.title), LONGEST_TITLE)
    if hash_answers(draft) != expected:
        return Purpose(CHANGED, N_("Me connecter"), title, changed=True)
    return Purpose(SENDS, SENDS_BUTTON, title)


def _describe_vote(idea_id: int) -> Purpose | None:
    idea = db.session.get(Idea, idea_id)
    if idea is None or idea.publication not in (Publication.PUBLISHED, Publication.MERGED):
        return None
    return Purpose(VOTES, VOTES_BUTTON, excerpt(idea.title, LONGEST_TITLE), idea.id)

"""What comes of a proof of who one is: the session opens, at once or after a second proof, and leads to what waited."""

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.accounts import Welcome
from ideas.actions.second_factor import has_second_factor
from ideas.actions.sessions import Vouching
from ideas.domain.errors import NotFound
from ideas.http.addresses import own_path
from ideas.http.clock import now
from ideas.http.refusals import say
from ideas.http.security_log import Event, log_event
from ideas.store.models import Person
from ideas.web.sessions import await_second_proof, start_session


def let_in(
    welcome: Welcome, *, back: str = "", vouching: Vouching | None = None, is_proven_twice: bool = False
) -> ResponseReturnValue:
    """Open the session and lead to what was waiting for it.

    What waited is done already: a mail proves all that an idea or a support asks for. Only what somebody may do here
    besides waits for their second factor, unless a provider vouches that it asked for one.
    """
    url, words = _find_way(welcome, back), _tell(welcome)
    if not is_proven_twice and has_second_factor(welcome.person.id):
        await_second_proof(welcome.person, now(), url, vouching)
        for kind, sentence in words:
            flash(sentence, kind)
        return redirect(url_for("second_factor.ask"), 303)
    open_for(welcome.person, is_proven_twice=is_proven_twice, vouching=vouching)
    for kind, sentence in words or [("success", gettext("Vous êtes connecté."))]:
        flash(sentence, kind)
    return redirect(url, 303)


def open_for(person: Person, *, is_proven_twice: bool = False, vouching: Vouching | None = None) -> None:
    """Open a session, and tell security of it."""
    start_session(person, now(), is_proven_twice=is_proven_twice, vouching=vouching)
    by = {"provider": vouching.provider} if vouching else {}
    log_event(Event.SIGNED_IN, person=person.id, **by)


def _tell(welcome: Welcome) -> list[tuple[str, str]]:
    """Return what became of what was waiting, each with its kind; the page of a received idea says it itself."""
    words = []
    if welcome.vote_idea_id:
        refusal = welcome.vote_refusal
        words.append(("warning", say(refusal)) if refusal else ("success", gettext("Votre soutien est compté.")))
    if welcome.has_draft_changed:
        changed = gettext("Votre idée a changé depuis l’envoi du message : relisez-la et envoyez-la à nouveau.")
        words.append(("warning", changed))
    return words


def _find_way(welcome: Welcome, back: str) -> str:
    if welcome.has_draft_changed:
        return url_for("ideas.new" if session.get("draft_id") else "accounts.show")
    if welcome.idea is not None:
        if session.get("draft_id") == welcome.idea.id:
            session.pop("draft_id")
        return url_for("ideas.received", idea_id=welcome.idea.id)
    if welcome.vote_idea_id and not isinstance(welcome.vote_refusal, NotFound):
        return url_for("ideas.show", idea_id=welcome.vote_idea_id)
    return own_path(back) or url_for("accounts.show")

"""What a page asks of a security key, and where its answer is read."""

from flask import current_app, session
from wtforms import HiddenField

from ideas.actions.security_keys import ask_key, draw_challenge
from ideas.domain.security_keys import LONGEST_ANSWER_OF_KEY, KeySite, find_key_site
from ideas.http.addresses import origin
from ideas.web.forms import Fits, PageForm


class KeyForm(PageForm):
    """What a key answered."""

    credential = HiddenField(validators=[Fits(LONGEST_ANSWER_OF_KEY)])


def find_site() -> KeySite | None:
    """Return this site as keys know it, None where browsers offer none."""
    return find_key_site(origin(), current_app.config["IDEAS"].site_name)


def draw_question() -> str:
    """Draw what the next answer of a key is to sign, and keep it in the session."""
    session["challenge"] = draw_challenge()
    return str(session["challenge"])


def take_question() -> str:
    """Return what the answer that has just come is to sign, once; nothing when nothing was asked."""
    return str(session.pop("challenge", ""))


def ask_awaited_key(person_id: int) -> str:
    """Return what a browser needs to have a key answer in place of a code, nothing when that cannot be."""
    site = find_site()
    return ask_key(person_id, draw_question(), site) if site else ""

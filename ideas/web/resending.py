"""A form that was refused is given back: what was typed can be read, and a button sends it again with a fresh token."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from ideas.domain.errors import N_
from ideas.domain.ideas import FIELDS
from ideas.domain.publication import REASONS
from ideas.http.addresses import own_path

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

SHOW = "montrer"  # sent by a button that leaves the page for the same one: nothing is done, the form is shown again
NOT_SENT_AGAIN = ("csrf_token", SHOW)
# Read elsewhere than at the usual place, so that a text never ends with the page that refused it.
TEXTS = {field.name: field.label for field in FIELDS if field.choices is None} | {
    "email": N_("Adresse électronique"),
    "name": N_("Nom du sujet"),
    "note": N_("Note publique"),
    "reason": N_("Raison"),
}
NOT_WRITTEN = ("", *REASONS)
_FROM_HERE = ("same-origin", "none")


def shows_again(view: View) -> View:
    """Declare that a view validates a `PageForm` before it acts, so that it can show a form whose token is stale."""
    view.shows_again = True  # type: ignore[attr-defined]
    return view


def does(words: str) -> Callable[[View], View]:
    """Declare, in words, what pressing the button of a view does: said when it must be pressed again."""

    def declare(view: View) -> View:
        view.does = words  # type: ignore[attr-defined]
        return view

    return declare


class Sent(NamedTuple):
    """A form as it came: where to send it again, its fields, what somebody typed among them, words for its button."""

    action: str
    fields: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    label: str
    sign_in_url: str = ""


def read_sent() -> Sent | None:
    """Return the form that this request brought, nothing when it brought none that can be read."""
    action = own_path(request.full_path.rstrip("?"))
    if request.method != "POST" or request.endpoint is None or not action:
        return None
    try:
        fields = [(name, text) for name, text in request.form.items(multi=True) if name not in NOT_SENT_AGAIN]
    except HTTPException:  # too long to be read
        return None
    texts = [(gettext(TEXTS[name]), text) for name, text in fields if name in TEXTS and text.strip() not in NOT_WRITTEN]
    words = getattr(current_app.view_functions.get(request.endpoint), "does", "")
    return Sent(action, fields, texts, gettext(words) if words else gettext("Envoyer de nouveau"))


def comes_from_elsewhere() -> bool:
    """Tell whether the browser says that another site sent this form; one that says nothing is given it to read."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site not in _FROM_HERE
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.host


def sign_in_url() -> str:
    """Return where to sign in so that what was asked can go on: a support waits for it by itself."""
    supported = (request.view_args or {}).get("idea_id") if request.endpoint == "ideas.vote" else None
    return url_for("accounts.sign_in", soutenir=supported)

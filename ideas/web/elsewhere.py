"""Signing in by a provider of identities, and out of it: from a button here, there, and back to what was waiting.

A form that posts to us may not end elsewhere (`form-action 'self'`, which browsers hold for every redirect after it):
the answer is a page that leads on by itself, with a link for whoever stays on it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.sessions import Vouching
from ideas.actions.vouching import hash_draft, sign_in_vouched
from ideas.domain.errors import N_, BadSignIn, ProviderFailed, RuleBroken
from ideas.domain.numbers import row_number
from ideas.domain.vouching import ROUND_TRIP
from ideas.http.access import public
from ideas.http.actor import READER, find_actor
from ideas.http.addresses import origin, own_path
from ideas.http.clock import now
from ideas.http.languages import LANGUAGES, find_language
from ideas.http.refusals import found, headers_of, say, status_of
from ideas.http.secret_key import read_secret_key
from ideas.http.security_log import Event, log_event
from ideas.http.sources import find_source
from ideas.store import queries
from ideas.web.opening import let_in
from ideas.web.resending import does

bp = Blueprint("elsewhere", __name__)
LOST = N_("Cette connexion a été commencée ailleurs, ou il y a trop longtemps : recommencez. Rien n’est perdu.")


class ProviderButton(NamedTuple):
    """What leads to a provider from a page of ours."""

    label: str
    url: str


def list_buttons(**waiting: Any) -> list[ProviderButton]:
    """Return the buttons of the providers of this installation; `waiting` is what signing in will settle."""
    providers = current_app.config["OPENID"].values()
    return [ProviderButton(one.label, url_for("elsewhere.leave", name=one.name, **waiting)) for one in providers]


@bp.post("/connexion/avec/<name>")
@public
@does(N_("Continuer"))
def leave(name: str) -> ResponseReturnValue:
    """Lead to a provider, and note what is to be settled on the way back."""
    g.current, provider = "connexion", _find_provider(name)
    waiting = _read_waiting()
    if find_actor().is_signed_in:
        return redirect(waiting["back"] or url_for("accounts.show"), 303)
    from ideas.openid.flow import Ticket, leave_for

    ticket = Ticket.draw()
    try:
        address = leave_for(provider, ticket, _way_back(name))
    except ProviderFailed as refusal:
        return _tell(refusal, provider, waiting)
    begun = {"name": name, "at": now().timestamp(), "language": find_language(), "ticket": ticket.to_dict()}
    session["elsewhere"] = {**begun, **waiting}
    return _lead_to(address, gettext("Nous vous conduisons à %(label)s", label=provider.label))


@bp.get("/connexion/retour/<name>")
@public
def come_back(name: str) -> ResponseReturnValue:
    """Take the answer of a provider: once, in the browser that left, soon enough."""
    g.current, provider, begun = "connexion", _find_provider(name), session.pop("elsewhere", None) or {}
    if begun.get("language") in LANGUAGES:
        g.language = begun["language"]
    from ideas.openid.flow import Ticket, come_back

    try:
        if begun.get("name") != name or now() - datetime.fromtimestamp(begun["at"], UTC) > ROUND_TRIP:
            raise BadSignIn(LOST)
        answer = request.args.to_dict()
        vouched = come_back(provider, Ticket(**begun["ticket"]), _way_back(name), answer, now=now())
        waiting = {key: begun[key] for key in ("draft_id", "draft_hash", "vote_idea_id")}
        usual = {"language": find_language(), "now": now(), "source": find_source(), "label": provider.label}
        usual["origin"] = origin()
        welcome = sign_in_vouched(vouched, key=read_secret_key(), **usual, **waiting)
    except RuleBroken as refusal:
        return _tell(refusal, provider, begun)
    vouching = Vouching(provider.name, vouched.id_token)
    return let_in(welcome, back=begun["back"], vouching=vouching, is_proven_twice=vouched.is_proven_twice)


def sign_out_elsewhere(vouching: Vouching | None) -> ResponseReturnValue | None:
    """Return the page that signs out of the provider too, when one vouched for the session that has just ended."""
    provider = current_app.config["OPENID"].get(vouching.provider) if vouching else None
    if provider is None or vouching is None:
        return None
    from ideas.openid.flow import sign_out_of

    try:
        address = sign_out_of(provider, vouching.id_token, f"{origin()}/")
    except ProviderFailed as refusal:
        log_event(Event.PROVIDER_FAILED, provider=provider.name, why=refusal.why)
        return None
    return (
        _lead_to(address, gettext("Nous vous déconnectons aussi de %(label)s", label=provider.label))
        if address
        else None
    )


def _find_provider(name: str) -> Any:
    return found(current_app.config["OPENID"].get(name))


def _way_back(name: str) -> str:
    """Return where a provider sends people back: the address to register there, the same in both languages."""
    return f"{origin()}/connexion/retour/{name}"


def _read_waiting() -> dict[str, Any]:
    """Return what the button says that signing in will settle."""
    idea = queries.ideas.find(row_number(request.args.get("soutenir")), READER)
    draft_id = session.get("draft_id") if request.args.get("brouillon") else None
    return {
        "back": own_path(request.args.get("suite")),
        "vote_idea_id": idea.id if idea else None,
        "draft_id": draft_id,
        "draft_hash": hash_draft(draft_id),
    }


def _lead_to(address: str, title: str) -> ResponseReturnValue:
    page = Response(render_template("elsewhere/leaving.html", title=title, address=address))
    page.headers.update({"Refresh": f"0; url={address}", "Cache-Control": "no-store"})
    return page


def _tell(refusal: RuleBroken, provider: Any, waiting: Mapping[str, Any]) -> ResponseReturnValue:
    """Say why somebody is not signed in, and lead back to where everything waits."""
    why = refusal.why if isinstance(refusal, ProviderFailed) else type(refusal).__name__
    event = Event.PROVIDER_FAILED if isinstance(refusal, ProviderFailed) else Event.PROVIDER_REFUSED
    log_event(event, provider=provider.name, why=why)
    if waiting.get("draft_id"):
        again = url_for("ideas.identify")
    else:
        again = url_for(
            "accounts.sign_in", suite=waiting.get("back") or None, soutenir=waiting.get("vote_idea_id") or None
        )
    page = render_template("elsewhere/refused.html", refusal=say(refusal), again_url=again)
    return page, status_of(refusal), headers_of(refusal)

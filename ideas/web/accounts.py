"""Signing in by mail, signing out, and one's own page."""

import json
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, StringField

from ideas.actions.accounts import ask_sign_in, describe_code, describe_link, use_code, use_link, was_used
from ideas.actions.leaving import close_account
from ideas.actions.news import draw_key
from ideas.actions.second_factor import has_second_factor
from ideas.domain.accounts import ROLE_NAMES, Purpose
from ideas.domain.campaigns import check_open, is_open
from ideas.domain.errors import N_, BadProof, BadSignIn, Closed, ProofWanted, RuleBroken, TooOften
from ideas.domain.lines import LINE_STATE_NAMES
from ideas.domain.numbers import row_number
from ideas.domain.publication import REASONS
from ideas.http.access import carries, needs, public
from ideas.http.actor import READER, find_actor
from ideas.http.addresses import origin, own_path
from ideas.http.clock import now
from ideas.http.languages import find_language
from ideas.http.refusals import found, headers_of, say, status_of
from ideas.http.secret_key import read_secret_key
from ideas.http.security_log import Event, log_event, log_refusal
from ideas.http.sources import find_source
from ideas.store import queries
from ideas.store.models import Idea, Person
from ideas.store.queries.people import OwnVote
from ideas.web.elsewhere import list_buttons, sign_out_elsewhere
from ideas.web.forms import Fits, PageForm, form_status, is_stale
from ideas.web.labels import own_tag, publication_name
from ideas.web.news import list_news
from ideas.web.open_forms import OpenForm
from ideas.web.opening import let_in
from ideas.web.resending import does, shows_again
from ideas.web.sessions import end_session, list_devices

bp = Blueprint("accounts", __name__)
LATEST_VOTES = 10  # on one's own page; a page of their own shows them all
_USE_WORDS = {"use_states": LINE_STATE_NAMES, "reasons": REASONS}


class EmailForm(OpenForm):
    """An address to write to; the action judges it."""

    purpose = "sign-in"
    email = EmailField(_l("Adresse électronique"), [Fits(320)], render_kw={"aria-required": "true"})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.email.flags.required = True


class CodeForm(PageForm):
    """The six digits of a mail."""

    code = StringField(_l("Code à six chiffres"), [Fits(20)], render_kw={"aria-required": "true"})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.code.flags.required = True


@bp.route("/connexion", methods=["GET", "POST"])
@carries("suite", "soutenir")
@public
@shows_again
def sign_in() -> ResponseReturnValue:
    """Ask for an address, and send it a link and a code."""
    g.current = "connexion"
    idea, back = _find_supported(), own_path(request.args.get("suite"))
    if find_actor().is_signed_in:
        here = url_for("ideas.show", idea_id=idea.id) if idea else url_for(".show")
        return redirect(back or here, 303)
    if idea and (closed := _why_closed(idea)):
        page = render_template("accounts/closed.html", idea=idea, refusal=closed)
        return page, 409 if request.method == "POST" else 200
    form = EmailForm(email=session.get("sign_in_email"))
    # Only what this page names: a text that this browser keeps is not sent by somebody who came to sign in.
    if form.validate_on_submit() and send_sign_in(form, back=back, vote_idea_id=idea.id if idea else None):
        return redirect(url_for(".code"), 303)
    buttons = list_buttons(suite=back or None, soutenir=idea.id if idea else None)
    return answer_with(form, render_template("accounts/sign_in.html", form=form, idea=idea, buttons=buttons))


@bp.route("/connexion/code", methods=["GET", "POST"])
@public
@shows_again
def code() -> ResponseReturnValue:
    """Take the six digits that were sent to this browser's address."""
    if "sign_in_id" not in session:
        if is_stale():
            words = gettext("Votre session a pris fin : suivez le lien du message, ou demandez un nouveau code.")
            flash(words, "warning")
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    if was_used(session["sign_in_id"]):
        return render_template("accounts/used_elsewhere.html", again_url=_find_again())
    if form.validate_on_submit():
        number, typed = session["sign_in_id"], form.code.data or ""
        try:
            welcome = use_code(number, typed, source=find_source(), key=read_secret_key(), now=now())
            return let_in(welcome, back=session.get("back", ""))
        except (BadSignIn, TooOften) as refusal:
            note_refusal(form, form.code, refusal)
    purpose = describe_code(session["sign_in_id"])
    page = render_template(
        "accounts/code.html", form=form, email=session["sign_in_email"], again_url=_find_again(), **_say(purpose)
    )
    return answer_with(form, page)


def _find_again() -> str:
    """Return where the browser that waits for a code asked for it."""
    if session.get("sends_draft"):
        return url_for("ideas.identify")
    return url_for(".sign_in", suite=session.get("back") or None, soutenir=session.get("vote_idea_id"))


@bp.route("/connexion/lien/<token>", methods=["GET", "POST"])
@public
@does(N_("Me connecter"))
def link(token: str) -> ResponseReturnValue:
    """Show the button of a link: software that follows links in mails must not use it up."""
    # The address of this page is a secret: nobody is told of it, and the check of forms needs the origin alone.
    g.referrer_policy = "strict-origin"
    refusal = None
    try:
        if request.method == "POST":
            try:
                welcome = use_link(token, source=find_source(), key=read_secret_key(), now=now())
                return let_in(welcome, back=session.get("back", ""))
            except TooOften as limited:
                refusal = limited
        email, purpose = describe_link(token, now=now())
    except BadSignIn as bad:
        log_event(Event.DEAD_LINK)
        # A link that is opened too late is told all the reasons that there may be; a button pressed, the one.
        said = say(bad) if request.method == "POST" else ""
        return render_template("accounts/link.html", refusal=said), 410
    page = render_template(
        "accounts/link.html", email=email, token=token, refusal=say(refusal) if refusal else "", **_say(purpose)
    )
    return page, *((429, headers_of(refusal)) if refusal else (200, {}))


@bp.post("/deconnexion")
@public
@does(N_("Se déconnecter"))
def sign_out() -> ResponseReturnValue:
    """End the session of this browser, and that of the provider that vouched for it."""
    vouching = end_session()
    flash(gettext("Vous êtes déconnecté."), "success")
    return sign_out_elsewhere(vouching) or redirect(url_for("campaigns.show"), 303)


@bp.get("/compte")
@needs()
def show() -> ResponseReturnValue:
    """One's own page: address, role, ideas and their state."""
    g.current = "compte"
    person = found(queries.people.find(found(find_actor().id)))
    return render_template(
        "accounts/show.html",
        email=queries.people.find_email(person.id),
        role=gettext(ROLE_NAMES[person.role]),
        draft=queries.ideas.find_draft(session.get("draft_id")),
        ideas=queries.ideas.list_own(person),
        vote_count=queries.people.count_votes(person.id),
        votes=_list_votes(person.id, LATEST_VOTES),
        asked=queries.opinions.list_asked(person.id),
        **_USE_WORDS,
        devices=list_devices(person.id),
        publication_name=publication_name,
        own_tag=own_tag,
        has_second_factor=find_actor().holds_role and has_second_factor(person.id),
        **_read_news(person),
    )


@bp.get("/compte/soutiens")
@needs()
def votes() -> ResponseReturnValue:
    """Every idea that this person supports, each with the button that takes it back."""
    g.current = "compte"
    return render_template("accounts/votes.html", votes=_list_votes(found(find_actor().id)), **_USE_WORDS)


@bp.get("/compte/donnees.json")
@needs()
def own_data() -> ResponseReturnValue:
    """All that is kept of whoever asks, in a file that people and programs read."""
    gathered = queries.personal.gather(found(find_actor().id))
    text = json.dumps({"site": origin(), "at": now(), **gathered}, default=_spell, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="mes-donnees.json"', "Cache-Control": "no-store"}
    return Response(f"{text}\n", 200, headers, mimetype="application/json")


@bp.route("/compte/fermeture", methods=["GET", "POST"])
@needs()
@does(N_("Fermer mon compte"))
def close() -> ResponseReturnValue:
    """Say what closing an account does, and do it."""
    g.current = "compte"
    person_id, refusal = found(find_actor().id), None
    if request.method == "POST":
        try:
            close_account(person_id, now=now())
        except RuleBroken as refused:
            refusal = refused
        else:
            end_session()
            flash(gettext("Votre compte est fermé."), "success")
            return redirect(url_for("campaigns.show"), 303)
    votes = queries.people.count_votes(person_id)
    page = render_template("accounts/close.html", vote_count=votes, refusal=say(refusal) if refusal else "")
    return page, status_of(refusal) if refusal else 200


def _list_votes(person_id: int, most: int | None = None) -> list[tuple[OwnVote, bool]]:
    """Return what a person supports, each with whether it can still be taken back."""
    return [(vote, is_open(vote.campaign, now())) for vote in queries.people.list_votes(person_id, most)]


def _spell(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_news(person: Person) -> dict[str, Any]:
    """Return what changed since this person came; their page then writes nothing, but the first time."""
    key = person.news_key or draw_key(person.id)
    return {"key": key, "news": list_news(person, key, count=10)}


def send_sign_in(form: EmailForm, *, back: str = "", **waiting: int | None) -> bool:
    """Write to the address of the form and bind the code to this browser; else say why not beside the field.

    `waiting` is what signing in will settle: `draft_id` or `vote_idea_id`.
    """
    asked_here = {"source": find_source(), "replaces": session.get("sign_in_id")}
    usual = {"language": find_language(), "now": now(), "origin": origin(), "key": read_secret_key()}
    try:
        given = usual | asked_here | waiting | {"brought": form.bring_proof()}
        sent = ask_sign_in(form.email.data, **given)  # type: ignore[arg-type]
    except (ProofWanted, BadProof) as refusal:
        form.show_challenge(refusal)
        return False
    except RuleBroken as refusal:
        note_refusal(form, form.email, refusal)
        return False
    session.update(sign_in_id=sent.id, sign_in_email=sent.email, vote_idea_id=sent.vote_idea_id, back=back)
    session["sends_draft"] = sent.draft_id is not None
    return True


def answer_with(form: PageForm, page: str) -> ResponseReturnValue:
    """Return a page that shows a form, with the status of what is wrong with it: 200 when nothing is."""
    refusal = getattr(form, "refusal", None)
    if refusal is not None:
        return page, status_of(refusal), headers_of(refusal)
    return page, form_status(form)


def note_refusal(form: PageForm, field: Field, refusal: RuleBroken) -> None:
    """Show a refusal beside its field; security is told of it."""
    field.errors = [say(refusal)]
    form.refusal = refusal
    log_refusal(refusal)


def _say(purpose: Purpose | None) -> dict[str, str]:
    """Return, in the reader's language, what signing in will do besides and what its button says."""
    if purpose is None:
        return {"does": "", "button_label": gettext("Me connecter")}
    facts = purpose.facts
    return {"does": gettext(purpose.sentence) % facts, "button_label": gettext(purpose.button) % facts}


def _find_supported() -> Idea | None:
    """Return the idea that a reader wants to support by signing in, if readers may see it."""
    number = row_number(request.args.get("soutenir"))
    return queries.ideas.find(number, READER) if number else None


def _why_closed(idea: Idea) -> str:
    """Return why an idea takes no support, before anybody is asked for an address."""
    try:
        check_open(found(queries.campaigns.find_of(idea)), now())
    except Closed as closed:
        return say(closed)
    return ""

"""Signing in by mail, signing out, and one's own page."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import Length

from ideas.actions.accounts import BadSignIn, Welcome, ask_sign_in, find_link, use_code, use_link
from ideas.domain.accounts import ROLE_NAMES, Role
from ideas.domain.errors import RuleBroken
from ideas.store import queries
from ideas.store.models import SignIn
from ideas.web.actor import READER, find_actor, needs, public
from ideas.web.addresses import origin, own_path
from ideas.web.errors import found, say
from ideas.web.frame import now
from ideas.web.languages import find_language
from ideas.web.sessions import end_session, start_session
from ideas.web.texts import publication_name

bp = Blueprint("accounts", __name__)


class EmailForm(FlaskForm):
    """An address to write to; the action judges it."""

    email = EmailField(_l("Adresse électronique"), [Length(max=320)], render_kw={"aria-required": "true"})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.email.flags.required = True


class CodeForm(FlaskForm):
    """The six digits of a mail."""

    code = StringField(_l("Code à six chiffres"), [Length(max=20)], render_kw={"aria-required": "true"})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.code.flags.required = True


@bp.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Ask for an address, and send it a link and a code."""
    g.current = "connexion"
    idea = _find_supported()
    if find_actor().is_signed_in:
        here = url_for("ideas.show", idea_id=idea.id) if idea else url_for(".show")
        return redirect(_way_back() or here, 303)
    form = EmailForm()
    draft = queries.find_draft(session.get("draft_id")) if form.is_submitted() else None
    if form.validate_on_submit():
        try:
            sent = ask_sign_in(
                form.email.data,
                language=find_language(),
                now=now(),
                origin=origin(),
                draft_id=draft.id if draft else None,
                vote_idea_id=idea.id if idea else None,
            )
            remember_sign_in(sent, back=_way_back())
            return redirect(url_for(".code"), 303)
        except RuleBroken as refusal:
            form.email.errors = [say(refusal)]
    return render_template("accounts/sign_in.html", form=form, idea=idea), 400 if form.errors else 200


@bp.route("/connexion/code", methods=["GET", "POST"])
@public
def code() -> Any:
    """Take the six digits that were sent to this browser's address."""
    if "sign_in_id" not in session:
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _welcome(use_code(session["sign_in_id"], form.code.data or "", now=now()))
        except BadSignIn as refusal:
            form.code.errors = [say(refusal)]
    return render_template("accounts/code.html", form=form, email=session["sign_in_email"]), 400 if form.errors else 200


@bp.route("/connexion/lien/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> Any:
    """Show the button of a link: software that follows links in mails must not use it up."""
    if request.method == "POST":
        return _welcome(use_link(token, now=now()))
    sent = find_link(token, now=now())
    return render_template("accounts/link.html", sent=sent, token=token), 200 if sent else 410


@bp.post("/deconnexion")
@public
def sign_out() -> Any:
    """End this session."""
    end_session()
    flash(gettext("Vous êtes déconnecté."), "success")
    return redirect(url_for("campaigns.show"), 303)


@bp.get("/compte")
@needs()
def show() -> Any:
    """One's own page: address, role, ideas and their state."""
    g.current = "compte"
    person = found(queries.find_person(found(find_actor().id)))
    return render_template(
        "accounts/show.html",
        email=queries.find_email(person.id),
        role=gettext(ROLE_NAMES[Role(person.role)]),
        ideas=queries.list_own_ideas(person),
        vote_count=queries.count_own_votes(person.id),
        publication_name=publication_name,
    )


def remember_sign_in(sent: SignIn, *, back: str = "") -> None:
    """Bind the code that was sent to this browser."""
    session["sign_in_id"], session["sign_in_email"], session["back"] = sent.id, sent.email, back


def _way_back() -> str:
    return own_path(request.args.get("suite"))


def _find_supported() -> Any:
    """Return the idea that a reader wants to support by signing in, if readers may see it."""
    return queries.find_idea(request.args.get("soutenir", 0, type=int), READER)


def _welcome(welcome: Welcome) -> Any:
    """Open the session and lead to what was waiting for it."""
    back = session.get("back", "")
    start_session(welcome.person)
    if welcome.idea is not None:
        session.pop("draft_id", None)
        return redirect(url_for("ideas.received", idea_id=welcome.idea.id), 303)
    if welcome.vote_idea_id:
        refusal = welcome.vote_refusal
        flash(say(refusal), "warning") if refusal else flash(gettext("Votre soutien est compté."), "success")
        return redirect(url_for("ideas.show", idea_id=welcome.vote_idea_id), 303)
    flash(gettext("Vous êtes connecté."), "success")
    return redirect(own_path(back) or url_for(".show"), 303)

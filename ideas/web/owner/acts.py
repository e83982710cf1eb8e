"""What an owner does to a campaign: closing and opening it again, comments, asking for an edition or subjects."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.campaigns import allow_comments
from ideas.actions.closing import close_campaign, reopen_campaign
from ideas.actions.editions import ask_edition
from ideas.actions.regrouping import ask_regroup
from ideas.domain.errors import N_
from ideas.domain.permissions import Permission
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.store import queries
from ideas.web.forms import form_status
from ideas.web.owner.blueprint import bp, find_owned
from ideas.web.owner.forms import ClosingForm, ReopeningForm
from ideas.web.resending import does, shows_again


@bp.route("/gestion/campagnes/<slug>/cloture", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def close(slug: str) -> ResponseReturnValue:
    """Say what closing does, and close."""
    campaign = find_owned(slug)
    form = ClosingForm()
    if form.validate_on_submit():
        close_campaign(campaign.id, actor=find_actor(), now=now(), note=form.note.data or "")
        flash(gettext("La campagne est close. L’édition des résultats est demandée."), "success")
        return redirect(url_for(".show", slug=slug), 303)
    counts = queries.campaigns.count_for_closing(campaign.id)
    return render_template("owner/close.html", form=form, slug=slug, counts=counts), form_status(form)


@bp.route("/gestion/campagnes/<slug>/reouverture", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def reopen(slug: str) -> ResponseReturnValue:
    """Ask until when and why, and take ideas and votes again."""
    campaign = find_owned(slug)
    form = ReopeningForm()
    if form.validate_on_submit():
        assert form.closes_at.data is not None
        reopen_campaign(
            campaign.id, closes_at=form.closes_at.data, reason=form.reason.data, actor=find_actor(), now=now()
        )
        flash(gettext("La campagne est rouverte."), "success")
        return redirect(url_for(".show", slug=slug), 303)
    return render_template("owner/reopen.html", form=form, slug=slug), form_status(form)


@bp.post("/gestion/campagnes/<slug>/commentaires")
@needs(Permission.OWN)
@does(N_("Prendre des commentaires, ou n’en plus prendre"))
def comments(slug: str) -> ResponseReturnValue:
    """Take comments on ideas, or no new ones."""
    is_allowed = bool(request.form.get("allow"))
    allow_comments(find_owned(slug).id, is_allowed=is_allowed, actor=find_actor(), now=now())
    said = gettext("Les idées se commentent.") if is_allowed else gettext("Les idées ne se commentent plus.")
    flash(said, "success")
    return redirect(url_for(".show", slug=slug), 303)


@bp.post("/gestion/campagnes/<slug>/edition")
@needs(Permission.OWN)
@does(N_("Publier une édition"))
def publish(slug: str) -> ResponseReturnValue:
    """Ask the worker for the next edition."""
    ask_edition(find_owned(slug).id, actor=find_actor(), now=now())
    flash(gettext("L’édition est demandée : elle paraît dans les données ouvertes dès qu’elle est écrite."), "success")
    return redirect(url_for(".show", slug=slug), 303)


@bp.post("/gestion/campagnes/<slug>/passage")
@needs(Permission.OWN)
@does(N_("Demander une proposition de sujets"))
def regroup(slug: str) -> ResponseReturnValue:
    """Ask the worker for another proposal of subjects."""
    ask_regroup(find_owned(slug).id, actor=find_actor(), now=now())
    flash(gettext("La proposition de sujets est demandée : elle se lit et s’accepte au triage."), "success")
    return redirect(url_for(".show", slug=slug), 303)

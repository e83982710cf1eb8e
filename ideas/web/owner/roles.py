"""Who holds a role, giving one and ending it."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.appointments import appoint, end_appointment, give_role
from ideas.domain.accounts import ROLE_NAMES, Role
from ideas.domain.errors import N_
from ideas.domain.permissions import EVERYWHERE, Permission, Subject, can
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.web.forms import form_status
from ideas.web.owner.blueprint import bp
from ideas.web.owner.campaigns import list_owned
from ideas.web.owner.forms import AppointmentForm
from ideas.web.resending import does, shows_again


@bp.route("/gestion/roles", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def roles() -> ResponseReturnValue:
    """Who holds which role, and a form to give one."""
    g.current = "gestion"
    actor, campaigns = find_actor(), list_owned()
    is_everywhere = can(actor, Permission.OWN, EVERYWHERE)
    form = AppointmentForm()
    form.offer(campaigns, queries.directories.list_producers())
    if form.validate_on_submit():
        act = give_role if form.about == EVERYWHERE else appoint
        given = () if form.about == EVERYWHERE else (form.about,)
        act(form.email.data, Role(form.role.data), *given, actor=actor, now=now())
        flash(gettext("Le rôle est donné : %(email)s se connecte de nouveau.", email=form.email.data), "success")
        if form.is_new:
            flash(gettext("Personne n’est encore venu avec cette adresse : vérifiez qu’elle est juste."), "warning")
        return redirect(url_for(".roles"), 303)
    page = render_template(
        "owner/roles.html",
        form=form,
        holders=queries.roles.list_holders() if is_everywhere else [],
        appointments=queries.roles.list_appointments(None if is_everywhere else [one.id for one in campaigns]),
        role_names={role: gettext(name) for role, name in ROLE_NAMES.items()},
        may_administer=can(actor, Permission.ADMINISTER, EVERYWHERE),
    )
    return page, form_status(form)


@bp.post("/gestion/roles/nominations/<number:appointment_id>/fin")
@needs(Permission.OWN)
@does(N_("Mettre fin à ce rôle"))
def end(appointment_id: int) -> ResponseReturnValue:
    """End a role that is held for a campaign or a body."""
    held = found(next((one for one in queries.roles.list_appointments() if one.id == appointment_id), None))
    about = Subject(held.campaign_id, held.producer_id)
    end_appointment(found(held.email), held.role, about, actor=find_actor(), now=now())
    flash(gettext("Ce rôle est terminé."), "success")
    return redirect(url_for(".roles"), 303)


@bp.post("/gestion/roles/personnes/<number:person_id>/fin")
@needs(Permission.OWN)
@does(N_("Mettre fin à ce rôle"))
def end_everywhere(person_id: int) -> ResponseReturnValue:
    """Take away a role that is held everywhere."""
    held = found(queries.roles.find_holder(person_id))
    give_role(found(held.email), Role.CONTRIBUTOR, actor=find_actor(), now=now())
    flash(gettext("Ce rôle est terminé."), "success")
    return redirect(url_for(".roles"), 303)

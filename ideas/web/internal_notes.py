"""The notes that staff write to each other about an idea or a subject."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from ideas.actions.internal_notes import LONGEST_INTERNAL_NOTE, remove_note, write_note
from ideas.domain.accounts import ROLE_NAMES
from ideas.domain.errors import N_
from ideas.domain.permissions import Permission, Subject, can, check_can
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, InternalNote
from ideas.web.forms import Fits, PageForm, form_status
from ideas.web.resending import does, shows_again
from ideas.web.subjects.presentation import name_subject

bp = Blueprint("internal_notes", __name__)


class InternalNoteForm(PageForm):
    """What there is to tell colleagues."""

    text = TextAreaField(_l("Note interne"), [Fits(LONGEST_INTERNAL_NOTE)], render_kw={"aria-required": "true"})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.text.flags.required = True

    def validate_text(self, field: Any) -> None:
        """Ask for some words."""
        if not field.data.strip():
            raise ValidationError(gettext("Écrivez la note."))


def find_notes_url(cluster_id: int | None, idea_id: int) -> str:
    """Return where the notes on a subject are, or those on an idea when it is about none."""
    if cluster_id is None:
        return url_for("internal_notes.on_idea", idea_id=idea_id)
    return url_for("internal_notes.on_subject", cluster_id=cluster_id)


@bp.route("/notes/idees/<number:idea_id>", methods=["GET", "POST"])
@needs(Permission.MODERATE)
@shows_again
def on_idea(idea_id: int) -> ResponseReturnValue:
    """The internal notes on an idea, and a form to write one."""
    idea = found(queries.ideas.find(idea_id, find_actor()))
    campaign = found(queries.campaigns.find_of(idea))
    return _show(campaign, idea.title, idea_url(idea.id, idea.title), idea_id=idea_id)


@bp.route("/notes/sujets/<number:cluster_id>", methods=["GET", "POST"])
@needs(Permission.MODERATE)
@shows_again
def on_subject(cluster_id: int) -> ResponseReturnValue:
    """The internal notes on a subject, and a form to write one."""
    subject = found(queries.subjects.find(cluster_id))
    title = name_subject(cluster_id, subject.cluster.name, [])
    return _show(subject.campaign, title, url_for("subjects.show", cluster_id=cluster_id), cluster_id=cluster_id)


def _show(campaign: Campaign, title: str, back: str, **on: int) -> ResponseReturnValue:
    actor, about = find_actor(), Subject(campaign.id)
    check_can(actor, Permission.MODERATE, about)
    g.campaign, g.current = campaign, "moderation" if "idea_id" in on else "triage"
    here = find_notes_url(on.get("cluster_id"), on.get("idea_id", 0))
    form = InternalNoteForm()
    if form.validate_on_submit():
        write_note(form.text.data or "", actor=actor, now=now(), **on)
        flash(gettext("La note est écrite : seule l’équipe la lit."), "success")
        return redirect(here, 303)
    page = render_template(
        "internal_notes/show.html",
        form=form,
        title=title,
        back=back,
        here=here,
        notes=queries.internal_notes.list_on(**on),
        may_remove=lambda note: can(actor, Permission.OWN, about) or note.person_id == actor.id,
        role_names={role: gettext(name) for role, name in ROLE_NAMES.items()},
    )
    return page, form_status(form)


@bp.post("/notes/<number:note_id>/retrait")
@needs(Permission.MODERATE)
@does(N_("Retirer cette note"))
def remove(note_id: int) -> ResponseReturnValue:
    """Take a note away for good."""
    note: InternalNote = remove_note(note_id, actor=find_actor())
    flash(gettext("La note est retirée."), "success")
    return redirect(find_notes_url(note.cluster_id, note.idea_id or 0), 303)

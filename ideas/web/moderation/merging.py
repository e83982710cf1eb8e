"""Merging an idea into another that says the same, and taking it out again."""

from flask import render_template
from flask.typing import ResponseReturnValue

from ideas.actions.merging import merge_ideas
from ideas.actions.merging import undo_merge as take_merge_back
from ideas.domain.errors import N_
from ideas.domain.permissions import Permission
from ideas.domain.publication import Publication
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.store import queries
from ideas.web.forms import comes_from_triage, form_status
from ideas.web.moderation.blueprint import bp
from ideas.web.moderation.forms import NoteForm
from ideas.web.moderation.presentation import find_sought, find_subject, read_kept, read_sought, show_idea
from ideas.web.moderation.responses import lead_back
from ideas.web.resending import does, shows_again


@bp.route("/moderation/<number:idea_id>/reunion", methods=["GET", "POST"])
@carries("dans", "numero", "depuis")
@needs(Permission.MODERATE)
@shows_again
def merge(idea_id: int) -> ResponseReturnValue:
    """Ask for the confirmation of a merge, saying what would be counted, and make it."""
    idea, into = find_subject(idea_id), read_kept(idea_id)
    if isinstance(into, str):
        if near := find_sought(idea):
            return show_idea(idea, near=near, sought=read_sought())
        return show_idea(idea, merge_error=into, sought=read_sought()), 400
    form = NoteForm()
    if form.validate_on_submit():
        decision = merge_ideas(idea_id, into.id, actor=find_actor(), now=now(), note=form.note.data)
        return lead_back(idea_id, [decision])
    page = render_template(
        "moderation/merge.html",
        idea=idea,
        into=into,
        people=queries.moderation.count_supporters(idea.id, into.id),
        can_swap=idea.publication is Publication.PUBLISHED,
        form=form,
        origin="triage" if comes_from_triage() else "",
    )
    return page, form_status(form)


@bp.post("/moderation/<number:idea_id>/reunion/annulation")
@needs(Permission.MODERATE)
@does(N_("Annuler la réunion"))
def undo_merge(idea_id: int) -> ResponseReturnValue:
    """Undo the merge of an idea."""
    find_subject(idea_id)
    decision = take_merge_back(idea_id, actor=find_actor(), now=now())
    return lead_back(idea_id, [decision])

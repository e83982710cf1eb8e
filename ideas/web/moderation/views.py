"""The moderation pages: what waits, one idea with all that was decided about it, merging and undoing."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.actions.merging import merge_ideas
from ideas.actions.merging import undo_merge as take_merge_back
from ideas.actions.publication import decide_idea, decide_ideas
from ideas.actions.transaction import abandon_act
from ideas.domain.bursts import LOOKED_BACK, find_burst
from ideas.domain.errors import N_, RuleBroken, WrongState
from ideas.domain.permissions import Permission
from ideas.domain.publication import MUST_SAY_WHY, Publication, Verdict
from ideas.http import paging
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say, say_each, status_of
from ideas.store import queries
from ideas.store.models import Decision
from ideas.web.forms import comes_from_triage, form_status
from ideas.web.moderation.forms import NoteForm, VerdictForm, list_verdicts, make_form, make_several_form
from ideas.web.moderation.presentation import (
    PAGE_SIZE,
    TABS,
    find_likely,
    find_open,
    find_sought,
    find_subject,
    find_tab,
    make_entry,
    read_kept,
    read_sought,
    show_idea,
)
from ideas.web.page_context import find_campaign
from ideas.web.resending import does, shows_again
from ideas.web.undo_notice import find_done

bp = Blueprint("moderation", __name__)


@bp.get("/moderation")
@carries("etat", "page")
@needs(Permission.MODERATE)
def index() -> ResponseReturnValue:
    """The queue, and the ideas of the other states, a page at a time."""
    return _show_queue(find_tab(request.args.get("etat")))


def _show_queue(tab: str, several: VerdictForm | None = None) -> str:
    """Return the page of a tab, with what was typed for the ideas that were ticked."""
    campaign = found(find_campaign())
    g.current = "moderation"
    state = TABS[tab][0]
    counts = queries.moderation.count_by_publication(campaign)
    page, pages = paging.read_page(counts.get(state, 0), PAGE_SIZE)
    ideas = queries.moderation.list_in_state(campaign, state, page=page, size=PAGE_SIZE)
    similar = find_likely(ideas) if state is Publication.AWAITING_REVIEW else {}
    opened = find_open(ideas) if state is Publication.AWAITING_REVIEW else {}
    return render_template(
        "moderation/index.html",
        entries=[make_entry(idea, similar.get(idea.id, []), opened.get(idea.id)) for idea in ideas],
        several=several or make_several_form(state),
        verdicts=list_verdicts(state),
        tabs=[
            (f"{gettext(name)} ({counts.get(one, 0)})", url_for(".index", etat=slug), slug == tab)
            for slug, (one, name) in TABS.items()
        ],
        tab=tab,
        reply_count=queries.handling.count_waiting_replies(campaign),
        use_count=queries.uses.count_waiting(campaign),
        done=find_done(),
        burst=find_burst(queries.moderation.list_first_votes(campaign, since=now() - LOOKED_BACK)),
        page=page,
        pages=pages,
        page_url=lambda number: url_for(".index", etat=tab, page=number),
    )


@bp.get("/moderation/<number:idea_id>")
@needs(Permission.MODERATE)
def show(idea_id: int) -> ResponseReturnValue:
    """One idea as moderators see it."""
    return show_idea(find_subject(idea_id))


@bp.post("/moderation/<number:idea_id>")
@needs(Permission.MODERATE)
@shows_again
def decide(idea_id: int) -> ResponseReturnValue:
    """Publish, refuse, hide or restore an idea."""
    idea = find_subject(idea_id)
    form = make_form(idea.publication, read=True)
    if not form.validate():
        form.expected.data = idea.publication
        return show_idea(idea, form=form), form_status(form)
    try:
        decision = decide_idea(idea_id, **_read_verdict(form))
    except WrongState as refusal:
        abandon_act()
        idea = find_subject(idea_id)
        form.expected.data = idea.publication
        return show_idea(idea, form=form, conflict=say(refusal)), 409
    return _back(idea_id, [decision])


@bp.post("/moderation/plusieurs")
@needs(Permission.MODERATE)
@shows_again
def decide_several() -> ResponseReturnValue:
    """Give several ideas one verdict: each has a decision of its own, and when one cannot follow none is changed."""
    tab = find_tab(request.form.get("etat"))
    form = make_several_form(TABS[tab][0].value, read=True)
    if not form.validate():
        return _show_queue(tab, form), form_status(form)
    numbers = form.idea_id.data
    try:
        decisions = decide_ideas(numbers, **_read_verdict(form))
    except RuleBroken as refusal:
        abandon_act()
        form.form_errors = [gettext("Rien n’a été changé."), *say_each(refusal)]
        return _show_queue(tab, form), status_of(refusal)
    return _back(numbers[0] if len(numbers) == 1 else None, decisions)


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
        return _back(idea_id, [decision])
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
    return _back(idea_id, [decision])


def _read_verdict(form: VerdictForm) -> dict[str, Any]:
    verdict, expected = Verdict(form.verdict.data), form.expected.data
    return {
        "verdict": verdict,
        "actor": find_actor(),
        "now": now(),
        "expected": Publication(expected) if expected in set(Publication) else None,
        "reason": form.reason.data if verdict in MUST_SAY_WHY else "",
        "note": form.note.data,
    }


def _back(idea_id: int | None, decisions: list[Decision]) -> Response:
    """Lead back to where the button was pressed, with the notice of what was done."""
    done = ",".join(str(one.id) for one in decisions) or None
    if comes_from_triage():
        return redirect(url_for("triage.show", fait=done), 303)
    if idea_id is not None and not request.form.get("etat"):
        return redirect(url_for(".show", idea_id=idea_id, fait=done), 303)
    page = request.form.get("page", 1, type=int)
    return redirect(url_for(".index", etat=find_tab(request.form.get("etat")), page=page, fait=done), 303)

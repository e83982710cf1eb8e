"""The moderation pages: what waits, one idea with all that was decided about it, merging and undoing."""

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.actions.claiming import claim
from ideas.actions.merging import merge_ideas
from ideas.actions.merging import undo_merge as take_merge_back
from ideas.actions.publication import decide_idea, decide_ideas
from ideas.actions.transaction import abandon_act
from ideas.actions.undoing import undo_decision, undo_decisions
from ideas.domain.bursts import LOOKED_BACK, find_burst
from ideas.domain.errors import N_, NotFound, RuleBroken, WrongState
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.domain.publication import MUST_SAY_WHY, REASONS, Publication, Verdict
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say, say_each, status_of
from ideas.store import queries
from ideas.store.models import Decision, Idea
from ideas.web.forms import MOST_TICKED, comes_from_triage, form_status
from ideas.web.moderation.forms import NoteForm, VerdictForm, list_verdicts, make_form, make_several_form
from ideas.web.moderation.presentation import find_read, find_sought, find_subject, read_kept, read_sought, show_idea
from ideas.web.moderation.queue import (
    NAMES,
    list_filter_tags,
    list_orders,
    list_signal_views,
    list_tabs,
    list_theme_views,
    read_place,
    read_queue,
)
from ideas.web.moderation.reading import make_reading
from ideas.web.page_context import find_campaign
from ideas.web.resending import does, shows_again
from ideas.web.undo_notice import list_done

bp = Blueprint("moderation", __name__)


@bp.get("/moderation")
@carries(*NAMES, "idee")
@needs(Permission.MODERATE)
def index() -> ResponseReturnValue:
    """The queue, and the ideas of the other states, a page at a time, beside the one that is read."""
    return _show_queue(row_number(request.args.get("idee")) or None)


def _show_queue(
    chosen_id: int | None = None,
    *,
    form: VerdictForm | None = None,
    several: VerdictForm | None = None,
    conflict: str = "",
) -> str:
    """Return the page of the queue, with what was typed about the idea that is read, or for those that were ticked."""
    campaign, place = found(find_campaign()), read_place()
    g.current = "moderation"
    counts = queries.moderation.count_by_publication(campaign)
    queue = read_queue(campaign, place, counts, chosen_id)
    place = place._replace(page=queue.page)
    idea = find_read(campaign, queue.chosen_id)
    state = idea.publication if idea and not queue.rows else place.state
    return render_template(
        "moderation/index.html",
        queue=queue,
        place=place,
        reading=make_reading(idea, queue, place) if idea else None,
        form=form or make_form(state, "lu"),
        several=several or make_several_form(place.state),
        verdicts=list_verdicts(place.state),
        verdicts_of_read=list_verdicts(idea.publication) if idea else (),
        reasons=[(code, gettext(words)) for code, words in REASONS.items()],
        conflict=conflict,
        just_acted=bool(conflict or form or request.args.get("fait")),
        tabs=list_tabs(place, counts),
        orders=list_orders(place),
        signal_views=list_signal_views(place),
        theme_views=list_theme_views(place),
        filter_tags_shown=list_filter_tags(place),
        carried=parse_qsl(urlsplit(place.url(q="", page=1)).query),
        done=list_done(campaign),
        burst=find_burst(queries.moderation.list_first_votes(campaign, since=now() - LOOKED_BACK)),
        page_url=lambda number: place.url(page=number),
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
    form = make_form(idea.publication, "lu" if _is_in_queue() else "", read=True)
    if not form.validate():
        form.expected.data = idea.publication
        return _show_again(idea, form), form_status(form)
    try:
        decision = decide_idea(idea_id, **_read_verdict(form))
    except WrongState as refusal:
        abandon_act()
        idea = find_subject(idea_id)
        form.expected.data = idea.publication
        return _show_again(idea, form, say(refusal)), 409
    return _back(idea_id, [decision])


def _is_in_queue() -> bool:
    return "etat" in request.form


def _show_again(idea: Idea, form: VerdictForm, conflict: str = "") -> str:
    """Return the page where a verdict was given, with what was typed and why nothing was done."""
    if _is_in_queue():
        return _show_queue(idea.id, form=form, conflict=conflict)
    return show_idea(idea, form=form, conflict=conflict)


@bp.post("/moderation/plusieurs")
@needs(Permission.MODERATE)
@shows_again
def decide_several() -> ResponseReturnValue:
    """Give several ideas one verdict: each has a decision of its own, and when one cannot follow none is changed."""
    form = make_several_form(read_place().state, read=True)
    if not form.validate():
        return _show_queue(several=form), form_status(form)
    numbers = form.idea_id.data
    try:
        decisions = decide_ideas(numbers, **_read_verdict(form))
    except RuleBroken as refusal:
        abandon_act()
        form.form_errors = [gettext("Rien n’a été changé."), *say_each(refusal)]
        return _show_queue(several=form), status_of(refusal)
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


@bp.post("/moderation/annulation")
@needs(Permission.MODERATE)
@does(N_("Annuler la décision"))
def undo() -> ResponseReturnValue:
    """Take back what was just decided, be it about several ideas: all of it, or nothing."""
    numbers = [number for number in map(row_number, request.form.getlist("decision_id")[:MOST_TICKED]) if number]
    given: dict[str, Any] = {"actor": find_actor(), "now": now()}
    if not numbers:
        raise NotFound(N_("Cette décision ne s’annule pas."))
    undone = [undo_decision(numbers[0], **given)] if len(numbers) == 1 else undo_decisions(numbers, **given)
    if not _is_in_queue():
        return _back(undone[0].idea_id, undone)
    return redirect(read_place().url(undone[0].idea_id) + f"&fait={','.join(str(one.id) for one in undone)}", 303)


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
    if idea_id is not None and not _is_in_queue():
        return redirect(url_for(".show", idea_id=idea_id, fait=done), 303)
    follows = row_number(request.form.get("suivante"))
    if follows:
        with suppress(NotFound):
            claim(follows, actor=find_actor(), now=now())
    address = read_place().url(follows or None)
    return redirect(f"{address}{'&' if '?' in address else '?'}fait={done}" if done else address, 303)

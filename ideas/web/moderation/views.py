"""The moderators' desk: what waits, one idea with all that was decided about it, merging and undoing."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from ideas.actions.merging import merge_ideas
from ideas.actions.merging import undo_merge as take_merge_back
from ideas.actions.publication import decide_idea
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import NotFound, RuleBroken, WrongState
from ideas.domain.permissions import Permission
from ideas.domain.publication import MUST_SAY_WHY, REASONS, Publication, Verdict
from ideas.http import paging
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say
from ideas.store import queries
from ideas.store.models import Decision
from ideas.web.moderation.forms import VerdictForm, list_verdicts, make_form
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
    read_numbers,
    read_sought,
    read_verdict,
    show_idea,
)
from ideas.web.page_context import find_campaign
from ideas.web.undo_notice import find_done

bp = Blueprint("moderation", __name__)


@bp.get("/moderation")
@needs(Permission.MODERATE)
def index() -> Any:
    """The queue, and the ideas of the other states, a page at a time."""
    campaign = found(find_campaign())
    g.current = "moderation"
    tab = find_tab(request.args.get("etat"))
    state = TABS[tab][0]
    counts = queries.moderation.count_by_publication(campaign)
    page, pages = paging.read_page(counts.get(state.value, 0), PAGE_SIZE)
    ideas = queries.moderation.list_in_state(campaign, state, page=page, size=PAGE_SIZE)
    similar = find_likely(ideas) if state is Publication.AWAITING_REVIEW else {}
    opened = find_open(ideas) if state is Publication.AWAITING_REVIEW else {}
    return render_template(
        "moderation/index.html",
        entries=[make_entry(idea, similar.get(idea.id, []), opened.get(idea.id)) for idea in ideas],
        several=make_form(state.value, "plusieurs"),
        verdicts=list_verdicts(state.value),
        tabs=[
            (f"{gettext(name)} ({counts.get(one.value, 0)})", url_for(".index", etat=slug), slug == tab)
            for slug, (one, name) in TABS.items()
        ],
        tab=tab,
        done=find_done(),
        page=page,
        pages=pages,
        page_url=lambda number: url_for(".index", etat=tab, page=number),
    )


@bp.get("/moderation/<number:idea_id>")
@needs(Permission.MODERATE)
def show(idea_id: int) -> Any:
    """One idea as moderators see it."""
    return show_idea(find_subject(idea_id))


@bp.post("/moderation/<number:idea_id>")
@needs(Permission.MODERATE)
def decide(idea_id: int) -> Any:
    """Publish, refuse, hide or restore an idea."""
    form = make_form(find_subject(idea_id).publication, read=True)
    verdict = read_verdict()
    try:
        decision = _decide(idea_id, form, verdict)
    except NotFound:
        raise
    except RuleBroken as refusal:
        abandon_act()
        return _show_refused(idea_id, form, verdict, refusal)
    return _back(idea_id, [decision])


@bp.post("/moderation/plusieurs")
@needs(Permission.MODERATE)
def decide_several() -> Any:
    """Give several ideas one verdict: each is a decision of its own, and those that cannot follow are told."""
    form = make_form("", read=True)
    verdict = read_verdict()
    decisions, refusals = [], []
    numbers = read_numbers()
    for idea_id in numbers:
        try:
            decisions.append(_decide(idea_id, form, verdict))
        except RuleBroken as refusal:
            abandon_act()
            refusals.append(gettext("n° %(number)s : %(why)s", number=idea_id, why=say(refusal)))
    if not decisions and not refusals:
        flash(gettext("Choisissez d’abord une ou plusieurs idées."), "warning")
    if refusals:
        lead = ngettext("%(num)s idée n’a pas changé.", "%(num)s idées n’ont pas changé.", len(refusals))
        flash(" ".join([lead, *refusals[:3]]), "error")
    return _back(numbers[0] if len(numbers) == 1 else None, decisions)


@bp.route("/moderation/<number:idea_id>/reunion", methods=["GET", "POST"])
@needs(Permission.MODERATE)
def merge(idea_id: int) -> Any:
    """Ask for the confirmation of a merge, saying what would be counted, and make it."""
    idea, into = find_subject(idea_id), read_kept(idea_id)
    if isinstance(into, str):
        if near := find_sought(idea):
            return show_idea(idea, near=near, sought=read_sought())
        return show_idea(idea, merge_error=into, sought=read_sought()), 400
    if request.method == "POST":
        decision = merge_ideas(idea_id, into.id, actor=find_actor(), now=now(), note=request.form.get("note", ""))
        return _back(idea_id, [decision])
    return render_template(
        "moderation/merge.html",
        idea=idea,
        into=into,
        people=queries.moderation.count_supporters(idea.id, into.id),
        can_swap=idea.publication == Publication.PUBLISHED.value,
        form=make_form(idea.publication),
        origin="triage" if request.args.get("depuis") == "triage" else "",
    )


@bp.post("/moderation/<number:idea_id>/reunion/annulation")
@needs(Permission.MODERATE)
def undo_merge(idea_id: int) -> Any:
    """Undo the merge of an idea."""
    find_subject(idea_id)
    decision = take_merge_back(idea_id, actor=find_actor(), now=now(), note=request.form.get("note", ""))
    return _back(idea_id, [decision])


def _decide(idea_id: int, form: VerdictForm, verdict: Verdict) -> Decision:
    expected, reason = form.expected.data, form.reason.data
    return decide_idea(
        idea_id,
        verdict,
        actor=find_actor(),
        now=now(),
        expected=Publication(expected) if expected in set(Publication) else None,
        reason=reason if verdict in MUST_SAY_WHY and reason in REASONS else "",
        note=form.note.data or "",
    )


def _back(idea_id: int | None, decisions: list[Decision]) -> Response:
    """Lead back to where the button was pressed, with the notice of what was done."""
    done = ",".join(str(one.id) for one in decisions) or None
    if request.form.get("depuis") == "triage":
        return redirect(url_for("triage.show", fait=done), 303)
    if idea_id is not None and not request.form.get("etat"):
        return redirect(url_for(".show", idea_id=idea_id, fait=done), 303)
    page = request.form.get("page", 1, type=int)
    return redirect(url_for(".index", etat=find_tab(request.form.get("etat")), page=page, fait=done), 303)


def _show_refused(idea_id: int, form: VerdictForm, verdict: Verdict, refusal: RuleBroken) -> Any:
    """Show the idea as it is now, what was typed, and why nothing was done."""
    idea = find_subject(idea_id)
    changed, form.expected.data = form.expected.data != idea.publication, idea.publication
    if not isinstance(refusal, WrongState):
        form.note.errors = [say(refusal)]
    elif verdict in MUST_SAY_WHY and form.reason.data not in REASONS and not changed:
        form.reason.errors = [say(refusal)]
    else:
        return show_idea(idea, form=form, conflict=say(refusal)), 409
    return show_idea(idea, form=form), 400

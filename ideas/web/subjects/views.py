"""Subjects as everybody sees them: by theme, one by one, and the ideas that have none."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.domain.ideas import THEMES
from ideas.domain.numbers import row_number
from ideas.http import paging
from ideas.http.access import carries, public
from ideas.http.actor import find_actor
from ideas.http.addresses import carried, idea_url
from ideas.http.etag import make_conditional
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.queries.lists import ListPlace, Wanted
from ideas.store.queries.subjects import Evidence, FoundSubject
from ideas.web.ideas.cards import draw_cards
from ideas.web.ideas.story import ShownAnswer, find_answer
from ideas.web.page_context import find_campaign, takes_votes
from ideas.web.subjects.history import tell_history
from ideas.web.subjects.presentation import (
    count_high_values,
    count_waves,
    count_words,
    is_reviewed,
    keep_said,
    list_near_subjects,
    name_subject,
    name_subjects,
    state_tag,
)
from ideas.web.subjects.themes import OTHER, draw_themes, group_by_theme, name_theme

bp = Blueprint("subjects", __name__)

SHOWN_UNDER, PAGE_SIZE, IDEAS = 6, 30, 20


@bp.get("/regroupements")
@bp.get("/regroupements/<path:rest>")
@carries("page")
@public
def lead_on(rest: str = "") -> ResponseReturnValue:
    """Lead from the addresses of the first version to those of today, for ever."""
    kept: dict[str, Any] = carried()
    if rest == "sans":
        return redirect(url_for(".alone", **kept), 301)
    if number := row_number(rest):
        return redirect(url_for(".show", cluster_id=number, **kept), 301)
    return redirect(url_for(".index", **kept), 301) if not rest else found(None)


@bp.get("/sujets")
@carries("theme", "page")
@public
def index() -> ResponseReturnValue:
    """The subjects that everybody sees, under the theme that most of their ideas carry; or all those of one theme."""
    campaign = found(find_campaign())
    g.current = "sujets"
    rows = queries.clusters.list_current(campaign)
    totals = queries.subjects.list_theme_totals(campaign)
    themes = queries.clusters.find_themes(campaign)
    wanted = _read_theme()
    chosen = [row for row in rows if themes.get(row.id, "") == wanted] if wanted is not None else rows
    is_flat = wanted is not None or len({themes.get(row.id, "") for row in rows}) == 1
    groups = group_by_theme(
        chosen,
        name_subjects(chosen, campaign),
        queries.supports.count_people(campaign),
        themes,
        totals,
        most=len(chosen) if is_flat else SHOWN_UNDER,
    )
    page, pages = paging.read_page(len(chosen), PAGE_SIZE) if is_flat else paging.Page(1, 1)
    return make_conditional(
        render_template(
            "subjects/index.html",
            groups=groups,
            totals=[(name_theme(one.theme), one) for one in totals],
            trees=[draw_themes(totals, wide=True), draw_themes(totals, wide=False)] if wanted is None else [],
            wanted=wanted,
            theme=name_theme(wanted) if wanted is not None else "",
            is_flat=is_flat,
            first=(page - 1) * PAGE_SIZE,
            last=page * PAGE_SIZE,
            count=len(rows),
            reviewed_count=sum(is_reviewed(row) for row in rows),
            idea_count=sum(one.idea_count for one in totals),
            alone_count=sum(one.idea_count for one in totals) - sum(row.idea_count for row in rows),
            page=page,
            pages=pages,
            page_url=lambda number: url_for(
                ".index", theme=request.args.get("theme"), page=number if number > 1 else None
            ),
        )
    )


def _read_theme() -> str | None:
    asked = request.args.get("theme")
    if asked == OTHER:
        return ""
    return asked if asked in THEMES else None


@bp.get("/sujets/sans")
@carries("page")
@public
def alone() -> ResponseReturnValue:
    """The published ideas that are in no subject."""
    campaign = found(find_campaign())
    g.current = "sujets"
    count = queries.clusters.count_unclustered(campaign)
    page, pages = paging.read_page(count, PAGE_SIZE)
    return make_conditional(
        render_template(
            "subjects/alone.html",
            ideas=queries.clusters.list_unclustered(campaign, page=page, size=PAGE_SIZE),
            count=count,
            page=page,
            pages=pages,
            page_url=lambda number: url_for(".alone", page=number if number > 1 else None),
            idea_url=idea_url,
        )
    )


@bp.get("/sujets/<number:cluster_id>")
@carries("page")
@public
def show(cluster_id: int) -> ResponseReturnValue:
    """One subject: what is asked, by how many, what came of it, why these ideas are together, what happened."""
    subject = queries.subjects.find(cluster_id)
    if subject is None:
        parent = found(queries.supports.find_parent(cluster_id))
        return redirect(url_for(".show_request", cluster_id=parent, request_id=cluster_id))
    campaign = g.campaign = subject.campaign
    g.current = "sujets"
    if subject.cluster.dissolved_run_id is not None:
        return _show_dissolved(subject)
    row = found(next(iter(queries.clusters.list_current(campaign, only=[cluster_id])), None))
    whole, *requests = queries.supports.list_parts(row.id, campaign.current_run_id)
    evidence = queries.subjects.list_evidence(row.id, campaign.current_run_id)
    words = keep_said(row, evidence)
    answer_id, answered_count = _find_common_answer(evidence)
    page, pages = paging.read_page(row.idea_count, IDEAS)
    ideas = queries.lists.list_page(
        campaign,
        Wanted(cluster_id=row.id),
        ListPlace("populaires", page, IDEAS),
        voter_id=find_actor().id,
    )
    unseen = {one.idea_id for one in evidence if not one.is_seen} if row.signed_count else set()
    return make_conditional(
        render_template(
            "subjects/show.html",
            subject=row,
            title=name_subject(row.id, row.name or row.title, words),
            born_at=subject.cluster.accepted_at,
            reviewed_at=subject.reviewed_at if is_reviewed(row) else None,
            state=state_tag(row.review_status),
            people_count=whole.people_count,
            waves=count_waves(evidence),
            high_values=count_high_values(row.id, evidence),
            requests=requests,
            request_url=lambda number: url_for(".show_request", cluster_id=row.id, request_id=number),
            answer=_find_answer(answer_id),
            answered_count=answered_count,
            cards=draw_cards(ideas, campaign, level=3, unseen=unseen),
            words=count_words(words, evidence),
            near=list_near_subjects(row.id, evidence, campaign.current_run_id),
            history=tell_history(row.id),
            uses=queries.uses.list_of_subject(row.id, campaign.current_run_id),
            idea_url=idea_url,
            is_followed=queries.news.follows_subject(find_actor().id, row.id),
            is_open=takes_votes(campaign),
            page=page,
            pages=pages,
            page_url=lambda number: url_for(".show", cluster_id=row.id, page=number if number > 1 else None),
        )
    )


@bp.get("/sujets/<number:cluster_id>/demandes/<number:request_id>")
@carries("page")
@public
def show_request(cluster_id: int, request_id: int) -> ResponseReturnValue:
    """One request: the ideas that one answer could serve, and that answer when there is one."""
    parent = found(queries.supports.find_parent(request_id))
    if parent != cluster_id:
        return redirect(url_for(".show_request", cluster_id=parent, request_id=request_id))
    campaign = g.campaign = found(queries.subjects.find(cluster_id)).campaign
    g.current = "sujets"
    row = found(next(iter(queries.clusters.list_current(campaign, only=[cluster_id])), None))
    parts = queries.supports.list_parts(cluster_id, campaign.current_run_id)
    part = found(next((one for one in parts if one.id == request_id), None))
    evidence = queries.subjects.list_evidence(cluster_id, campaign.current_run_id)
    answer_id, answered_count = _find_common_answer([one for one in evidence if one.request_id == request_id])
    page, pages = paging.read_page(part.idea_count, IDEAS)
    ideas = queries.lists.list_page(
        campaign,
        Wanted(cluster_id=cluster_id, request_id=request_id),
        ListPlace("populaires", page, IDEAS),
        voter_id=find_actor().id,
    )
    return make_conditional(
        render_template(
            "subjects/request.html",
            part=part,
            title=part.title or gettext("Demande n° %(number)s", number=request_id),
            subject_title=name_subjects([row], campaign)[row.id],
            subject_url=url_for(".show", cluster_id=cluster_id),
            answer=_find_answer(answer_id),
            answered_count=answered_count,
            cards=draw_cards(ideas, campaign, level=3, unseen=set()),
            is_open=takes_votes(campaign),
            page=page,
            pages=pages,
            page_url=lambda number: url_for(
                ".show_request", cluster_id=cluster_id, request_id=request_id, page=number if number > 1 else None
            ),
        )
    )


def _find_common_answer(evidence: list[Evidence]) -> tuple[int | None, int]:
    """Return the answer that serves most ideas of a subject, when it serves two at least, and how many."""
    served: dict[int, int] = {}
    for one in evidence:
        if one.answer_id is not None:
            served[one.answer_id] = served.get(one.answer_id, 0) + 1
    best = min(served, key=lambda number: (-served[number], number), default=None)
    return (best, served[best]) if best is not None and served[best] > 1 else (None, 0)


def _find_answer(answer_id: int | None) -> ShownAnswer | None:
    idea = queries.ideas.find_answered(answer_id) if answer_id is not None else None
    return find_answer(idea) if idea is not None else None


def _show_dissolved(subject: FoundSubject) -> ResponseReturnValue:
    """Lead on to the subject that this one joined, else say what became of it."""
    number = subject.cluster.id
    successor = queries.clusters.find_successor(number, subject.campaign)
    if successor is not None:
        return redirect(url_for(".show", cluster_id=successor))
    return make_conditional(render_template("subjects/dissolved.html", number=number, history=tell_history(number)))

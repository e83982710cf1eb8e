"""The ideas in no subject, as a place of their own: each with the subject it is nearest to, to be placed or left."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ideas.domain.permissions import Permission
from ideas.domain.texts import excerpt
from ideas.http import paging
from ideas.http.access import carries, needs
from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.alone import READ_AT_ONCE, AloneIdea
from ideas.web.page_context import find_campaign
from ideas.web.triage.blueprint import bp
from ideas.web.triage.forms import PlaceForm, make_empty
from ideas.web.triage.members import LONGEST_TEXT
from ideas.web.triage.presentation import name_living
from ideas.web.triage.targets import Neighbour, find_nearest, list_targets
from ideas.web.undo_notice import find_act_notice, list_own_acts


class AloneRow(NamedTuple):
    """An idea without subject, and the subject that it is nearest to when it is near any."""

    id: int
    title: str
    url: str
    lang: str
    text: str
    vote_count: int
    is_left: bool
    near: Neighbour | None


@bp.get("/triage/sans")
@carries("page", "reste")
@needs(Permission.TRIAGE)
def alone() -> ResponseReturnValue:
    """The published ideas that are in no subject, to be placed in one."""
    return show_alone()


def show_alone(form: PlaceForm | None = None, *, problem: str = "") -> str:
    """Return the page of ideas without subject, with the form that was refused as it was typed."""
    campaign = found(find_campaign())
    g.current = "triage"
    waiting, own_acts = queries.triage.count_waiting(campaign), list_own_acts(campaign)
    page, pages = paging.read_page(waiting.alone_count, READ_AT_ONCE)
    names = name_living(campaign)
    # A page that was begun does not fill up again: it is over once what it showed has its place.
    size = min(READ_AT_ONCE, request.values.get("reste", 0, type=int)) if page == 1 else 0
    rows = _make_rows(
        queries.alone.list_alone(campaign, page=page, size=size if size > 0 else READ_AT_ONCE), names, campaign
    )
    return render_template(
        "triage/alone.html",
        ideas=rows,
        waiting=waiting,
        form=form or make_empty(PlaceForm),
        names=tuple(names.items()),
        targets=list_targets(own_acts, names, [row.near for row in rows if row.near]),
        problem=problem,
        done=find_act_notice(own_acts),
        page=page,
        pages=pages,
        page_url=alone_url,
    )


def alone_url(page: int) -> str:
    """Return the address of a page of the ideas of no subject."""
    return url_for("triage.alone", page=page if page > 1 else None)


def follow_alone_url(placed_count: int) -> str | None:
    """Return where to read on once some ideas of a page have their place; None when that was all of them."""
    page, shown = (request.form.get(name, 0, type=int) for name in ("page", "reste"))
    if page > 1 or not shown:
        return alone_url(page)
    return url_for("triage.alone", reste=shown - placed_count) if shown > placed_count else None


def _make_rows(ideas: list[AloneIdea], names: Mapping[int, str], campaign: Campaign) -> list[AloneRow]:
    numbers = [idea.id for idea in ideas]
    texts = {row.id: row.data_wanted for row in queries.triage.list_texts(numbers, campaign)}
    near = find_nearest(numbers, names, campaign.current_run_id)
    return [
        AloneRow(
            id=idea.id,
            title=idea.title,
            url=idea_url(idea.id, idea.title),
            lang=foreign(idea.language),
            text=excerpt(texts.get(idea.id, ""), LONGEST_TEXT),
            vote_count=idea.vote_count,
            is_left=idea.is_left,
            near=near.get(idea.id),
        )
        for idea in ideas
    ]

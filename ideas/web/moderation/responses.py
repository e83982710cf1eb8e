"""The page of the queue, and the way back to it from each act."""

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.actions.claiming import claim
from ideas.domain.errors import NotFound
from ideas.domain.numbers import row_number
from ideas.domain.publication import MUST_SAY_WHY, REASONS, Publication, Verdict
from ideas.domain.signals import is_unread
from ideas.domain.waves import LOOKED_BACK, find_rush
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Decision
from ideas.web.forms import MOST_TICKED, comes_from_triage
from ideas.web.moderation.forms import (
    AskForm,
    RedactForm,
    VerdictForm,
    list_verdicts,
    make_ask_form,
    make_form,
    make_redact_form,
    make_several_form,
)
from ideas.web.moderation.presentation import find_read
from ideas.web.moderation.queue import (
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
from ideas.web.undo_notice import list_done

WHOLE = "liste"  # the view of the list that a telephone shows whole


def show_queue(
    chosen_id: int | None = None,
    *,
    form: VerdictForm | None = None,
    several: VerdictForm | None = None,
    asking: AskForm | None = None,
    redacting: RedactForm | None = None,
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
        asking=asking or make_ask_form(),
        redacting=redacting or make_redact_form(),
        several=several or make_several_form(place.state),
        verdicts=list_verdicts(place.state, is_unread=place.is_unread),
        verdicts_of_read=list_verdicts(idea.publication, is_unread=is_unread(idea.signals)) if idea else (),
        reasons=[(code, gettext(words)) for code, words in REASONS.items()],
        conflict=conflict,
        most=MOST_TICKED,
        is_whole=request.args.get("vue") == WHOLE,
        whole_url=place.url(vue=WHOLE),
        just_acted=bool(conflict or form or asking or redacting or request.args.get("fait")),
        tabs=list_tabs(place, counts, queue.unread_count),
        orders=list_orders(place),
        signal_views=list_signal_views(place),
        theme_views=list_theme_views(place),
        filter_tags_shown=list_filter_tags(place),
        carried=parse_qsl(urlsplit(place.url(q="", page=1)).query),
        done=list_done(campaign),
        rush=find_rush(queries.moderation.list_first_votes(campaign, since=now() - LOOKED_BACK)),
        page_url=lambda number: place.url(page=number),
    )


def is_in_queue() -> bool:
    """Tell whether a form was sent from the queue, which is where to lead back to."""
    return "etat" in request.form


def read_verdict(form: VerdictForm) -> dict[str, Any]:
    """Return what a form says of a verdict, as the act takes it."""
    verdict, expected = Verdict(form.verdict.data), form.expected.data
    return {
        "verdict": verdict,
        "actor": find_actor(),
        "now": now(),
        "expected": Publication(expected) if expected in set(Publication) else None,
        "reason": form.reason.data if verdict in MUST_SAY_WHY else "",
        "note": form.note.data,
    }


def lead_back(idea_id: int | None, decisions: list[Decision]) -> Response:
    """Lead back to where the button was pressed, with the notice of what was done."""
    done = ",".join(str(one.id) for one in decisions) or None
    if comes_from_triage():
        return redirect(url_for("triage.show", fait=done), 303)
    if idea_id is not None and not is_in_queue():
        return redirect(url_for("moderation.show", idea_id=idea_id, fait=done), 303)
    follows = row_number(request.form.get("suivante"))
    if follows:
        with suppress(NotFound):
            claim(follows, actor=find_actor(), now=now())
    address = read_place().url(follows or None)
    return redirect(f"{address}{'&' if '?' in address else '?'}fait={done}" if done else address, 303)

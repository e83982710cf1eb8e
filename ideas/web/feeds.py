"""Atom feeds: the ideas of a campaign, of a search with its filters, of a subject; the latest first."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.domain.texts import one_line, without_refused
from ideas.http.access import carries, public
from ideas.http.addresses import carried, idea_url, origin
from ideas.http.etag import make_conditional_on
from ideas.http.refusals import found
from ideas.retrieval.search import has_words, search_published
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.lists import ListPlace, Wanted
from ideas.web.ideas.listing import FILTERS, LONGEST_QUERY, list_filters, read_wanted
from ideas.web.page_context import find_campaign
from ideas.web.subjects.presentation import list_words, name_subject

bp = Blueprint("feeds", __name__)

ATOM = "application/atom+xml; charset=utf-8"
ENTRIES = 30
LATEST = "recentes"


@bp.get("/fil.atom")
@public
def campaign() -> ResponseReturnValue:
    """The ideas published last."""
    here = found(find_campaign())
    return _answer(here, here.title, url_for("ideas.index"), lambda: _list_latest(here, Wanted()))


@bp.get("/idees.atom")
@carries(*FILTERS)
@public
def ideas() -> ResponseReturnValue:
    """The ideas that a list would show, with its search and its filters, the latest first."""
    here = found(find_campaign())
    asked = request.args.get("q", "").strip()[:LONGEST_QUERY]
    query = one_line(without_refused(asked))
    is_searched = has_words(query)
    wanted = read_wanted("" if is_searched else query)
    said = [f"« {query} »" if query else "", *(label for _name, _value, label in list_filters(wanted, here))]
    title = " · ".join([here.title, *filter(None, said)])

    def list_numbers() -> Sequence[int]:
        if not is_searched:
            return _list_latest(here, wanted)
        var = current_app.config["IDEAS"].var
        return search_published(query, campaign=here, wanted=wanted, order=LATEST, var=var).numbers[:ENTRIES]

    return _answer(here, title, url_for("ideas.index", **_asked()), list_numbers)


@bp.get("/sujets/<number:cluster_id>.atom")
@public
def subject(cluster_id: int) -> ResponseReturnValue:
    """The ideas of a subject that everybody sees."""
    here = found(queries.subjects.find(cluster_id)).campaign
    row = found(next(iter(queries.clusters.list_current(here, only=[cluster_id])), None))
    name = name_subject(row.id, row.name or row.title, list_words([row], here)[row.id])
    title = gettext("Sujet : %(title)s", title=name)
    address = url_for("subjects.show", cluster_id=cluster_id)
    return _answer(here, title, address, lambda: _list_latest(here, Wanted(cluster_id=cluster_id)))


def _asked() -> dict[str, Any]:
    """Return what the address of this feed says that it reads."""
    return dict(carried())


def _list_latest(here: Campaign, wanted: Wanted) -> list[int]:
    return [one.id for one in queries.lists.list_page(here, wanted, ListPlace(LATEST, size=ENTRIES))]


def _answer(
    here: Campaign, title: str, page_url: str, list_numbers: Callable[[], Sequence[int]]
) -> ResponseReturnValue:
    """Return the feed, or 304 when nothing public has changed since the reader had it."""

    def draw() -> str:
        entries = queries.feeds.list_entries(list_numbers())
        updated_at = max((one.updated_at for one in entries), default=here.opens_at)
        feed_url = url_for(request.endpoint or "", **_asked(), **(request.view_args or {}))
        given = {"page_url": page_url, "feed_url": feed_url, "origin": origin(), "idea_url": idea_url}
        return render_template("feeds/feed.xml", title=title, entries=entries, updated_at=updated_at, **given)

    return make_conditional_on((here.id, here.version), draw, ATOM)

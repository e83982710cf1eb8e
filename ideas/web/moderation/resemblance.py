"""The idea that the one being read is very close to: named among the signals, its texts beside those that are read."""

from typing import NamedTuple

from flask import url_for
from markupsafe import Markup

from ideas.domain.publication import Publication
from ideas.domain.signals import Signal
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.retrieval.search import search_stems
from ideas.store import queries
from ideas.store.models import Idea
from ideas.web.ideas.marking import mark
from ideas.web.moderation.queue import QueuePlace


class ClosePane(NamedTuple):
    """What is shown of a very close idea; `merge_url` only when it is online, where others may be united with it."""

    id: int
    title: str
    url: str
    lang: str
    is_online: bool
    text: Markup
    use: Markup
    support_count: int
    merge_url: str


def find_close_pane(idea: Idea, place: QueuePlace) -> ClosePane | None:
    """Return the idea that one which waits is very close to, the words that both say marked."""
    found = queries.moderation.find_close(idea.id, find_actor()) if idea.signals & Signal.NEAR else None
    if found is None:
        return None
    is_online = found.publication is Publication.PUBLISHED
    terms = frozenset(search_stems(f"{idea.title} {idea.data_wanted} {idea.planned_use}"))
    return ClosePane(
        id=found.id,
        title=found.title,
        url=idea_url(found.id, found.title) if is_online else place.url(found.id),
        lang=foreign(found.language),
        is_online=is_online,
        text=mark(found.data_wanted, terms, found.language),
        use=mark(found.planned_use, terms, found.language),
        support_count=found.vote_count,
        merge_url=url_for("moderation.merge", idea_id=idea.id, dans=found.id) if is_online else "",
    )

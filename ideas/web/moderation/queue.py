"""The queue of the moderators: what is looked for, its lines, and the way from one idea to the next."""

from collections.abc import Collection
from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import gettext, ngettext

from ideas.domain.errors import N_
from ideas.domain.ideas import THEMES
from ideas.domain.numbers import row_number
from ideas.domain.publication import Publication
from ideas.domain.signals import BURST, BURST_COUNT, NEW_ACCOUNT, SIGNAL_NAMES, Signal
from ideas.domain.texts import without_refused
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.languages import foreign
from ideas.http.paging import read_page
from ideas.retrieval.search import search_stems
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.moderation import QueuedIdea, QueueFilter
from ideas.web.labels import profile_name

PAGE_SIZE = 50
LONGEST_SEARCH = 200
P = Publication
TABS = {
    "a-relire": (P.AWAITING_REVIEW, N_("À relire")),
    "en-ligne": (P.PUBLISHED, N_("En ligne, à relire")),
    "publiees": (P.PUBLISHED, N_("Publiées")),
    "masquees": (P.HIDDEN, N_("Masquées")),
    "non-publiees": (P.REFUSED, N_("Non publiées")),
    "reunies": (P.MERGED, N_("Réunies")),
}
SIGNAL_SLUGS = {
    "signalee": Signal.REPORTED,
    "telephone": Signal.TELEPHONE,
    "courriel": Signal.MAIL,
    "adresse": Signal.POSTAL,
    "nom": Signal.NAME,
    "lien": Signal.LINK,
    "proche": Signal.NEAR,
}
SHORT_NAMES = {
    Signal.REPORTED: N_("signalée"),
    Signal.TELEPHONE: N_("téléphone"),
    Signal.MAIL: N_("courriel"),
    Signal.POSTAL: N_("adresse"),
    Signal.NAME: N_("nom"),
    Signal.LINK: N_("lien"),
    Signal.NEAR: N_("très proche"),
}
ONLINE_UNREAD = "en-ligne"
GRAVE = Signal.REPORTED | Signal.TELEPHONE | Signal.MAIL
OLDEST = "anciennes"
NAMES = ("etat", "q", "signal", "theme", "auteur", "tri", "page")


class QueuePlace(NamedTuple):
    """Where somebody is in the queue, as addresses and forms carry it; what is empty is left out of them."""

    etat: str
    q: str = ""
    signal: str = ""
    theme: str = ""
    auteur: str = ""
    tri: str = ""
    page: int = 1

    @property
    def state(self) -> Publication:
        """The state whose ideas are shown."""
        return TABS[self.etat][0]

    @property
    def is_unread(self) -> bool:
        """Whether what is shown is online and nobody has read it."""
        return self.etat == ONLINE_UNREAD

    @property
    def waits(self) -> bool:
        """Whether what is shown waits to be read."""
        return self.state is P.AWAITING_REVIEW or self.is_unread

    def list_fields(self) -> list[tuple[str, str]]:
        """Return what a form carries so that its answer leads back here."""
        return [(name, str(value)) for name, value in zip(NAMES, self, strict=True) if value and value != 1]

    def url(self, idea_id: int | None = None, *, vue: str | None = None, **changes: Any) -> str:
        """Return the address of this place, or of one that differs by `changes`, at an idea."""
        named: dict[str, Any] = dict(self._replace(**changes).list_fields())
        return url_for("moderation.index", **named, idee=idea_id, vue=vue)


def read_place() -> QueuePlace:
    """Return the place that the address or the form says; what is unknown is no filter."""
    given = request.values
    known: dict[str, Collection[str]] = {"signal": SIGNAL_SLUGS, "theme": THEMES, "tri": (OLDEST,)}
    chosen = {name: given.get(name, "") for name in known}
    author = row_number(given.get("auteur"))
    return QueuePlace(
        etat=given.get("etat", "") if given.get("etat") in TABS else "a-relire",
        q=without_refused(given.get("q", "").strip()[:LONGEST_SEARCH]),
        auteur=str(author) if author else "",
        page=max(1, given.get("page", 1, type=int) or 1),
        **{name: value for name, value in chosen.items() if value in known[name]},
    )


def read_filter(place: QueuePlace) -> QueueFilter:
    """Return what a place asks of the database: a number is that of an idea, anything else is words."""
    words = place.q.removeprefix("n°").strip()
    number = row_number(words) or 0
    stems = () if number else tuple(search_stems(words))
    nothing = -1 if words and not number and not stems else 0  # words that say nothing find nothing
    return QueueFilter(
        state=place.state,
        signal=int(SIGNAL_SLUGS.get(place.signal, 0)),
        theme=place.theme,
        number=number or nothing,
        stems=stems,
        author_of=row_number(place.auteur) or 0,
        oldest_first=place.tri == OLDEST,
        is_unread=place.is_unread,
    )


class QueueRow(NamedTuple):
    """A line of the list."""

    id: int
    title: str
    lang: str
    url: str
    profile: str
    row: QueuedIdea
    tags: list[tuple[str, str]]
    is_current: bool


class ReviewQueue(NamedTuple):
    """A page of the list, the idea that is read, and the ways to those beside it."""

    rows: list[QueueRow]
    chosen: QueuedIdea | None
    chosen_id: int | None
    previous_url: str
    next_url: str
    next_id: int | None
    page: int
    pages: int
    reply_count: int
    report_count: int
    use_count: int
    unread_count: int
    comment_count: int
    edit_count: int
    bursts: dict[int, int]


def read_queue(
    campaign: Campaign, place: QueuePlace, counts: dict[Publication, int], chosen_id: int | None
) -> ReviewQueue:
    """Return a page of the list, read at the idea that is asked for, else at the first."""
    wanted = read_filter(place)
    found = queries.moderation.count_queue(campaign, wanted)
    page, pages = read_page(found.ideas if wanted.is_narrow else counts.get(place.state, 0), PAGE_SIZE)
    rows = queries.moderation.list_queue(campaign, wanted, now=now(), page=page, size=PAGE_SIZE)
    bursts = _find_bursts(rows)
    numbers = [row.id for row in rows]
    chosen_id = chosen_id or (numbers[0] if numbers else None)
    at = numbers.index(chosen_id) if chosen_id in numbers else -1
    place = place._replace(page=page)
    after = numbers[at + 1 : at + 2] or numbers[: 1 if at else 0]
    return ReviewQueue(
        rows=[_make_row(row, place, bursts, chosen_id) for row in rows],
        chosen=rows[at] if at >= 0 else None,
        chosen_id=chosen_id,
        previous_url=place.url(numbers[at - 1]) if at > 0 else place.url(page=page - 1) if page > 1 else "",
        next_url=_find_next_url(place, numbers, at, pages),
        next_id=after[0] if after and after[0] != chosen_id else None,
        page=page,
        pages=pages,
        reply_count=found.replies,
        report_count=found.reported,
        use_count=found.uses,
        unread_count=found.unread,
        comment_count=found.comments,
        edit_count=found.edits,
        bursts=bursts,
    )


def _find_next_url(place: QueuePlace, numbers: list[int], at: int, pages: int) -> str:
    if at + 1 < len(numbers):
        return place.url(numbers[at + 1])
    return place.url(page=place.page + 1) if place.page < pages else ""


def _find_bursts(rows: list[QueuedIdea]) -> dict[int, int]:
    """Return, by number of idea, how many ideas its author sent within an hour of it, when they are many."""
    authors = {row.author_id for row in rows if row.author_id is not None}
    sent = queries.moderation.list_sendings(authors) if authors else {}
    counts = {
        row.id: sum(abs(at - row.submitted_at) <= BURST for at in sent.get(row.author_id, []))
        for row in rows
        if row.author_id is not None and row.submitted_at is not None
    }
    return {number: count for number, count in counts.items() if count >= BURST_COUNT}


def is_newcomer(row: QueuedIdea) -> bool:
    """Tell whether an idea was sent by somebody who had just come."""
    return bool(row.first_seen_at and row.submitted_at and row.submitted_at - row.first_seen_at < NEW_ACCOUNT)


def _make_row(row: QueuedIdea, place: QueuePlace, bursts: dict[int, int], chosen_id: int | None) -> QueueRow:
    return QueueRow(
        row.id,
        row.title,
        foreign(row.language),
        place.url(row.id),
        profile_name(row.profile),
        row,
        _list_tags(row, place, bursts.get(row.id, 0)),
        row.id == chosen_id,
    )


def _list_tags(row: QueuedIdea, place: QueuePlace, burst: int) -> list[tuple[str, str]]:
    """Return what sets a line apart, in few words, each with its tone."""
    tags = [(gettext("relue par quelqu’un d’autre"), "promise")] if is_claimed(row) else []
    tags += [
        (gettext(words), "no" if signal & GRAVE else "late")
        for signal, words in SHORT_NAMES.items()
        if row.signals & signal
    ]
    if not place.waits:
        return tags
    if row.is_asked:
        tags.append((gettext("question posée"), "promise"))
    if burst:
        tags.append((ngettext("%(num)s en une heure", "%(num)s en une heure", burst), "late"))
    return [*tags, (gettext("compte du jour"), "stone")] if is_newcomer(row) else tags


def is_claimed(row: QueuedIdea) -> bool:
    """Tell whether somebody else of the staff is reading an idea."""
    return row.claimed_by_id not in (None, find_actor().id)


class QueueView(NamedTuple):
    """A way to see the list otherwise, which acts at once."""

    label: str
    url: str
    is_on: bool


def list_tabs(place: QueuePlace, counts: dict[Publication, int], unread_count: int) -> list[QueueView]:
    """Return the states, each with how many ideas are in it; what is online unread, where there is any."""
    counted = {slug: counts.get(state, 0) for slug, (state, _) in TABS.items()} | {ONLINE_UNREAD: unread_count}
    return [
        QueueView(f"{gettext(name)} ({counted[slug]})", QueuePlace(slug).url(), slug == place.etat)
        for slug, (_, name) in TABS.items()
        if slug != ONLINE_UNREAD or unread_count or place.is_unread
    ]


def list_orders(place: QueuePlace) -> list[QueueView]:
    """Return the orders of what waits."""
    if not place.waits:
        return []
    named = (("", gettext("À vérifier d’abord")), (OLDEST, gettext("Les plus anciennes")))
    return [QueueView(label, place.url(tri=order, page=1), order == place.tri) for order, label in named]


def list_signal_views(place: QueuePlace) -> list[QueueView]:
    """Return the signals as filters: a second tap takes one away."""
    return [
        QueueView(
            gettext(SIGNAL_NAMES[signal]),
            place.url(signal="" if slug == place.signal else slug, page=1),
            slug == place.signal,
        )
        for slug, signal in SIGNAL_SLUGS.items()
    ]


def list_theme_views(place: QueuePlace) -> list[QueueView]:
    """Return the themes as filters: a second tap takes one away."""
    return [
        QueueView(gettext(name), place.url(theme="" if code == place.theme else code, page=1), code == place.theme)
        for code, name in THEMES.items()
    ]


def list_filter_tags(place: QueuePlace) -> list[tuple[str, str]]:
    """Return the filters at work, each with the list without it."""
    tags = [(f"« {place.q} »", place.url(q="", page=1))] if place.q else []
    if place.signal:
        tags.append((gettext(SIGNAL_NAMES[SIGNAL_SLUGS[place.signal]]), place.url(signal="", page=1)))
    if place.theme:
        tags.append((gettext(THEMES[place.theme]), place.url(theme="", page=1)))
    if place.auteur:
        words = gettext("Même personne que l’idée n° %(number)s", number=place.auteur)
        tags.append((words, place.url(auteur="", page=1)))
    return tags

"""What came of the requests, drawn: one bar cut in shares, and bars in proportion, each under what it shows."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flask import url_for
from flask_babel import format_percent, gettext, ngettext

from ideas.domain.handling import Handling, count_states
from ideas.domain.ideas import OBSTACLES
from ideas.http.languages import foreign
from ideas.store.queries.producers import BodyCount
from ideas.store.queries.results import CodeCount
from ideas.store.queries.subjects import ThemeTotal
from ideas.web.labels import label_of, profile_name, theme_name

MOST_BARS = 8


class Share(NamedTuple):
    """A part of all requests: its tone, its words after the number, and its place on the bar in hundredths."""

    tone: str
    words: str
    idea_count: int
    start: float
    width: float


class Bar(NamedTuple):
    """A line of a drawing: what it counts, its length in hundredths of the longest, and the list behind it."""

    label: str
    idea_count: int
    length: float
    url: str = ""
    lang: str = ""


def draw_outcomes(counts: Mapping[Handling, int], late_count: int) -> list[Share]:
    """Return the parts of the bar of all requests, what was obtained first; parts of none are left out."""
    states, whole, received = count_states(counts), sum(counts.values()), counts.get(Handling.RECEIVED, 0)
    obtained, closed, waiting = states.opened, states.closed, states.waiting - received
    on_time = states.promised - late_count
    parts = [
        ("good", ngettext("ouverte", "ouvertes", obtained), obtained),
        ("promise", ngettext("promise à une date", "promises à une date", on_time), on_time),
        ("late", ngettext("en retard sur la date promise", "en retard sur la date promise", late_count), late_count),
        ("wait", ngettext("transmise, sans réponse", "transmises, sans réponse", waiting), waiting),
        ("todo", ngettext("à transmettre", "à transmettre", received), received),
        ("no", ngettext("refusée ou sans suite", "refusées ou sans suite", closed), closed),
    ]
    shares, start = [], 0.0
    for tone, words, count in parts:
        if count:
            width = 100 * count / whole
            shares.append(Share(tone, words, count, round(start, 2), round(width, 2)))
            start += width
    return shares


def tell_outcomes(shares: Iterable[Share]) -> str:
    """Return what the bar shows first: how many requests are open."""
    counts = {share.tone: share.idea_count for share in shares}
    whole, opened = sum(counts.values()), counts.get("good", 0)
    if not opened:
        return gettext("Aucune demande n’est encore ouverte")
    if 2 * opened > whole:
        return gettext("Plus d’une demande sur deux est ouverte")
    return gettext("Une demande sur %(num)s est ouverte", num=round(whole / opened))


def tell_themes(totals: Iterable[ThemeTotal]) -> str:
    """Return which theme people support most, and its share of all supports."""
    totals = list(totals)
    whole = sum(one.vote_count for one in totals)
    first = next((one for one in totals if one.theme and one.vote_count), None)
    if first is None:
        return gettext("Les soutiens par thème")
    share = format_percent(first.vote_count / whole)
    return gettext("%(theme)s : %(share)s des soutiens", theme=theme_name(first.theme), share=share)


def draw_profiles(counts: list[CodeCount]) -> list[Bar]:
    """Return a bar for each profile of those who write."""
    return _draw(
        [(profile_name(one.code), one.idea_count, url_for("ideas.index", profil=one.code), "") for one in counts]
    )


def tell_profiles(counts: list[CodeCount]) -> str:
    """Return who writes most."""
    share = format_percent(counts[0].idea_count / sum(one.idea_count for one in counts))
    return gettext("%(profile)s : %(share)s des idées", profile=profile_name(counts[0].code), share=share)


def draw_obstacles(counts: list[CodeCount]) -> list[Bar]:
    """Return a bar for each thing that stopped people."""
    return _draw([(label_of(OBSTACLES, one.code), one.idea_count, "", "") for one in counts])


def tell_obstacles(counts: list[CodeCount]) -> str:
    """Return what stops people first; "other" names nothing."""
    named = next((one for one in counts if one.code != "other"), counts[0])
    return gettext("Premier obstacle cité : %(obstacle)s", obstacle=label_of(OBSTACLES, named.code).lower())


def draw_bodies(bodies: list[BodyCount]) -> list[Bar]:
    """Return a bar for each of the bodies that are asked most."""
    rows = [
        (one.name, one.idea_count, url_for("producers.show", slug=one.slug), foreign()) for one in bodies[:MOST_BARS]
    ]
    return _draw(rows)


def _draw(rows: list[tuple[str, int, str, str]]) -> list[Bar]:
    longest = max((count for _, count, _, _ in rows), default=1)
    return [Bar(label, count, round(100 * count / longest, 1), url, lang) for label, count, url, lang in rows]

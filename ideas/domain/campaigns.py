"""When a campaign takes contributions, to the second, by the server's clock."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ideas.domain.errors import N_, Closed, RuleBroken

LONGEST_SLUG = 80
PARIS = ZoneInfo("Europe/Paris")  # the hour by which campaigns open and close
CLOCK = (("days", 86_400), ("hours", 3_600), ("minutes", 60))
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Tell whether `text` may name a campaign.

    >>> [is_slug(text) for text in ("donnees-2026", "Données", "a--b", "")]
    [True, False, False, False]
    """
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


class Dated(Protocol):
    """A campaign, as far as time goes."""

    opens_at: Any
    ideas_close_at: Any
    closes_at: Any
    closed_at: Any


def is_open(campaign: Dated, now: datetime) -> bool:
    """Tell whether votes are taken at `now`: from `opens_at` included to `closes_at` excluded."""
    return bool(campaign.closed_at is None and campaign.opens_at <= now < campaign.closes_at)


def takes_ideas(campaign: Dated, now: datetime) -> bool:
    """Tell whether ideas are taken at `now`: while it is open, but in last days that are for votes alone."""
    return is_open(campaign, now) and (campaign.ideas_close_at is None or now < campaign.ideas_close_at)


def find_clock(campaign: Dated, now: datetime) -> tuple[str, int]:
    """Return what the clock of a campaign shows at `now`: nothing that it says in words changes while this does not.

    Days are counted down to two, then hours to two, then minutes.
    """
    closes_at = campaign.closed_at or campaign.closes_at
    if now < campaign.opens_at:
        return "to come", 0
    if now >= closes_at:
        return "closed", 0
    seconds = int((closes_at - now).total_seconds())
    unit, length = next((one for one in CLOCK if seconds >= 2 * one[1]), CLOCK[-1])
    return unit, seconds // length


class Season(StrEnum):
    """Where a campaign stands, as its readers are told."""

    TO_COME = "to come"
    OPEN = "open"
    SUPPORT = "support"
    CLOSED = "closed"


def find_phase(campaign: Dated, now: datetime) -> Season:
    """Return where a campaign stands at `now`."""
    if is_open(campaign, now):
        return Season.OPEN if takes_ideas(campaign, now) else Season.SUPPORT
    return Season.TO_COME if campaign.closed_at is None and now < campaign.opens_at else Season.CLOSED


def check_open(campaign: Dated, now: datetime) -> None:
    """Raise `Closed`, saying whether it is too early or too late."""
    if now < campaign.opens_at:
        raise Closed(N_("La campagne n’est pas encore ouverte."))
    if not is_open(campaign, now):
        raise Closed(N_("La campagne est close : elle ne reçoit plus d’idées ni de soutiens."))


def check_takes_ideas(campaign: Dated, now: datetime) -> None:
    """Raise `Closed` when ideas are not taken, saying why."""
    check_open(campaign, now)
    if not takes_ideas(campaign, now):
        raise Closed(N_("Les idées ne sont plus reçues : il reste à soutenir celles qui sont en ligne."))


def check_campaign(
    *,
    slug: str,
    title: str,
    question: str,
    opens_at: datetime,
    closes_at: datetime,
    ideas_close_at: datetime | None = None,
) -> None:
    """Raise `RuleBroken` when a campaign cannot be created as described."""
    check_slug(slug)
    if not title.strip() or not question.strip():
        raise RuleBroken(N_("Une campagne a un titre et une question."))
    check_dates(opens_at, ideas_close_at, closes_at)


def check_slug(slug: str) -> None:
    """Raise `RuleBroken` when a campaign cannot be called so."""
    if not is_slug(slug):
        raise RuleBroken(N_("L’identifiant de la campagne s’écrit en minuscules, chiffres et tirets (80 au plus)."))


def check_dates(opens_at: datetime, ideas_close_at: datetime | None, closes_at: datetime) -> None:
    """Raise `RuleBroken` when a campaign cannot open and close then."""
    if closes_at <= opens_at:
        raise RuleBroken(N_("La clôture doit venir après l’ouverture."))
    if ideas_close_at is not None and not opens_at < ideas_close_at <= closes_at:
        raise RuleBroken(N_("Les idées cessent d’être reçues entre l’ouverture et la clôture."))


def check_new_dates(
    campaign: Dated, opens_at: datetime, ideas_close_at: datetime | None, closes_at: datetime, now: datetime
) -> None:
    """Raise `RuleBroken` or `Closed` when the dates of a campaign cannot become these at `now`.

    What has opened has opened, and the end of a campaign is never in the past: closing it is an act of its own.
    """
    if find_phase(campaign, now) is Season.CLOSED:
        raise Closed(N_("Cette campagne est close : ses dates ne changent que si elle est rouverte."))
    check_dates(opens_at, ideas_close_at, closes_at)
    check_new_opening(campaign, opens_at, now)
    if closes_at <= now:
        raise RuleBroken(N_("La nouvelle date de clôture est passée : clore est un acte à part."))


def check_new_opening(campaign: Dated, opens_at: datetime, now: datetime) -> None:
    """Raise `RuleBroken` when a campaign that has opened would open at another moment."""
    if opens_at != campaign.opens_at and campaign.opens_at <= now:
        raise RuleBroken(N_("Cette campagne est ouverte : son jour d’ouverture ne change plus."))


def check_new_moderation(campaign: Dated, reason: str, now: datetime) -> None:
    """Raise `RuleBroken` when the moment of review changes under those who already take part, and nobody says why."""
    if campaign.opens_at <= now and not reason.strip():
        raise RuleBroken(N_("Cette campagne est ouverte : dites pourquoi la relecture change."))


def describe_dates(opens_at: datetime, ideas_close_at: datetime | None, closes_at: datetime) -> str:
    """Return the dates of a campaign as the register keeps them, by the hour of Paris.

    >>> from datetime import UTC
    >>> describe_dates(datetime(2026, 11, 1, 8, tzinfo=UTC), None, datetime(2026, 12, 1, tzinfo=UTC))
    '2026-11-01 09:00 → 2026-12-01 01:00'
    """
    moments = [one.astimezone(PARIS) for one in (opens_at, ideas_close_at, closes_at) if one is not None]
    return " → ".join(f"{one:%Y-%m-%d %H:%M}" for one in moments)

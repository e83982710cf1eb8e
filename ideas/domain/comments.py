"""Comments on ideas: a campaign takes them or not, each is short, flat, and read by the team before anybody else."""

from datetime import datetime
from typing import Protocol

from ideas.domain.campaigns import Dated, check_open, is_open
from ideas.domain.errors import N_, Closed
from ideas.domain.lines import LineState, check_line, check_line_verdict
from ideas.domain.reports import ReportReason
from ideas.domain.texts import clean_text

LONGEST_COMMENT = 1_000


COMMENT_REPORT_REASONS = {
    ReportReason.PERSONAL: N_("Il nomme quelqu’un, ou donne ses coordonnées"),
    ReportReason.OFFENSIVE: N_("Il injurie, menace ou discrimine"),
    ReportReason.UNLAWFUL: N_("Il est contraire à la loi pour une autre raison"),
    ReportReason.ADVERTISING: N_("C’est de la publicité"),
    ReportReason.OFF_TOPIC: N_("Il ne parle pas de cette idée"),
}


class Commented(Dated, Protocol):
    """A campaign, as far as comments go."""

    takes_comments: bool


def takes_comments(campaign: Commented, now: datetime) -> bool:
    """Tell whether comments are taken at `now`: while the campaign is open, if its owner wants any."""
    return campaign.takes_comments and is_open(campaign, now)


def check_takes_comments(campaign: Commented, now: datetime) -> None:
    """Raise `Closed` when comments are not taken, saying why."""
    if not campaign.takes_comments:
        raise Closed(N_("Cette campagne ne prend pas de commentaires."))
    check_open(campaign, now)


def check_comment(text: str | None) -> str:
    """Return a comment as it is kept, or raise `Invalid` beside its field."""
    return check_line(clean_text(text), longest=LONGEST_COMMENT, missing=N_("Écrivez votre commentaire."))


def check_comment_verdict(state: LineState, *, is_published: bool, reason: str) -> LineState:
    """Return the state that a moderator's verdict leads to, or raise `WrongState`.

    >>> check_comment_verdict(LineState.PUBLISHED, is_published=False, reason="off_topic")
    <LineState.REFUSED: 'refused'>
    """
    is_taken_away = state is LineState.PUBLISHED and not is_published  # one that is online is read again
    decided = N_("Ce commentaire a déjà été relu.")
    state = LineState.WAITING if is_taken_away else state
    return check_line_verdict(state, is_published=is_published, reason=reason, decided=decided)

"""Comments on ideas: a campaign takes them or not, each is short, flat, and read by the team before anybody else."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ideas.domain.campaigns import Dated, check_open, is_open
from ideas.domain.errors import N_, Closed, Invalid, RuleBroken, WrongState
from ideas.domain.publication import REASONS
from ideas.domain.reports import ReportReason
from ideas.domain.texts import check_text, clean_text

LONGEST_COMMENT = 1_000


class CommentState(StrEnum):
    """Where a comment stands before the public; one that its writer takes back is deleted."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"


COMMENT_STATE_NAMES = {
    CommentState.WAITING: N_("En attente de relecture"),
    CommentState.PUBLISHED: N_("Publié"),
    CommentState.REFUSED: N_("Non publié"),
}

COMMENT_REPORT_REASONS = {
    ReportReason.PERSONAL: N_("Il nomme quelqu’un, ou donne ses coordonnées"),
    ReportReason.OFFENSIVE: N_("Il injurie, menace ou discrimine"),
    ReportReason.UNLAWFUL: N_("Il est contraire à la loi pour une autre raison"),
    ReportReason.ADVERTISING: N_("C’est de la publicité"),
    ReportReason.OFF_TOPIC: N_("Il ne parle pas de cette idée"),
}

_THEN = {
    (CommentState.WAITING, True): CommentState.PUBLISHED,
    (CommentState.WAITING, False): CommentState.REFUSED,
    (CommentState.PUBLISHED, False): CommentState.REFUSED,
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
    said = clean_text(text)
    if not said:
        raise Invalid({"text": RuleBroken(N_("Écrivez votre commentaire."))})
    try:
        check_text(said, longest=LONGEST_COMMENT)
    except RuleBroken as refusal:
        raise Invalid({"text": refusal}) from refusal
    return said


def check_comment_verdict(state: CommentState, *, is_published: bool, reason: str) -> CommentState:
    """Return the state that a moderator's verdict leads to, or raise `WrongState`.

    >>> check_comment_verdict(CommentState.PUBLISHED, is_published=False, reason="off_topic")
    <CommentState.REFUSED: 'refused'>
    """
    if (state, is_published) not in _THEN:
        raise WrongState(N_("Ce commentaire a déjà été relu."))
    if not is_published and reason not in REASONS:
        raise WrongState(N_("Choisissez la raison de cette décision : elle sera publique."))
    return _THEN[state, is_published]

"""Requests and subjects, who stands behind them, and the words for what happens to them."""

from datetime import datetime, timedelta
from enum import StrEnum

from ideas.domain.errors import N_


class Level(StrEnum):
    """What a cluster is: a request is what one answer can serve, a subject what one page can tell."""

    SUBJECT = "subject"
    REQUEST = "request"


class ClusterState(StrEnum):
    """Whether a person signed a cluster."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"


class ReviewStatus(StrEnum):
    """What may be said of a cluster as it is now: a signature holds for the members that were signed."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    JOINED = "joined"  # confirmed, but for ideas that came since
    CHANGED = "changed"  # to be reviewed again


class Grain(StrEnum):
    """How wide the subjects of a campaign are, as its owner wants them."""

    BROAD = "broad"
    USUAL = "usual"
    FINE = "fine"


# From the mean likeness that decisions taught, or labelled texts: less joins more ideas.
GRAIN_STEPS = {Grain.BROAD: -0.05, Grain.USUAL: 0.0, Grain.FINE: 0.05}
WIDEST, FINEST = 0.1, 0.5  # cuts between which subjects are neither one heap nor one an idea
GRAIN_NAMES = {
    Grain.BROAD: N_("plus large"),
    Grain.USUAL: N_("usuelle"),
    Grain.FINE: N_("plus fine"),
}


def find_cut(grain: Grain, usual: float) -> float:
    """Return where the tree is cut for a grain, `usual` being where it would be for want of one.

    >>> [find_cut(grain, 0.21) for grain in Grain]
    [0.16, 0.21, 0.26]
    """
    return round(min(FINEST, max(WIDEST, usual + GRAIN_STEPS[grain])), 3) if GRAIN_STEPS[grain] else usual


class Origin(StrEnum):
    """How an idea came to its subject."""

    RUN = "run"
    PLACED = "placed"
    MOVED = "moved"


class ConstraintKind(StrEnum):
    """What a human decision imposes on every later run."""

    TOGETHER = "together"
    APART = "apart"
    DISTINCT = "distinct"  # no duplicates of each other; they may share a subject
    MOVED = "moved"
    PINNED = "pinned"
    OUT = "out"


PAIRED = (ConstraintKind.TOGETHER, ConstraintKind.APART, ConstraintKind.DISTINCT)
PLACED = (ConstraintKind.MOVED, ConstraintKind.PINNED)


class ReviewKind(StrEnum):
    """What a person signs when they sign the members of a subject at an instant.

    confirmed  they belong together, and each was seen
    bound      they belong together: what a person joined or split
    anchors    an idea was put among them; they bind that idea, not one another
    """

    CONFIRMED = "confirmed"
    BOUND = "bound"
    ANCHORS = "anchors"


class Event(StrEnum):
    """What a run or a person did to a cluster."""

    BORN = "born"
    KEPT = "kept"
    SPLIT = "split"
    JOINED = "joined"
    DISSOLVED = "dissolved"


class RunState(StrEnum):
    """Where a clustering run stands: what it found is a proposal until a person accepts it."""

    RUNNING = "running"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"
    FAILED = "failed"


MUCH_CHANGED = 0.1  # of the members that were signed
VERY_CLOSE, CLOSE = 0.6, 0.35  # likenesses of two ideas


def find_review_status(state: ClusterState, *, signed: int, left: int, unseen: int) -> ReviewStatus:
    """Return what may be said of a cluster of which `signed` members were reviewed, `left` of them gone since.

    >>> find_review_status(ClusterState.CONFIRMED, signed=30, left=0, unseen=2).value
    'joined'
    >>> find_review_status(ClusterState.CONFIRMED, signed=30, left=2, unseen=2).value
    'changed'
    """
    if state is not ClusterState.CONFIRMED:
        return ReviewStatus.PROPOSED
    if left + unseen > MUCH_CHANGED * signed:
        return ReviewStatus.CHANGED
    return ReviewStatus.JOINED if unseen else ReviewStatus.CONFIRMED


def name_closeness(likeness: float) -> str:
    """Return how alike two ideas are, in the words people read; decimals are for staff.

    >>> name_closeness(0.7), name_closeness(0.2)
    ('très proche', 'apparentée')
    """
    if likeness >= VERY_CLOSE:
        return N_("très proche")
    return N_("proche") if likeness >= CLOSE else N_("apparentée")


ENOUGH_NEW, ENOUGH_NEW_SHARE = 50, 0.05
BETWEEN_RUNS = timedelta(hours=1)


def is_run_due(*, known: int, new: int, last_started_at: datetime | None, now: datetime) -> bool:
    """Tell whether enough ideas came since the picture was made to propose another, an hour after the last run."""
    if last_started_at is not None and now - last_started_at < BETWEEN_RUNS:
        return False
    return new > 0 and (new >= ENOUGH_NEW or new >= ENOUGH_NEW_SHARE * known)

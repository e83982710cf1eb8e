"""What staff may say of clusters, and the words for what happens to them from run to run."""

from enum import StrEnum


class ClusterState(StrEnum):
    """Who stands behind a cluster."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"


class ConstraintKind(StrEnum):
    """What a human decision imposes on every later run."""

    TOGETHER = "together"
    APART = "apart"
    MOVED = "moved"
    PINNED = "pinned"


class Event(StrEnum):
    """What a run did to a cluster."""

    BORN = "born"
    KEPT = "kept"
    SPLIT = "split"
    JOINED = "joined"
    DISSOLVED = "dissolved"


class RunState(StrEnum):
    """Where a clustering run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

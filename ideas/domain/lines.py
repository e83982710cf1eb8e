"""What people write beside ideas (a use, a comment, a change): read by the team before anybody else, as ideas are."""

from enum import StrEnum

from ideas.domain.errors import N_, Invalid, RuleBroken, WrongState
from ideas.domain.publication import REASONS
from ideas.domain.texts import check_text


class LineState(StrEnum):
    """Where it stands before the public; what its writer takes back is deleted."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"


LINE_STATE_NAMES = {
    LineState.WAITING: N_("En attente de relecture"),
    LineState.PUBLISHED: N_("Publié"),
    LineState.REFUSED: N_("Non publié"),
}


def check_line(said: str, *, longest: int, missing: str) -> str:
    """Return a text as it is kept, or raise `Invalid` beside its field; `missing`: what to say when there is none."""
    if not said:
        raise Invalid({"text": RuleBroken(missing)})
    try:
        check_text(said, longest=longest)
    except RuleBroken as refusal:
        raise Invalid({"text": refusal}) from refusal
    return said


def check_line_verdict(state: LineState, *, is_published: bool, reason: str, decided: str) -> LineState:
    """Return the state that a verdict leads to, or raise `WrongState`, saying `decided` when one came first.

    >>> check_line_verdict(LineState.WAITING, is_published=False, reason="off_topic", decided="")
    <LineState.REFUSED: 'refused'>
    """
    if state is not LineState.WAITING:
        raise WrongState(decided)
    if not is_published and reason not in REASONS:
        raise WrongState(N_("Choisissez la raison de cette décision : elle sera publique."))
    return LineState.PUBLISHED if is_published else LineState.REFUSED

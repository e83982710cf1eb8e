"""What a supporter would do with the data, in a line: read by the team before anybody else, as ideas are."""

from enum import StrEnum

from ideas.domain.errors import N_, Invalid, NotFound, RuleBroken, WrongState
from ideas.domain.publication import REASONS
from ideas.domain.texts import check_text, clean_text, one_line

LONGEST_USE = 280
NOT_A_SUPPORTER = N_("Soutenez d’abord cette idée : ce que vous en feriez accompagne votre soutien.")


class UseState(StrEnum):
    """Where a line stands before the public."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"


USE_STATE_NAMES = {
    UseState.WAITING: N_("En attente de relecture"),
    UseState.PUBLISHED: N_("Publié"),
    UseState.REFUSED: N_("Non publié"),
}


def check_use(text: str | None) -> str:
    """Return the line as it is kept, or raise `Invalid` beside its field."""
    line = one_line(clean_text(text))
    if not line:
        raise Invalid({"text": RuleBroken(N_("Dites en une ligne ce que vous en feriez."))})
    try:
        check_text(line, longest=LONGEST_USE)
    except RuleBroken as refusal:
        raise Invalid({"text": refusal}) from refusal
    return line


def check_use_verdict(state: UseState | None, *, is_published: bool, reason: str) -> UseState:
    """Return the state that a moderator's verdict leads to; raises `NotFound`, or `WrongState`."""
    if state is None:
        raise NotFound(N_("Cette ligne a été retirée par la personne qui l’avait écrite."))
    if state is not UseState.WAITING:
        raise WrongState(N_("Cette ligne a déjà été relue."))
    if not is_published and reason not in REASONS:
        raise WrongState(N_("Choisissez la raison de cette décision : elle sera publique."))
    return UseState.PUBLISHED if is_published else UseState.REFUSED

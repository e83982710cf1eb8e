"""What a supporter would do with the data, in a line: read by the team before anybody else, as ideas are."""

from ideas.domain.errors import N_, NotFound
from ideas.domain.lines import LineState, check_line, check_line_verdict
from ideas.domain.texts import clean_text, one_line

LONGEST_USE = 280
NOT_A_SUPPORTER = N_("Soutenez d’abord cette idée : ce que vous en feriez accompagne votre soutien.")


def check_use(text: str | None) -> str:
    """Return the line as it is kept, or raise `Invalid` beside its field."""
    return check_line(
        one_line(clean_text(text)), longest=LONGEST_USE, missing=N_("Dites en une ligne ce que vous en feriez.")
    )


def check_use_verdict(state: LineState | None, *, is_published: bool, reason: str) -> LineState:
    """Return the state that a moderator's verdict leads to; raises `NotFound`, or `WrongState`."""
    if state is None:
        raise NotFound(N_("Cette ligne a été retirée par la personne qui l’avait écrite."))
    decided = N_("Cette ligne a déjà été relue.")
    return check_line_verdict(state, is_published=is_published, reason=reason, decided=decided)

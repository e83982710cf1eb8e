"""One person, one voice for an idea; the words of each refusal."""

from ideas.domain.errors import N_, AlreadyDone, NotFound, RuleBroken, WrongState
from ideas.domain.publication import Publication


def why_not_counted(publication: Publication | None, *, already: bool) -> RuleBroken:
    """Return the refusal that explains why a vote was not counted on an idea whose campaign is open.

    `publication` is None when the voter may not know that the idea exists.
    """
    if publication is None:
        return NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    if publication is Publication.MERGED:
        return WrongState(N_("Cette idée a été réunie à une autre : c’est l’autre qui reçoit les soutiens."))
    if already:
        return AlreadyDone(N_("Votre soutien est déjà compté pour cette idée."))
    return WrongState(N_("Cette idée ne reçoit pas de soutiens."))

"""When two ideas may become one: votes never move, an idea points at the one that is kept."""

from ideas.domain.errors import N_, WrongState
from ideas.domain.publication import Publication


def check_merge(*, idea_id: int, into_id: int, same_campaign: bool, into_state: Publication) -> None:
    """Raise `WrongState` when idea `idea_id` cannot be merged into `into_id`.

    A kept idea is published, so it is never itself merged: chains stay trees and cycles cannot be made.
    """
    if idea_id == into_id:
        raise WrongState(N_("Une idée ne peut pas être réunie à elle-même."))
    if not same_campaign:
        raise WrongState(N_("Ces deux idées n’appartiennent pas à la même campagne."))
    if into_state is not Publication.PUBLISHED:
        raise WrongState(N_("L’idée qui resterait n’est pas en ligne : choisissez-en une autre."))

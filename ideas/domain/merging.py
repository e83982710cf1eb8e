"""When two ideas may become one, and which of them is kept: votes never move, an idea points at the one that is."""

from typing import NamedTuple

from ideas.domain.errors import N_, WrongState
from ideas.domain.publication import Publication

MUCH_MORE = 1.5  # times the supports of the other one
FEW = 5  # supports that tell two ideas apart by chance
WORDY = 600  # characters beyond which a text is not clearer for being longer


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


class Candidate(NamedTuple):
    """One of two ideas that say the same: its supports, and how many characters it says it in."""

    id: int
    vote_count: int
    length: int


def choose_kept(first: Candidate, second: Candidate) -> int:
    """Return the number of the idea to keep: the best supported; of two about as supported, the one that says more.

    >>> choose_kept(Candidate(1, 40, 90), Candidate(2, 12, 400))
    1
    >>> choose_kept(Candidate(1, 14, 90), Candidate(2, 12, 400)), choose_kept(Candidate(7, 0, 90), Candidate(3, 0, 90))
    (2, 3)
    """
    more, less = max(first.vote_count, second.vote_count), min(first.vote_count, second.vote_count)
    is_clear = more > less + FEW and more >= MUCH_MORE * less

    def worth(one: Candidate) -> tuple[int, int, int, int]:
        return one.vote_count if is_clear else 0, min(one.length, WORDY), one.vote_count, -one.id

    return max(first, second, key=worth).id

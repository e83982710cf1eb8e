"""One act on several things: all of them, or none."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from ideas.actions.transaction import transaction
from ideas.domain.errors import RefusedAmongSeveral, RuleBroken

Done = TypeVar("Done")


def do_to_all(act: Callable[[int], Done], numbers: Iterable[int]) -> list[Done]:
    """Do `act` to each of these numbers in the transaction under way, in one order for everybody.

    Raises `RefusedAmongSeveral`, which undoes them all, once it is known of each whether it could be done.
    """
    done, refusals = [], {}
    for number in sorted(numbers):
        try:
            with transaction():
                done.append(act(number))
        except RuleBroken as refusal:
            refusals[number] = refusal
    if refusals:
        raise RefusedAmongSeveral(refusals)
    return done

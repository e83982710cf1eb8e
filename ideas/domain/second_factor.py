"""Proving oneself twice: which codes are good at a time, and who must give one to work here."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from ideas.domain.accounts import Role

STEP = timedelta(seconds=30)
DRIFT = 1  # steps by which the clock of a telephone may be ahead or behind
WAIT = timedelta(minutes=10)  # between the first proof and the second
CODE_LENGTH, RECOVERY_LENGTH = 6, 12
RECOVERY_COUNT = 10


class HoldsRole(Protocol):
    """An appointment, as far as this is concerned."""

    @property
    def role(self) -> Role:
        """The role that is held."""


def list_steps(now: datetime, last_step: int) -> list[int]:
    """Return the numbers of the steps whose code is good: around `now`, and none up to one that has served.

    >>> from datetime import UTC
    >>> list_steps(datetime(2026, 1, 1, tzinfo=UTC), 0), list_steps(datetime(2026, 1, 1, tzinfo=UTC), 58907520)
    ([58907519, 58907520, 58907521], [58907521])
    """
    here = int(now.timestamp() // STEP.total_seconds())
    return [step for step in range(here - DRIFT, here + DRIFT + 1) if step > last_step]


def read_digits(typed: str) -> str:
    """Return the digits of a code as it was typed.

    >>> read_digits(" 4821-0937 5566"), read_digits("²34")
    ('482109375566', '34')
    """
    return "".join(character for character in typed if character in "0123456789")


def spell_recovery(code: str) -> str:
    """Return a recovery code as it is read and copied.

    >>> spell_recovery("482109375566")
    '4821 0937 5566'
    """
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def must_prove_twice(role: Role, appointments: Iterable[HoldsRole], required: Collection[Role]) -> bool:
    """Tell whether a role that somebody holds, everywhere or somewhere, is one that asks for two proofs."""
    return role in required or any(one.role in required for one in appointments)

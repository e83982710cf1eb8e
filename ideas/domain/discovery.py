"""An order to discover ideas by: those with little support first, shuffled anew each day, the same for everybody.

Nothing is kept of whoever looks: the day alone decides, so that pages follow one another until midnight.
"""

from datetime import date
from hashlib import sha256

from ideas.domain.numbers import LAST_NUMBER

FEW, SOME = 2, 9  # supports up to which an idea is little known, then somewhat
SHUFFLED = LAST_NUMBER  # a prime: its remainders of number × seed are all different, so that no two ideas tie


def seed_of(day: date) -> int:
    """Return what the numbers of ideas are multiplied by that day, from 1 to `SHUFFLED` - 1.

    >>> seed_of(date(2026, 11, 27)) == seed_of(date(2026, 11, 27)) != seed_of(date(2026, 11, 28))
    True
    """
    return int.from_bytes(sha256(day.isoformat().encode()).digest()[:8]) % (SHUFFLED - 1) + 1

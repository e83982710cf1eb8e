"""Column kinds that several tables share."""

from collections.abc import Iterable

import sqlalchemy as sa


def one_of(column: str, words: Iterable[str]) -> sa.CheckConstraint:
    """Return the rule that `column` holds one of `words` (or nothing, when it may be null)."""
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")

"""Column kinds that several tables share."""

from collections.abc import Iterable
from enum import StrEnum

import sqlalchemy as sa


def word_of(words: type[StrEnum], length: int) -> sa.Enum:
    """Return the type of a column that keeps one of `words`: its text in the database, the member in Python."""
    return sa.Enum(
        words,
        native_enum=False,
        create_constraint=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


def one_of(column: str, words: Iterable[str]) -> sa.CheckConstraint:
    """Return the rule that `column` holds one of `words` (or nothing, when it may be null)."""
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")

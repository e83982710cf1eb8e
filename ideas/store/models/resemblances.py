"""Ideas that wait to be read, each with the idea that it is most like."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class Resemblance(Base):
    """An idea that was compared with the others as its texts are; `other_id`: the one that it is very close to, if any.

    It goes with either idea, and with a change of its texts: it is then found anew.
    """

    __tablename__ = "resemblances"

    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("ideas.id", ondelete="CASCADE"), index=True, default=None
    )
    likeness: Mapped[float] = mapped_column(default=0.0)

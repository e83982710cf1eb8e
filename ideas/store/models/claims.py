"""Who of the staff is reading what: seen by the others, and over by itself."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class Claim(Base):
    """An idea that somebody is reviewing until `ends_at`; it forbids nothing to the others, it tells them."""

    __tablename__ = "claims"

    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    claimed_at: Mapped[datetime]
    ends_at: Mapped[datetime]

"""Who of the staff has taken which subject: told to the others, it forbids nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class Assignee(Base):
    """Somebody who is to review a subject."""

    __tablename__ = "assignees"

    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    assigned_at: Mapped[datetime]

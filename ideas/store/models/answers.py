"""Official answers: one row an answer, which every idea that it serves points to."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class Answer(Base):
    """What the administration replies, and the facts that go with it. Empty text means "not said"."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    answered_on: Mapped[date | None] = mapped_column(sa.Date, default=None)
    reason: Mapped[str] = mapped_column(sa.String(30), default="")
    legal_basis: Mapped[str] = mapped_column(sa.String(300), default="")
    dataset_url: Mapped[str] = mapped_column(sa.String(500), default="")
    promised_on: Mapped[date | None] = mapped_column(sa.Date, default=None)

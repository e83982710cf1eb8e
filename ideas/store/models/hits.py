"""What is counted to bound how often a thing is done."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class Hit(Base):
    """How often one thing was done by one source, address or person since its window began.

    `key` is a keyed hash: neither an address nor where somebody came from can be read here.
    """

    __tablename__ = "hits"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)

"""The proofs of work that were accepted."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class SpentProof(Base):
    """A challenge that was met: kept until it expires, so that it serves once."""

    __tablename__ = "spent_proofs"

    mark: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)

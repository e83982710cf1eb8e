"""What somebody has typed in the form of an idea, before it can be one."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class TypedIdea(Base):
    """The form as it stood when it was last sent without being received; the session that typed it knows its number."""

    __tablename__ = "typed_ideas"

    id: Mapped[int] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]]
    typed_at: Mapped[datetime] = mapped_column(index=True)

"""Ideas and the votes they carry."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas.domain.handling import Handling
from ideas.domain.high_value import HighValue
from ideas.domain.ideas import CHANNELS, FORMATS, LANGUAGES, NAMES_PEOPLE, PROFILES, THEMES
from ideas.domain.publication import Publication
from ideas.store.database import Base
from ideas.store.models.answers import Answer
from ideas.store.models.campaigns import Producer, Territory
from ideas.store.models.columns import one_of, word_of
from ideas.store.models.datasets import Dataset


class Idea(Base):
    """What a contributor submits. `canonical_id` is the root of the family it was merged into, if any.

    `vote_count` of a canonical idea is the number of distinct people over its family; on a merged idea it
    stays what it was. Empty text means "not said". An imported idea is known again by its `import_key` (its number and
    its words); numbers are those of a `source`. One that was typed is known again by the key of its form. `producer_id`
    is the holder that its author names, `routed_to_id` the body that was asked. `signals` are the bits of
    `domain/signals.py`. `high_value` is what staff said of this very idea; its answer may say it for several.
    `edited_at`: when everybody could first read what its author changed last.
    """

    __tablename__ = "ideas"
    __table_args__ = (
        one_of("publication", Publication),
        one_of("handling", Handling),
        one_of("high_value", HighValue),
        one_of("profile", ("", *PROFILES)),
        one_of("theme", ("", *THEMES)),
        one_of("format", ("", *FORMATS)),
        one_of("names_people", ("", *NAMES_PEOPLE)),
        one_of("channel", CHANNELS),
        one_of("language", LANGUAGES),
        sa.CheckConstraint("(publication = 'merged') = (canonical_id IS NOT NULL)", name="merged_has_canonical"),
        sa.CheckConstraint("canonical_id <> id", name="not_its_own_canonical"),
        sa.CheckConstraint("vote_count >= 0", name="vote_count_not_negative"),
        sa.UniqueConstraint("campaign_id", "import_key", "source"),
        sa.Index("ix_ideas_popular", "campaign_id", "publication", sa.text("vote_count DESC"), sa.text("id DESC")),
        sa.Index("ix_ideas_recent", "campaign_id", "publication", sa.text("published_at DESC"), sa.text("id DESC")),
        sa.Index("ix_ideas_source", "campaign_id", "source", "source_number"),
        sa.Index("ix_ideas_queue", "campaign_id", "publication", sa.text("signals DESC"), "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True, default=None)

    title: Mapped[str] = mapped_column(sa.String(300))
    data_wanted: Mapped[str] = mapped_column(sa.Text)
    planned_use: Mapped[str] = mapped_column(sa.Text, default="")
    use_kinds: Mapped[list[str]] = mapped_column(default=list)
    profile: Mapped[str] = mapped_column(sa.String(20), default="")
    theme: Mapped[str] = mapped_column(sa.String(20), default="")
    beneficiaries: Mapped[str] = mapped_column(sa.Text, default="")
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), index=True, default=None)
    holder_text: Mapped[str] = mapped_column(sa.String(300), default="")
    territory_code: Mapped[str | None] = mapped_column(sa.ForeignKey("territories.code"), default=None)
    period: Mapped[str] = mapped_column(sa.String(300), default="")
    detail_level: Mapped[str] = mapped_column(sa.String(300), default="")
    freshness: Mapped[str] = mapped_column(sa.String(300), default="")
    format: Mapped[str] = mapped_column(sa.String(10), default="")
    existing_url: Mapped[str] = mapped_column(sa.String(500), default="")
    dataset_id: Mapped[int | None] = mapped_column(sa.ForeignKey("datasets.id"), default=None)
    obstacles: Mapped[list[str]] = mapped_column(default=list)
    names_people: Mapped[str] = mapped_column(sa.String(10), default="")
    organisation: Mapped[str] = mapped_column(sa.String(300), default="")
    show_organisation: Mapped[bool] = mapped_column(default=False)
    consented_at: Mapped[datetime | None] = mapped_column(default=None)
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    signals: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")

    channel: Mapped[str] = mapped_column(sa.String(10), default="site")
    source: Mapped[str] = mapped_column(sa.String(100), default="")
    import_key: Mapped[str | None] = mapped_column(sa.String(200), default=None)
    source_number: Mapped[str] = mapped_column(sa.String(200), default="")
    form_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True, index=True, default=None)

    publication: Mapped[Publication] = mapped_column(word_of(Publication, 30), default=Publication.DRAFT)
    handling: Mapped[Handling] = mapped_column(word_of(Handling, 30), default=Handling.RECEIVED)
    answer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("answers.id"), index=True, default=None)
    routed_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), index=True, default=None)
    routed_at: Mapped[datetime | None] = mapped_column(default=None)
    high_value: Mapped[HighValue | None] = mapped_column(word_of(HighValue, 20), default=None)

    canonical_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id"), index=True, default=None)
    vote_count: Mapped[int] = mapped_column(default=0)

    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    edited_at: Mapped[datetime | None] = mapped_column(default=None)

    answer: Mapped[Answer | None] = relationship(lazy="raise")
    producer: Mapped[Producer | None] = relationship(lazy="raise", foreign_keys=[producer_id])
    routed_to: Mapped[Producer | None] = relationship(lazy="raise", foreign_keys=[routed_to_id])
    territory: Mapped[Territory | None] = relationship(lazy="raise")
    dataset: Mapped[Dataset | None] = relationship(lazy="raise")

    @property
    def shown_high_value(self) -> HighValue | None:
        """The theme of high-value data that this idea is shown under: its own, else that of its answer."""
        return self.high_value or (self.answer.high_value if self.answer else None)


class Vote(Base):
    """One person's support for one idea; it never moves to another."""

    __tablename__ = "votes"
    __table_args__ = (sa.UniqueConstraint("idea_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    cast_at: Mapped[datetime]

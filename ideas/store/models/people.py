"""People, the ways they prove who they are, and the mails that wait to be sent."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas.domain.accounts import Role
from ideas.domain.events import Rhythm
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class Person(Base):
    """Somebody who contributes or works here; `session_number` grows when every session must end, begun or under way.

    `mails_own`: mails about their own ideas, at once. `mail_rhythm`: those about what they support or follow.
    `news_key` is the secret of the links to their news, drawn when a first mail holds one.
    """

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(word_of(Role, 20), default=Role.CONTRIBUTOR)
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None] = mapped_column(default=None)
    session_number: Mapped[int] = mapped_column(default=1)
    mails_own: Mapped[bool] = mapped_column(default=True)
    mail_rhythm: Mapped[Rhythm] = mapped_column(word_of(Rhythm, 10), default=Rhythm.WEEKLY)
    digest_sent_at: Mapped[datetime | None] = mapped_column(default=None)
    news_seen_at: Mapped[datetime | None] = mapped_column(default=None)
    news_key: Mapped[str | None] = mapped_column(sa.String(43), unique=True, default=None)
    identities: Mapped[list["Identity"]] = relationship(back_populates="person")
    appointments: Mapped[list["Appointment"]] = relationship(
        primaryjoin="(Appointment.person_id == Person.id) & Appointment.ended_at.is_(None)", viewonly=True
    )


class Appointment(Base):
    """A role that a person holds for one campaign or one body (a null is no limit), until it ends."""

    __tablename__ = "appointments"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    role: Mapped[Role] = mapped_column(word_of(Role, 20))
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("campaigns.id"), default=None)
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), default=None)
    appointed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Identity(Base):
    """A verified way to sign in: an e-mail address (issuer empty) or a subject of an OpenID provider."""

    __tablename__ = "identities"
    __table_args__ = (sa.UniqueConstraint("kind", "issuer", "subject"), one_of("kind", ("email", "oidc")))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    issuer: Mapped[str] = mapped_column(sa.String(300), default="")
    subject: Mapped[str] = mapped_column(sa.String(320))
    verified_at: Mapped[datetime]
    person: Mapped[Person] = relationship(back_populates="identities")


class SignIn(Base):
    """A link and a code sent to an address; only their hashes are kept. It may carry an idea or a vote to confirm.

    `used_at` ends it, also when a newer one replaces it; `served_at` says that it signed somebody in.
    `draft_hash` is that of the idea as it was when the mail left, `source_hash` that of where it was asked from.
    """

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(320), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    served_at: Mapped[datetime | None] = mapped_column(default=None)
    code_misses: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), default=None)
    draft_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    vote_idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), default=None)
    source_hash: Mapped[str] = mapped_column(sa.String(64), default="")


class AddressChange(Base):
    """A new address that a person asked for; it is theirs once the link that was sent there is pressed."""

    __tablename__ = "address_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(320))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Session(Base):
    """A browser where somebody is signed in: its family and the day, by which its owner knows it again.

    `key_hash` is that of the key in its cookie. `provider` and `id_token` are what signing out at an OpenID provider
    takes, when one vouched for it.
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    browser: Mapped[str] = mapped_column(sa.String(40), default="")
    opened_at: Mapped[datetime] = mapped_column(index=True)
    provider: Mapped[str] = mapped_column(sa.String(40), default="")
    id_token: Mapped[str] = mapped_column(sa.Text, default="")


class SecondFactor(Base):
    """The secret that an application of somebody turns into codes, sealed; `last_step` is the last that served."""

    __tablename__ = "second_factors"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(sa.String(300))
    set_at: Mapped[datetime]
    last_step: Mapped[int]


class RecoveryCode(Base):
    """A code that stands for the application once; only its hash is kept, until it is used."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class SecurityKey(Base):
    """A key that stands for the application: what it is known and verified by, and how often it said that it signed."""

    __tablename__ = "security_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(sa.String(4000))
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class OutboxMail(Base):
    """A mail written in the same transaction as the act it tells of; what it says goes once it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_due", "sent_at", "failed_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    to: Mapped[str] = mapped_column(sa.String(320))
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text, default="")
    stop_url: Mapped[str] = mapped_column(sa.String(300), default="")
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempt_count: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    last_error: Mapped[str] = mapped_column(sa.String(300), default="")

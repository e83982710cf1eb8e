"""Rows of an edition, streamed in the order of their numbers, and the editions there are."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute, aliased

from ideas.domain.lines import LineState
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    Campaign,
    Cluster,
    Comment,
    Decision,
    Edition,
    Idea,
    Membership,
    Producer,
    RunCluster,
    Vote,
    VoteUse,
    Wave,
    WaveIdea,
)
from ideas.store.queries.high_values import shown_high_value
from ideas.store.queries.waves import label_shown
from ideas.store.rows import stream_rows
from ideas.store.visibility import listed, shown


class ListedEdition(NamedTuple):
    """An edition, and the campaign whose results it holds."""

    edition: Edition
    slug: str
    title: str


def list_all(campaign_id: int | None = None) -> list[ListedEdition]:
    """Return editions with their campaign, the latest first."""
    query = sa.select(Edition, Campaign.slug, Campaign.title).join(Campaign, Campaign.id == Edition.campaign_id)
    if campaign_id is not None:
        query = query.where(Edition.campaign_id == campaign_id)
    query = query.order_by(Edition.published_at.desc(), Edition.id.desc())
    return [ListedEdition(*row) for row in db.session.execute(query)]


def find(slug: str, number: int) -> Edition | None:
    """Return one edition of a campaign."""
    query = sa.select(Edition).join(Campaign, Campaign.id == Edition.campaign_id)
    return db.session.scalar(query.where(Campaign.slug == slug, Edition.number == number))


class IdeaRow(NamedTuple):
    """What is published of an idea; lists and dates are as the database writes them."""

    id: int
    title: str
    data_wanted: str
    planned_use: str
    use_kinds: str
    profile: str
    organisation: str
    theme: str
    beneficiaries: str
    producer: str | None
    holder: str
    territory: str | None
    period: str
    detail_level: str
    freshness: str
    format: str
    existing_url: str
    obstacles: str
    names_people: str
    language: str
    channel: str
    source: str
    source_number: str
    publication: str
    canonical_id: int | None
    handling: str
    routed_to: str | None
    routed_on: str | None
    answer: str
    answered_by: str | None
    answered_on: str | None
    refusal_reason: str
    legal_basis: str
    passed_to: str | None
    dataset_url: str
    promised_on: str | None
    high_value: str
    own_vote_count: int
    vote_count: int
    use_count: int
    cluster_id: int | None
    request_id: int | None
    wave: str
    submitted_on: str | None
    published_on: str | None
    edited_on: str | None


_USES = (Vote.idea_id == Idea.id, VoteUse.vote_id == Vote.id, VoteUse.state == LineState.PUBLISHED)


def stream_ideas(campaign: Campaign) -> Iterator[IdeaRow]:
    """Yield what is published of each idea online or merged; who wrote it and who supports it are not read at all."""
    asked, speaks, holds = (aliased(Producer) for _body in range(3))
    own = sa.select(sa.func.count()).where(Vote.idea_id == Idea.id).correlate(Idea).scalar_subquery()
    count = sa.case((Idea.publication == Publication.MERGED, own), else_=Idea.vote_count)
    uses = sa.select(sa.func.count()).where(*_USES).correlate(Idea).scalar_subquery()
    query = (
        sa.select(
            Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, _written(Idea.use_kinds), Idea.profile,
            sa.case((Idea.show_organisation, Idea.organisation), else_="").label("organisation"), Idea.theme,
            Idea.beneficiaries, Producer.slug.label("producer"),
            Idea.holder_text.label("holder"), Idea.territory_code.label("territory"), Idea.period, Idea.detail_level,
            Idea.freshness, Idea.format, Idea.existing_url, _written(Idea.obstacles), Idea.names_people, Idea.language,
            Idea.channel, Idea.source, Idea.source_number, _written(Idea.publication), Idea.canonical_id,
            _written(Idea.handling), asked.slug.label("routed_to"), _day(Idea.routed_at).label("routed_on"),
            _empty(Answer.text, "answer"), speaks.slug.label("answered_by"), _written(Answer.answered_on),
            _empty(Answer.reason, "refusal_reason"), _empty(Answer.legal_basis, "legal_basis"),
            holds.slug.label("passed_to"), _empty(Answer.dataset_url, "dataset_url"), _written(Answer.promised_on),
            sa.func.coalesce(sa.cast(shown_high_value(), sa.Text), "").label("high_value"),
            own.label("own_vote_count"), count.label("vote_count"), uses.label("use_count"),
            Membership.cluster_id, Membership.request_id, label_shown().label("wave"),
            _day(Idea.submitted_at).label("submitted_on"), _day(Idea.published_at).label("published_on"),
            _day(Idea.edited_at).label("edited_on"),
        )
        .outerjoin(Producer, Producer.id == Idea.producer_id)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .outerjoin(asked, asked.id == Idea.routed_to_id)
        .outerjoin(speaks, speaks.id == Answer.producer_id)
        .outerjoin(holds, holds.id == Answer.passed_to_id)
        .outerjoin(Membership, (Membership.idea_id == Idea.id) & (Membership.run_id == campaign.current_run_id))
        .outerjoin(WaveIdea, WaveIdea.idea_id == Idea.id)
        .outerjoin(Wave, Wave.id == WaveIdea.wave_id)
        .where(Idea.campaign_id == campaign.id, shown())
        .order_by(Idea.id)
    )  # fmt: skip
    yield from stream_rows(IdeaRow, query)


class ClusterRow(NamedTuple):
    """What is published of a cluster; `size` is how many ideas the run put in it."""

    id: int
    level: str
    parent: int | None
    name: str
    state: str
    keywords: list[str]
    cohesion: float
    born_run: int
    size: int
    idea_count: int
    vote_count: int


def stream_clusters(campaign: Campaign) -> Iterator[ClusterRow]:
    """Yield the clusters of the current run that hold a published idea, counted on what is published."""
    query = (
        sa.select(
            Cluster.id,
            _written(Cluster.level),
            RunCluster.parent_id.label("parent"),
            Cluster.name,
            _written(Cluster.state),
            RunCluster.keywords,
            RunCluster.cohesion,
            Cluster.born_run_id.label("born_run"),
            RunCluster.size,
            sa.func.count(Idea.id).label("idea_count"),
            sa.func.sum(Idea.vote_count).label("vote_count"),
        )
        .join(RunCluster, (RunCluster.cluster_id == Cluster.id) & (RunCluster.run_id == campaign.current_run_id))
        .join(
            Membership,
            sa.or_(Membership.cluster_id == Cluster.id, Membership.request_id == Cluster.id)
            & (Membership.run_id == campaign.current_run_id),
        )
        .join(Idea, Idea.id == Membership.idea_id)
        .where(listed())
        .group_by(Cluster.id, RunCluster.run_id, RunCluster.cluster_id)
        .order_by(Cluster.id)
    )
    yield from stream_rows(ClusterRow, query)


class DecisionRow(NamedTuple):
    """A line of the register as it is published: by role, never by name."""

    id: int
    kind: str
    role: str
    idea_id: int | None
    other_idea_id: int | None
    cluster_id: int | None
    reason: str
    note: str
    decided_on: str
    line_number: int | None
    note_salt: str
    note_hash: str
    line_hash: str


def stream_decisions(campaign: Campaign) -> Iterator[DecisionRow]:
    """Yield the register of a campaign, in the order of its chain."""
    columns = (
        Decision.id, _written(Decision.kind), _written(Decision.role), Decision.idea_id, Decision.other_idea_id,
        Decision.cluster_id, Decision.reason, Decision.note, _day(Decision.decided_at).label("decided_on"),
        Decision.line_number, Decision.note_salt, Decision.note_hash, Decision.line_hash,
    )  # fmt: skip
    query = sa.select(*columns).where(Decision.campaign_id == campaign.id)
    yield from stream_rows(DecisionRow, query.order_by(Decision.line_number, Decision.id))


class UseRow(NamedTuple):
    """What a supporter would do with the data, as it is published: nothing says who they are."""

    id: int
    idea_id: int
    text: str
    written_on: str


def stream_uses(campaign: Campaign) -> Iterator[UseRow]:
    """Yield what is published of the lines beside supports, by number."""
    columns = (VoteUse.id, Vote.idea_id, VoteUse.text, _day(VoteUse.written_at).label("written_on"))
    query = sa.select(*columns).where(*_USES, Idea.campaign_id == campaign.id, shown())
    yield from stream_rows(UseRow, query.order_by(VoteUse.id))


class CommentRow(NamedTuple):
    """A comment as it is published: nothing says who wrote it, but that it was whoever wrote the idea."""

    id: int
    idea_id: int
    text: str
    by_author: bool
    written_on: str


def stream_comments(campaign: Campaign) -> Iterator[CommentRow]:
    """Yield what is published of the comments on ideas, by number."""
    by_author = sa.func.coalesce(Comment.person_id == Idea.author_id, sa.false()).label("by_author")
    columns = (Comment.id, Comment.idea_id, Comment.text, by_author, _day(Comment.written_at).label("written_on"))
    query = sa.select(*columns).join(Idea, Idea.id == Comment.idea_id).where(Idea.campaign_id == campaign.id, shown())
    yield from stream_rows(CommentRow, query.where(Comment.state == LineState.PUBLISHED).order_by(Comment.id))


def _empty(column: QueryableAttribute[str], name: str) -> sa.ColumnElement[str]:
    return sa.func.coalesce(column, "").label(name)


def _written(column: QueryableAttribute[Any]) -> sa.ColumnElement[str]:
    """Return a list, a date or a word as the database writes it: read once more, it would only be written again."""
    return sa.cast(column, sa.Text).label(column.key)


def _day(column: QueryableAttribute[datetime] | QueryableAttribute[datetime | None]) -> sa.ColumnElement[str]:
    """Return the day of a moment, in UTC, as it is published."""
    if db.session.get_bind().dialect.name == "sqlite":
        return sa.func.substr(sa.type_coerce(column, sa.Text), 1, 10)
    return sa.func.to_char(sa.func.timezone("UTC", column), "YYYY-MM-DD")


def count_for_figures(campaign: Campaign) -> list[tuple[str, str, int]]:
    """Return (figure, subject, count) for all that an edition counts, in order."""
    mine = Idea.campaign_id == campaign.id
    counts = [
        ("ideas_published", "", _count(mine, listed())),
        ("ideas_received", "", _count(mine, Idea.submitted_at.is_not(None))),
    ]
    counts += _count_by("ideas_by_theme", Idea.theme, mine, listed())
    counts += _count_by("ideas_by_handling", Idea.handling, mine, listed())
    authors = sa.select(Idea.profile, sa.func.count(sa.distinct(Idea.author_id))).where(
        mine, listed(), Idea.profile != ""
    )
    counts += [
        ("authors_by_profile", *row)
        for row in db.session.execute(authors.group_by(Idea.profile).order_by(Idea.profile))
    ]
    voters = (
        sa.select(sa.func.count(sa.distinct(Vote.person_id))).join(Idea, Idea.id == Vote.idea_id).where(mine, shown())
    )
    counts.append(("voters", "", db.session.scalar(voters) or 0))
    decisions = sa.select(Decision.kind, sa.func.count()).where(Decision.campaign_id == campaign.id)
    counts += [
        ("decisions_by_kind", str(kind), count)
        for kind, count in db.session.execute(decisions.group_by(Decision.kind).order_by(Decision.kind))
    ]
    return counts


def _count(*conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Idea).where(*conditions)) or 0


def _count_by(figure: str, column: Any, *conditions: Any) -> list[tuple[str, str, int]]:
    query = sa.select(column, sa.func.count()).where(*conditions, column != "").group_by(column).order_by(column)
    return [(figure, str(subject), count) for subject, count in db.session.execute(query)]

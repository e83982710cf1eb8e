"""Rows of an edition, streamed in the order of their numbers, and the editions there are."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    Campaign,
    Cluster,
    Decision,
    Edition,
    Idea,
    Membership,
    Producer,
    RunCluster,
    Vote,
)
from ideas.store.visibility import PUBLIC, listed

BATCH = 1_000


def list_all(campaign_id: int | None = None) -> list[Any]:
    """Return editions with their campaign, the latest first."""
    query = sa.select(Edition, Campaign.slug, Campaign.title).join(Campaign, Campaign.id == Edition.campaign_id)
    if campaign_id is not None:
        query = query.where(Edition.campaign_id == campaign_id)
    return list(db.session.execute(query.order_by(Edition.published_at.desc(), Edition.id.desc())))


def find(slug: str, number: int) -> Edition | None:
    """Return one edition of a campaign."""
    query = sa.select(Edition).join(Campaign, Campaign.id == Edition.campaign_id)
    return db.session.scalar(query.where(Campaign.slug == slug, Edition.number == number))


def stream_ideas(campaign: Campaign) -> Iterator[Any]:
    """Yield what is published of each idea online or merged; who wrote it and who supports it are not read at all."""
    own = sa.select(sa.func.count()).where(Vote.idea_id == Idea.id).correlate(Idea).scalar_subquery()
    shown = sa.case((Idea.publication == Publication.MERGED.value, own), else_=Idea.vote_count)
    canonical = sa.orm.aliased(Idea)
    query = (
        sa.select(
            Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, _written(Idea.use_kinds), Idea.profile,
            sa.case((Idea.show_organisation, Idea.organisation), else_="").label("organisation"), Idea.theme,
            Idea.beneficiaries, Producer.slug.label("producer"),
            Idea.holder_text.label("holder"), Idea.territory_code.label("territory"), Idea.period, Idea.detail_level,
            Idea.freshness, Idea.format, Idea.existing_url, _written(Idea.obstacles), Idea.names_people, Idea.language,
            Idea.channel, Idea.source, Idea.source_number, Idea.publication, Idea.canonical_id, Idea.handling,
            _empty(Answer.text, "answer"), _written(Answer.answered_on), _empty(Answer.reason, "refusal_reason"),
            _empty(Answer.legal_basis, "legal_basis"), _empty(Answer.dataset_url, "dataset_url"),
            _written(Answer.promised_on), own.label("own_vote_count"), shown.label("vote_count"), Membership.cluster_id,
            _day(Idea.submitted_at).label("submitted_on"), _day(Idea.published_at).label("published_on"),
        )
        .outerjoin(Producer, Producer.id == Idea.producer_id)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .outerjoin(canonical, canonical.id == Idea.canonical_id)
        .outerjoin(Membership, (Membership.idea_id == Idea.id) & (Membership.run_id == campaign.current_run_id))
        .where(Idea.campaign_id == campaign.id, Idea.publication.in_(PUBLIC))
        # A merged idea follows its canonical one out of sight.
        .where(sa.or_(Idea.canonical_id.is_(None), canonical.publication == Publication.PUBLISHED.value))
        .order_by(Idea.id)
    )  # fmt: skip
    yield from _stream(query)


def stream_clusters(campaign: Campaign) -> Iterator[Any]:
    """Yield the clusters of the current run that hold a published idea, counted on what is published."""
    query = (
        sa.select(
            Cluster.id,
            Cluster.name,
            Cluster.state,
            RunCluster.keywords,
            RunCluster.cohesion,
            Cluster.born_run_id.label("born_run"),
            RunCluster.size,
            sa.func.count(Idea.id).label("idea_count"),
            sa.func.sum(Idea.vote_count).label("vote_count"),
        )
        .join(RunCluster, (RunCluster.cluster_id == Cluster.id) & (RunCluster.run_id == campaign.current_run_id))
        .join(Membership, (Membership.cluster_id == Cluster.id) & (Membership.run_id == campaign.current_run_id))
        .join(Idea, Idea.id == Membership.idea_id)
        .where(listed())
        .group_by(Cluster.id, RunCluster.run_id, RunCluster.cluster_id)
        .order_by(Cluster.id)
    )
    yield from _stream(query)


def stream_decisions(campaign: Campaign) -> Iterator[Any]:
    """Yield the register of a campaign."""
    columns = (
        Decision.id, Decision.kind, Decision.role, Decision.idea_id, Decision.other_idea_id, Decision.cluster_id,
        Decision.reason, Decision.note, _day(Decision.decided_at).label("decided_on"),
    )  # fmt: skip
    query = sa.select(*columns).where(Decision.campaign_id == campaign.id).order_by(Decision.id)
    yield from _stream(query)


def _stream(query: Any) -> Iterator[Any]:
    """Yield rows as the database gives them: through the session, each would cost as much again."""
    yield from db.session.connection().execute(query, execution_options={"yield_per": BATCH})


def _empty(column: Any, name: str) -> Any:
    return sa.func.coalesce(column, "").label(name)


def _written(column: Any) -> Any:
    """Return a list or a date as the database writes it: read once more, it would only be written again."""
    return sa.cast(column, sa.Text).label(column.key)


def _day(column: Any) -> Any:
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
        sa.select(sa.func.count(sa.distinct(Vote.person_id)))
        .join(Idea, Idea.id == Vote.idea_id)
        .where(mine, Idea.publication.in_(PUBLIC))
    )
    counts.append(("voters", "", db.session.scalar(voters) or 0))
    decisions = sa.select(Decision.kind, sa.func.count()).where(Decision.campaign_id == campaign.id)
    counts += [
        ("decisions_by_kind", *row)
        for row in db.session.execute(decisions.group_by(Decision.kind).order_by(Decision.kind))
    ]
    return counts


def _count(*conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Idea).where(*conditions)) or 0


def _count_by(figure: str, column: Any, *conditions: Any) -> list[tuple[str, str, int]]:
    query = sa.select(column, sa.func.count()).where(*conditions, column != "").group_by(column).order_by(column)
    return [(figure, subject, count) for subject, count in db.session.execute(query)]

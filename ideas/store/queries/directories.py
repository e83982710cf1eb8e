"""Questions about the two directories that ideas point to: producers and territories."""

from typing import NamedTuple

import sqlalchemy as sa

from ideas.domain.directories import Named
from ideas.store.database import db
from ideas.store.models import Campaign, Dataset, Idea, Producer, Territory
from ideas.store.rows import list_rows
from ideas.store.visibility import listed


def list_producers() -> list[Producer]:
    """Return the directory of producers by name."""
    return list(db.session.scalars(sa.select(Producer).order_by(Producer.name)))


def list_territories() -> list[Territory]:
    """Return the territories an idea can name: the country, regions, then départements, by code."""
    rank = sa.case({"country": 0, "region": 1}, value=Territory.kind, else_=2)
    return list(db.session.scalars(sa.select(Territory).order_by(rank, Territory.code)))


def list_holders() -> list[Named]:
    """Return the directory of producers as it is typed in: by name, acronym or slug."""
    return [Named(str(one.id), one.name, (one.slug,)) for one in list_producers()]


def list_places() -> list[Named]:
    """Return the territories as they are typed in: by name, by code, and all but regions by their number."""
    return [_make_place(one) for one in list_territories()]


def _make_place(one: Territory) -> Named:
    number = (one.insee,) if one.insee and one.kind != "region" else ()
    return Named(one.code, f"{one.name} ({one.insee})" if one.insee else one.name, (one.code, *number))


_PRODUCER_NAME = sa.select(Producer.name).where(Producer.slug == sa.bindparam("slug"))
_TERRITORY_NAME = sa.select(Territory.name).where(Territory.code == sa.bindparam("code"))


def find_dataset(number: int) -> Dataset | None:
    """Return a data set of the catalogue."""
    return db.session.get(Dataset, number)


def find_producer_name(slug: str) -> str | None:
    """Return the name of the producer that addresses call so."""
    return db.session.scalar(_PRODUCER_NAME, {"slug": slug}) if slug else None


def find_territory_name(code: str) -> str | None:
    """Return the name of the territory of this code."""
    return db.session.scalar(_TERRITORY_NAME, {"code": code}) if code else None


class TerritoryCount(NamedTuple):
    """A territory, and how many ideas on line name it."""

    code: str
    insee: str
    kind: str
    name: str
    idea_count: int


def count_by_territory(campaign: Campaign) -> list[TerritoryCount]:
    """Return every territory of the directory, by code, with its ideas on line: none is left out for having none."""
    return list_rows(TerritoryCount, _BY_TERRITORY, {"campaign": campaign.id})


def count_placeless(campaign: Campaign) -> int:
    """Return how many ideas on line name no territory."""
    return db.session.scalar(_PLACELESS, {"campaign": campaign.id}) or 0


_named = (Idea.campaign_id == sa.bindparam("campaign"), listed())
_BY_TERRITORY = (
    sa.select(
        Territory.code,
        Territory.insee,
        Territory.kind,
        Territory.name,
        sa.func.count(Idea.id).label("idea_count"),
    )
    .outerjoin(Idea, sa.and_(Idea.territory_code == Territory.code, *_named))
    .group_by(Territory.code)
    .order_by(Territory.code)
)
_PLACELESS = sa.select(sa.func.count()).select_from(Idea).where(*_named, Idea.territory_code.is_(None))


class Chosen(NamedTuple):
    """What an idea points to in the directories."""

    producer: Producer | None
    territory: Territory | None
    dataset: Dataset | None


def find_chosen(producer_id: int | None, territory_code: str | None, dataset_id: int | None) -> Chosen:
    """Return what these numbers and this code stand for."""
    return Chosen(
        db.session.get(Producer, producer_id) if producer_id else None,
        db.session.get(Territory, territory_code) if territory_code else None,
        db.session.get(Dataset, dataset_id) if dataset_id else None,
    )

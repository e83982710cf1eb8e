"""Questions about the two directories that ideas point to: producers and territories."""

from typing import NamedTuple

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import Dataset, Producer, Territory


def list_producers() -> list[Producer]:
    """Return the directory of producers by name."""
    return list(db.session.scalars(sa.select(Producer).order_by(Producer.name)))


def list_territories() -> list[Territory]:
    """Return the territories an idea can name: the country, regions, then départements, by code."""
    rank = sa.case({"country": 0, "region": 1}, value=Territory.kind, else_=2)
    return list(db.session.scalars(sa.select(Territory).order_by(rank, Territory.code)))


_PRODUCER_NAME = sa.select(Producer.name).where(Producer.slug == sa.bindparam("slug"))
_TERRITORY_NAME = sa.select(Territory.name).where(Territory.code == sa.bindparam("code"))


def find_producer_name(slug: str) -> str | None:
    """Return the name of the producer that addresses call so."""
    return db.session.scalar(_PRODUCER_NAME, {"slug": slug}) if slug else None


def find_territory_name(code: str) -> str | None:
    """Return the name of the territory of this code."""
    return db.session.scalar(_TERRITORY_NAME, {"code": code}) if code else None


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

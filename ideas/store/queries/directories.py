"""Questions about the two directories that ideas point to: producers and territories."""

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import Producer, Territory


def list_producers() -> list[Producer]:
    """Return the directory of producers by name."""
    return list(db.session.scalars(sa.select(Producer).order_by(Producer.name)))


def list_territories() -> list[Territory]:
    """Return the territories an idea can name: the country, regions, then départements, by code."""
    rank = sa.case({"country": 0, "region": 1}, value=Territory.kind, else_=2)
    return list(db.session.scalars(sa.select(Territory).order_by(rank, Territory.code)))

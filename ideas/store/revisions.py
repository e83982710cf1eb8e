"""At which version a database is: asked at each start, so it costs no more than a look at one row."""

import sqlalchemy as sa

from ideas.config import ROOT

VERSIONS = ROOT / "migrations" / "versions"
_KEPT = sa.table("alembic_version", sa.column("version_num"))


def newest_revision() -> str:
    """Return the version of the code: the number of the last migration, which its file's name begins with."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def find_revision(engine: sa.Engine) -> str | None:
    """Return the version of the database, None when it is empty."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(_KEPT.name):
            return None
        return connection.scalar(sa.select(_KEPT.c.version_num))


def is_migrated(engine: sa.Engine) -> bool:
    """Tell whether the database is at this version of the code."""
    return find_revision(engine) == newest_revision()

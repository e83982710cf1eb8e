"""Staff say which ideas and answers are about high-value data, and of which theme."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

TABLES = ("ideas", "answers", "prepared_answers")
THEMES = ("geospatial", "environment", "meteorological", "statistics", "companies", "mobility")


def upgrade() -> None:
    words = ", ".join(f"'{theme}'" for theme in THEMES)
    for table in TABLES:
        # Written out: a column comes with its rule on both engines, and SQLite does not copy the table.
        rule = f"CONSTRAINT ck_{table}_high_value_known CHECK (high_value IN ({words}))"
        op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN high_value VARCHAR(20) {rule}"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "high_value")

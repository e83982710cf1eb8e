"""How Alembic runs here: on the connection it is given, one transaction a step."""

from alembic import context

from ideas.store.database import Base
from ideas.store.models import Idea  # noqa: F401 - declares the tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

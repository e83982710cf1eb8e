"""The register becomes a chain; the decisions there are take their place in it, in the order of their numbers."""

import hashlib
import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"

TEXTS = (("note_salt", 32), ("note_hash", 64), ("line_hash", 64))
FIELDS = ("id", "kind", "role", "idea_id", "other_idea_id", "cluster_id", "reason")


def upgrade() -> None:
    with op.batch_alter_table("decisions") as decisions:
        for name, length in TEXTS:
            decisions.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        decisions.add_column(sa.Column("line_number", sa.Integer(), nullable=True))
    chain_all()
    with op.batch_alter_table("decisions") as decisions:
        for name, _length in TEXTS:
            decisions.alter_column(name, server_default=None)
        decisions.create_unique_constraint(op.f("uq_decisions_campaign_id_line_number"), ["campaign_id", "line_number"])


def chain_all() -> None:
    """Give every decision its salt, the hash of its note, its place and its hash."""
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    day = "substr(decided_at, 1, 10)" if is_sqlite else "to_char(timezone('UTC', decided_at), 'YYYY-MM-DD')"
    query = f"SELECT {', '.join(FIELDS)}, campaign_id, note, {day} AS day FROM decisions ORDER BY campaign_id, id"  # noqa: S608
    last: dict[int, tuple[int, str]] = {}
    chained = []
    for row in connection.execute(sa.text(query)):
        number, previous = last.get(row.campaign_id, (0, ""))
        salt = secrets.token_hex(16)
        note_hash = hashlib.sha256((salt + row.note).encode()).hexdigest()
        line = [previous, number + 1, *(getattr(row, name) for name in FIELDS), note_hash, row.day]
        line_hash = hashlib.sha256(json.dumps(line, separators=(",", ":")).encode()).hexdigest()
        last[row.campaign_id] = (number + 1, line_hash)
        chained.append({"i": row.id, "n": number + 1, "s": salt, "h": note_hash, "l": line_hash})
    if chained:
        set_ = "UPDATE decisions SET line_number = :n, note_salt = :s, note_hash = :h, line_hash = :l WHERE id = :i"
        connection.execute(sa.text(set_), chained)


def downgrade() -> None:
    gone = "(SELECT id FROM decisions WHERE kind IN ('seal_note'))"
    op.execute(f"DELETE FROM decisions WHERE id IN {gone}")  # noqa: S608
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_constraint(op.f("uq_decisions_campaign_id_line_number"), type_="unique")
        for name in ("line_number", *(name for name, _length in TEXTS)):
            decisions.drop_column(name)

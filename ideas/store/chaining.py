"""Giving the lines of the register their place in the chain, at the end of the act that wrote them.

Two acts that end at once could both follow the same line. Every act that readers see already holds the rows of the
campaigns while it ends (`versions.py`): the chain is computed there, for the moments before the commit, and not when a
decision is written, or whoever decides on a hundred ideas would keep all others waiting. A vote writes no line and
comes by none of this.
"""

import secrets
from datetime import UTC

import sqlalchemy as sa

from ideas.domain.register import ChainedLine, chain, commit_to
from ideas.store.database import db
from ideas.store.models import Decision
from ideas.store.queries.decisions import find_head

_LOOSE = (
    sa.select(
        Decision.id, Decision.kind, Decision.role, Decision.idea_id, Decision.other_idea_id, Decision.cluster_id,
        Decision.reason, Decision.note, Decision.decided_at,
    )
    .where(Decision.campaign_id == sa.bindparam("campaign_id"), Decision.line_number.is_(None))
    .order_by(Decision.id)
)  # fmt: skip


def note_decision(campaign_id: int) -> None:
    """Have the act under way chain the lines of a campaign when it ends."""
    db.session().info.setdefault("decided", set()).add(campaign_id)


def chain_lines() -> None:
    """Chain the lines that this act wrote; whoever calls holds the rows of the campaigns until it commits."""
    for campaign_id in sorted(db.session().info.get("decided", ())):
        _chain_campaign(campaign_id)


def _chain_campaign(campaign_id: int) -> None:
    given = {"campaign_id": campaign_id}
    number, last_hash = find_head(campaign_id)
    chained = []
    for id_, kind, role, idea, other, cluster, reason, note, decided_at in db.session.execute(_LOOSE, given):
        number += 1
        salt, day = secrets.token_hex(16), decided_at.astimezone(UTC).date().isoformat()
        note_hash = commit_to(note, salt)
        last_hash = chain(last_hash, ChainedLine(number, id_, kind, role, idea, other, cluster, reason, note_hash, day))
        kept = {"note_salt": salt, "note_hash": note_hash, "line_number": number, "line_hash": last_hash}
        chained.append({"id": id_, **kept})
    if chained:
        db.session.execute(sa.update(Decision), chained)

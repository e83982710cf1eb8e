"""In which state the public pages of a campaign are: what a reader has kept is asked about before anything is drawn.

Every act moves the versions in its own transaction, unless it says that readers see nothing of it. A vote moves none:
those who vote in one campaign would wait for each other at its row. Counts are part of a page's tag instead.
"""

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import Campaign
from ideas.store.models.campaigns import draw_version

# In one order, so that two acts that end at once never wait for each other in a ring.
_HELD = sa.select(Campaign.id).order_by(Campaign.id).with_for_update(key_share=True)
_MOVE = (
    sa.update(Campaign)
    .where(Campaign.id.in_(_HELD))
    .values(version=sa.bindparam("drawn", type_=sa.BigInteger()))
    .execution_options(synchronize_session=False)
)


def hold_campaigns() -> None:
    """Have acts that end at once take turns, as those that move the versions do."""
    db.session.flush()
    db.session.execute(_HELD)


def move_versions() -> None:
    """Say that public pages may have changed: the last thing an act writes, since others wait for it."""
    db.session.flush()
    db.session.execute(_MOVE, {"drawn": draw_version()})

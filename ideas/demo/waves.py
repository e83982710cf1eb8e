"""What the team of the demonstration says of the waves that the run found: one is a call, another is not read yet."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.waves import label_wave
from ideas.demo.files import Demonstration
from ideas.demo.rows import find_member
from ideas.domain.accounts import Role
from ideas.domain.waves import WaveLabel
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, WaveIdea


def label_waves(campaign: Campaign, content: Demonstration, *, now: datetime) -> None:
    """Say what each wave is that the files name, for the wave that its first idea is in."""
    for told in content.waves:
        title = told["ideas"][0]["title"]
        first = sa.select(Idea.id).where(Idea.campaign_id == campaign.id, Idea.title == title)
        found = db.session.scalar(sa.select(WaveIdea.wave_id).where(WaveIdea.idea_id.in_(first)))
        label, reviewer = WaveLabel(told["label"]), find_member(Role.REVIEWER)
        if found is not None and label is not WaveLabel.UNREAD:
            label_wave(found, label, note=told["note"], actor=reviewer, now=now)

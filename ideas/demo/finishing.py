"""What the team of the demonstration does once the first run has found subjects."""

from datetime import datetime

from ideas.demo.files import Demonstration
from ideas.demo.handling import FOR_SUBJECTS, answer_subjects
from ideas.demo.waves import label_waves
from ideas.store.models import Campaign


def finish(campaign: Campaign, content: Demonstration, *, now: datetime) -> None:
    """Review the waves, and answer some subjects."""
    label_waves(campaign, content, now=now)
    answer_subjects(campaign, [one["title"] for one in content.ideas if one["number"] in FOR_SUBJECTS], now=now)

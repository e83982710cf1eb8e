"""What the team of the demonstration does once the first run has found subjects."""

from datetime import datetime

from ideas.actions.transaction import transaction
from ideas.demo.answering import give_opinions, prepare_answers
from ideas.demo.files import Demonstration
from ideas.demo.handling import FOR_SUBJECTS, answer_subjects
from ideas.demo.notices import tell_nobody_else
from ideas.demo.readings import review_subjects
from ideas.demo.waves import label_waves
from ideas.store.models import Campaign
from ideas.store.queries import second_readings


@transaction()
def finish(campaign: Campaign, content: Demonstration, *, now: datetime) -> None:
    """Review the waves and some subjects, answer others, prepare answers; all of it in one commit, told to nobody.

    Nothing is done twice: a run that is lost and found again finds it done.
    """
    if second_readings.find_draw(campaign) is not None:
        return
    label_waves(campaign, content, now=now)
    review_subjects(campaign, content, now=now)
    answer_subjects(campaign, [one["title"] for one in content.ideas if one["number"] in FOR_SUBJECTS], now=now)
    prepare_answers(campaign, content, now=now)
    give_opinions(campaign, content, now=now)
    tell_nobody_else(now)

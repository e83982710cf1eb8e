"""When a campaign takes contributions, and what a campaign must say of itself."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from ideas.domain.campaigns import check_campaign, check_open, is_open
from ideas.domain.errors import Closed, RuleBroken

OPENING, CLOSING = datetime(2026, 11, 1, 8, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    "moment, closed_at, answer",
    [
        (OPENING - SECOND, None, False),
        (OPENING, None, True),
        (CLOSING - SECOND, None, True),
        (CLOSING, None, False),
        (OPENING + SECOND, OPENING, False),
    ],
    ids=["a second early", "on the second", "last second", "closing second", "closed by an act"],
)
def test_dates_are_obeyed_to_the_second(moment, closed_at, answer):
    campaign = SimpleNamespace(opens_at=OPENING, closes_at=CLOSING, closed_at=closed_at)
    assert is_open(campaign, moment) is answer
    if not answer:
        with pytest.raises(Closed):
            check_open(campaign, moment)


@pytest.mark.parametrize(
    "changed",
    [{"slug": "Données 2026"}, {"slug": "a" * 81}, {"title": " "}, {"question": ""}, {"closes_at": OPENING}],
    ids=["slug", "long slug", "title", "question", "dates"],
)
def test_a_campaign_must_make_sense(changed):
    good = {"slug": "donnees-2026", "title": "T", "question": "Q", "opens_at": OPENING, "closes_at": CLOSING}
    check_campaign(**good)
    with pytest.raises(RuleBroken):
        check_campaign(**good | changed)

"""The closed list of refusals, and the days that run from one."""

from datetime import UTC, date, datetime

import pytest

from ideas.domain.refusals import REFUSALS, add_months, find_legal_basis, is_silent, last_appeal_day


def test_every_reason_rests_on_an_article_of_the_code():
    assert all(one.label and one.article.startswith("article L. 3") for one in REFUSALS.values())
    assert find_legal_basis("unheard of") == find_legal_basis("") == ""


@pytest.mark.parametrize(
    "day, count, then",
    [
        (date(2026, 11, 17), 2, date(2027, 1, 17)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last(day, count, then):
    assert add_months(day, count) == then


def test_the_commission_is_seized_within_two_months():
    assert last_appeal_day(date(2026, 11, 17)) == date(2027, 1, 17)


def test_silence_is_a_refusal_after_a_month():
    routed = datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert [is_silent(routed, date(2026, 11, day)) for day in (26, 27)] == [False, True]
    assert not is_silent(None, date(2026, 11, 27))

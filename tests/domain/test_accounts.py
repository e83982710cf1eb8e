"""How long a sign-in lives."""

from datetime import UTC, datetime, timedelta

import pytest

from ideas.domain.accounts import is_sign_in_alive

ASKED = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "used_at, misses, age, answer",
    [(None, 0, 0, True), (None, 4, 0, True), (None, 5, 0, False), (ASKED, 0, 0, False), (None, 0, 900, False)],
    ids=["fresh", "four misses", "five misses", "used", "fifteen minutes"],
)
def test_a_sign_in_dies_of_use_of_misses_and_of_age(used_at, misses, age, answer):
    end = ASKED + timedelta(minutes=15)
    now = ASKED + timedelta(seconds=age)
    assert is_sign_in_alive(expires_at=end, used_at=used_at, misses=misses, now=now) is answer

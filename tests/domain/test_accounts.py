"""Who may do what, and how long a sign-in lives."""

from datetime import UTC, datetime, timedelta

import pytest

from ideas.domain.accounts import Act, Role, can, check_can, is_sign_in_alive
from ideas.domain.errors import NotAllowed

ASKED = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR])
@pytest.mark.parametrize("act", Act)
def test_a_reader_and_a_contributor_may_do_nothing_of_the_staff(role, act):
    with pytest.raises(NotAllowed):
        check_can(role, act)


def test_only_owners_own():
    assert {role for role in Role if can(role, Act.OWN)} == {Role.OWNER, Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    "used_at, misses, age, answer",
    [(None, 0, 0, True), (None, 4, 0, True), (None, 5, 0, False), (ASKED, 0, 0, False), (None, 0, 900, False)],
    ids=["fresh", "four misses", "five misses", "used", "fifteen minutes"],
)
def test_a_sign_in_dies_of_use_of_misses_and_of_age(used_at, misses, age, answer):
    end = ASKED + timedelta(minutes=15)
    now = ASKED + timedelta(seconds=age)
    assert is_sign_in_alive(expires_at=end, used_at=used_at, misses=misses, now=now) is answer

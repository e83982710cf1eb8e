"""Whatever several processes do at once to a family of ideas, its counts and its roots are those of its rows."""

import pytest

from tests.schedules import run

SCHEDULES = 40  # `python -m tests.schedules` runs them by the thousand


@pytest.mark.xdist_group("schedules")
def test_random_acts_of_four_processes_leave_what_the_model_says(app):
    assert run(app.config["IDEAS"].database, SCHEDULES) == ([], [])

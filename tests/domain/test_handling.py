"""Where a request for data stands, and what may follow."""

from datetime import date

import pytest

from ideas.domain.errors import Invalid, WrongState
from ideas.domain.handling import CLOSED, OPEN, TRANSITIONS, Handling, check_answer, check_transition, days_late

TODAY = date(2026, 11, 26)


def test_every_state_is_open_or_closed_and_has_its_line():
    assert set(OPEN) | set(CLOSED) == set(Handling) == TRANSITIONS.keys() and not set(OPEN) & set(CLOSED)


@pytest.mark.parametrize("state", OPEN)
def test_whatever_is_open_can_be_closed(state):
    assert set(CLOSED) <= TRANSITIONS[state]


@pytest.mark.parametrize("state", CLOSED)
def test_what_was_closed_can_be_looked_at_again(state):
    assert Handling.AWAITING_PRODUCER in TRANSITIONS[state]


@pytest.mark.parametrize("state", [one for one in Handling if one is not Handling.RECEIVED])
def test_nothing_is_received_twice(state):
    with pytest.raises(WrongState):
        check_transition(state, Handling.RECEIVED)


@pytest.mark.parametrize(
    "handling, given, missing",
    [
        (Handling.OPENED, {}, {"dataset_url"}),
        (Handling.ALREADY_OPEN, {}, {"dataset_url"}),
        (Handling.SCHEDULED, {}, {"promised_on"}),
        (Handling.SCHEDULED, {"promised_on": date(2026, 11, 25)}, {"promised_on"}),
        (Handling.REFUSED, {"reason": "because"}, {"reason"}),
        (Handling.SCHEDULED, {"promised_on": TODAY}, None),
        (Handling.REFUSED, {"reason": "personal_data"}, {"legal_basis"}),
        (Handling.REFUSED, {"reason": "personal_data", "legal_basis": "article L. 311-6"}, None),
        (Handling.NOT_HELD, {"text": ""}, {"text"}),
        (Handling.ROUTED, {}, {"outcome"}),
        (Handling.NOT_HELD, {}, None),
    ],
)
def test_an_answer_says_what_its_kind_must_say(handling, given, missing):
    given = {"text": "Voici."} | given
    if missing is None:
        check_answer(handling, today=TODAY, **given)
        return
    with pytest.raises(Invalid) as refused:
        check_answer(handling, today=TODAY, **given)
    assert refused.value.errors.keys() == missing


@pytest.mark.parametrize(
    "handling, promised_on, days",
    [
        (Handling.SCHEDULED, date(2026, 11, 20), 6),
        (Handling.SCHEDULED, TODAY, 0),
        (Handling.SCHEDULED, None, 0),
        (Handling.OPENED, date(2026, 1, 1), 0),
    ],
)
def test_a_promise_is_late_from_the_day_after(handling, promised_on, days):
    assert days_late(handling, promised_on, TODAY) == days

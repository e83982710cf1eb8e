"""The states of an idea before the public, and the ways from one to another."""

import pytest

from ideas.domain.errors import WrongState
from ideas.domain.publication import OUTCOMES, Publication, Verdict, check_reason, decide


@pytest.mark.parametrize("state", Publication)
@pytest.mark.parametrize("verdict", Verdict)
def test_what_is_not_in_the_table_is_refused(state, verdict):
    if (state, verdict) in OUTCOMES:
        assert decide(state, verdict) is OUTCOMES[state, verdict]
    else:
        with pytest.raises(WrongState):
            decide(state, verdict)


def test_every_state_but_the_first_can_be_reached():
    assert set(OUTCOMES.values()) == set(Publication) - {Publication.DRAFT}


@pytest.mark.parametrize("verdict", [Verdict.REFUSE, Verdict.HIDE])
@pytest.mark.parametrize("reason", ["", None, "because"])
def test_taking_out_of_sight_needs_a_reason_of_the_list(verdict, reason):
    with pytest.raises(WrongState):
        check_reason(verdict, reason)

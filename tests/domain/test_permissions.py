"""Who may do what, about which campaign or body."""

from types import SimpleNamespace as a

import pytest

from ideas.domain.accounts import Role
from ideas.domain.errors import NotAllowed
from ideas.domain.permissions import (
    EVERYWHERE,
    Appointment,
    Permission,
    Subject,
    can,
    can_somewhere,
    check_can,
    list_campaigns,
)


def holder(role=None, *appointments):
    return a(role=role, appointments=appointments)


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR])
@pytest.mark.parametrize("permission", Permission)
def test_a_reader_and_a_contributor_may_do_nothing_of_the_staff(role, permission):
    with pytest.raises(NotAllowed):
        check_can(holder(role), permission, EVERYWHERE)


@pytest.mark.parametrize(
    "permission, roles",
    [
        (Permission.OWN, {Role.OWNER, Role.ADMINISTRATOR}),
        (Permission.ADMINISTER, {Role.ADMINISTRATOR}),
        (Permission.MODERATE, {Role.MODERATOR, Role.REVIEWER, Role.OWNER, Role.ADMINISTRATOR}),
    ],
)
def test_what_each_role_may_do(permission, roles):
    assert {role for role in Role if can(holder(role), permission, EVERYWHERE)} == roles


def test_a_moderator_of_one_campaign_moderates_that_one_alone():
    one = holder(Role.CONTRIBUTOR, Appointment(Role.MODERATOR, campaign_id=3))
    assert can(one, Permission.MODERATE, Subject(3)) and not can(one, Permission.MODERATE, Subject(4))
    assert not can(one, Permission.MODERATE, EVERYWHERE) and not can(one, Permission.OWN, Subject(3))
    assert can_somewhere(one, Permission.MODERATE) and list_campaigns(one, Permission.MODERATE) == [3]


def test_a_producer_answers_for_their_body_in_every_campaign():
    one = holder(Role.CONTRIBUTOR, Appointment(Role.PRODUCER, producer_id=7))
    assert can(one, Permission.ANSWER, Subject(1, 7)) and can(one, Permission.ANSWER, Subject(2, 7))
    assert not can(one, Permission.ANSWER, Subject(1, 8)) and not can(one, Permission.ANSWER, Subject(1))
    assert not can_somewhere(one, Permission.MODERATE)

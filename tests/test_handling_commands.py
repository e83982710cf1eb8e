"""`ideas handle` and `ideas answer`: what they do, and the one line that says why they cannot."""

import pytest

from ideas.actions.regrouping import regroup
from ideas.domain.handling import Handling
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Idea
from tests.commands import Terminal
from tests.factories import make_campaign, make_idea, make_producer, now


@pytest.fixture
def terminal(app):
    return Terminal(app.config["IDEAS"])


def read(idea):
    db.session.expire_all()
    return db.session.get(Idea, idea.id)


def test_a_request_is_led_answered_and_taken_back_from_the_terminal(terminal):
    first, second, body = make_idea(), make_idea(), make_producer(slug="eaux")
    terminal.read("handle", "route", first.id, second.id, "--to", "eaux")
    assert read(first).routed_to_id == read(second).routed_to_id == body.id
    terminal.read("handle", "ask", first.id, "--text", "Quelle année ?")
    assert read(first).handling is Handling.QUESTION_TO_AUTHOR
    told = terminal.read("answer", first.id, "--as", "refused", "--text", "Non.", "--reason", "security")
    assert told == {"decision": told["decision"], "kind": "answer", "ideas": 1}
    assert read(first).handling is Handling.REFUSED
    terminal.read("handle", "undo", told["decision"])
    assert read(first).handling is Handling.QUESTION_TO_AUTHOR
    terminal.read("answer", second.id, "--as", "not_held", "--text", "Ce n’est pas nous.")
    terminal.read("handle", "withdraw", second.id)
    assert (read(second).handling, read(second).answer_id) == (Handling.AWAITING_PRODUCER, None)


def test_a_whole_subject_is_answered_but_for_what_is_left_out(terminal):
    campaign = make_campaign()
    text = {"title": "Horaires des bus de nuit", "data_wanted": "Les horaires réels des bus de nuit, arrêt par arrêt."}
    ideas = [make_idea(**text) for _ in range(4)]
    regroup(campaign.id, now=now())
    db.session.expire_all()
    subject = queries.clusters.list_current(campaign)[0].id
    given = ("--as", "out_of_scope", "--text", "Hors du champ.")
    terminal.read("answer", "--subject", subject, "--leave-out", ideas[0].id, *given)
    assert [read(idea).handling.value for idea in ideas] == ["received"] + ["out_of_scope"] * 3
    assert len({read(idea).answer_id for idea in ideas[1:]}) == 1


@pytest.mark.parametrize(
    "given, code, words",
    [
        (("--as", "opened", "--text", "Voici."), 2, "--subject"),
        (("1", "--subject", "1", "--as", "opened", "--text", "Voici."), 2, "--subject"),
        (("99", "--as", "opened", "--text", "Voici."), 1, "does not exist"),
        (("--subject", "99", "--as", "opened", "--text", "Voici."), 1, "no such subject"),
        (("99", "--as", "opened", "--text", "Voici.", "--body", "nobody"), 2, "nobody"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(terminal, given, code, words):
    done = terminal.type("answer", *given)
    assert done.exit_code == code
    assert words in done.stderr

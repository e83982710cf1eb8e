"""What each act does in each state of an idea: every cell of the table was decided, and is held here."""

import pytest

from ideas.actions.correcting import correct_idea
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.publication import decide_idea
from ideas.actions.voting import cast_vote, withdraw_vote
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.errors import NotFound, WrongState
from ideas.domain.publication import Verdict
from ideas.domain.signals import Signal, is_unread
from ideas.store.database import db
from tests.factories import make_idea, make_moderator, make_person, make_vote, now
from tests.test_versions import FORM

W, N = WrongState, NotFound
# Of an idea in a state: where each act leads it, or how it is refused. A draft and what awaits its author's
# confirmation are for nobody of the staff to see.
ACTS = ("publish", "approve", "refuse", "hide", "restore", "withdraw", "merge", "keep", "undo", "vote", "resend")
TABLE = {
    "draft": (N, N, N, N, N, W, N, N, N, N, W),
    "awaiting_confirmation": (N, N, N, N, N, W, N, N, N, N, W),
    "awaiting_review": ("published", W, "refused", W, W, "withdrawn", "merged", W, W, N, "awaiting_review"),
    "published": (W, W, W, "hidden", W, "withdrawn", "merged", "published", W, "published", W),
    "refused": ("published", W, W, W, W, "withdrawn", W, W, W, N, "awaiting_review"),
    "hidden": (W, W, W, W, "published", "withdrawn", W, W, W, N, W),
    "withdrawn": (W, W, W, W, W, W, W, W, W, N, W),
    "merged": (W, W, W, "hidden", W, "withdrawn", W, W, "published", W, W),
}
# Put online before anybody had read it: published, and still to be approved.
UNREAD = "unread"
TABLE[UNREAD] = (W, "published", *TABLE["published"][2:])
ONCE_PUBLISHED = ("published", UNREAD, "hidden", "merged", "withdrawn")


def make_in(state, author, moderator):
    given = {"published_at": now() if state in ONCE_PUBLISHED else None, "author": author}
    if state == UNREAD:
        given["signals"] = int(Signal.UNREAD)
    idea = make_idea(publication="published" if state in ("merged", UNREAD) else state, **given)
    if state == "merged":
        merge_ideas(idea.id, make_idea().id, actor=moderator, now=now())
    return idea


def do(act, idea, author, moderator):
    given = {"actor": moderator, "now": now()}
    match act:
        case "withdraw":
            withdraw_idea(idea.id, author_id=author.id, now=now())
        case "merge":
            merge_ideas(idea.id, make_idea().id, **given)
        case "keep":
            merge_ideas(make_idea().id, idea.id, **given)
        case "undo":
            undo_merge(idea.id, **given)
        case "resend":
            correct_idea(idea.id, FORM, author_id=author.id, now=now())
        case "vote":
            cast_vote(idea.id, person_id=make_person().id, now=now())
        case verdict:
            decide_idea(idea.id, Verdict(verdict), reason="other", **given)


CELLS = [(state, act, then) for state, row in TABLE.items() for act, then in zip(ACTS, row, strict=True)]


@pytest.mark.parametrize("state, act, then", CELLS, ids=[f"{state}-{act}" for state, act, _ in CELLS])
def test_each_act_in_each_state(app, state, act, then):
    author, moderator = make_person(), make_moderator()
    idea = make_in(state, author, moderator)
    if isinstance(then, str):
        do(act, idea, author, moderator)
    else:
        with pytest.raises(then):
            do(act, idea, author, moderator)
    db.session.expire_all()
    stood = "published" if state == UNREAD else state
    assert idea.publication == (then if isinstance(then, str) else stood)
    if state == UNREAD:
        assert is_unread(idea.signals) is (act not in ("approve", "hide"))


@pytest.mark.parametrize("leave", ["hide", "withdraw"])
def test_what_leaves_frees_those_merged_into_it_and_its_voices_no_longer_show(app, leave):
    author, moderator, voter = make_person(), make_moderator(), make_person()
    kept, follower, top = make_idea(author=author), make_idea(), make_idea()
    make_vote(kept, voter)
    merge_ideas(follower.id, kept.id, actor=moderator, now=now())
    merge_ideas(kept.id, top.id, actor=moderator, now=now())
    db.session.expire_all()
    assert (top.vote_count, follower.canonical_id) == (1, top.id)
    do(leave, kept, author, moderator)
    db.session.expire_all()
    assert (top.vote_count, top.publication, follower.publication) == (0, "published", "published")
    assert (kept.canonical_id, kept.vote_count) == (None, 1)


def test_a_voice_can_be_taken_back_wherever_it_still_counts(app):
    moderator, voter, idea = make_moderator(), make_person(), make_idea()
    make_vote(idea, voter)
    merge_ideas(idea.id, make_idea().id, actor=moderator, now=now())
    assert withdraw_vote(idea.id, person_id=voter.id, now=now()) == 0

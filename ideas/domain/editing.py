"""What its author may change in an idea that is online, what of it matters to others, and what differs.

An author edits until somebody else supports the idea; from then on the words are what others agreed to, but for a day
after it was published. The change is read by the team first, as the idea was.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import NamedTuple

from ideas.domain.campaigns import Dated, check_open, is_open
from ideas.domain.errors import N_, WrongState
from ideas.domain.lines import LineState, check_line_verdict
from ideas.domain.publication import Publication

EDIT_TIME = timedelta(days=1)
# Of the title and of the need: the share of words kept, below which those who support an idea are told.
LEAST_KEPT = 0.8
MATTERS = ("title", "data_wanted")
_WORDS = re.compile(r"\S+\s*")


class Difference(NamedTuple):
    """Words that stayed, went or came: `kind` is same, removed or added."""

    kind: str
    text: str


def can_edit(
    publication: Publication, *, published_at: datetime | None, other_vote_count: int, campaign: Dated, now: datetime
) -> bool:
    """Tell whether its author may change an idea: the campaign is open, and nobody else supports it or it is new."""
    is_new = published_at is not None and now < published_at + EDIT_TIME
    return publication is Publication.PUBLISHED and is_open(campaign, now) and (is_new or other_vote_count == 0)


def check_edit(
    publication: Publication, *, published_at: datetime | None, other_vote_count: int, campaign: Dated, now: datetime
) -> None:
    """Raise `Closed` or `WrongState` when its author may not change an idea, saying why."""
    check_open(campaign, now)
    given = {"published_at": published_at, "other_vote_count": other_vote_count, "campaign": campaign, "now": now}
    if not can_edit(publication, **given):  # type: ignore[arg-type]
        raise WrongState(N_("D’autres soutiennent cette idée telle qu’elle est : son texte ne change plus."))


def is_substantial(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Tell whether a change of some fields is of another need, so that those who support the idea must know.

    >>> is_substantial({"title": "Horaires des bus"}, {"title": "Horaires des cars scolaires"})
    True
    >>> is_substantial({"period": "2020"}, {"period": "2021"})
    False
    """
    return any(_share_kept(before[name], after[name]) < LEAST_KEPT for name in MATTERS if name in before)


def _share_kept(before: str, after: str) -> float:
    return SequenceMatcher(None, before.lower().split(), after.lower().split(), autojunk=False).ratio()


def compare_texts(before: str, after: str) -> list[Difference]:
    """Return what stayed, went and came between two texts, word by word.

    >>> [tuple(one) for one in compare_texts("les bus de nuit", "les cars de nuit")]
    [('same', 'les '), ('removed', 'bus '), ('added', 'cars '), ('same', 'de nuit')]
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Difference] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Difference("same", "".join(old[i:j])))
            continue
        stretches = (Difference("removed", "".join(old[i:j])), Difference("added", "".join(new[k:m])))
        found += [one for one in stretches if one.text]
    return found


def check_revision_verdict(state: LineState, *, is_published: bool, reason: str) -> LineState:
    """Return the state that a moderator's verdict leads to, or raise `WrongState`."""
    decided = N_("Cette modification a déjà été relue.")
    return check_line_verdict(state, is_published=is_published, reason=reason, decided=decided)

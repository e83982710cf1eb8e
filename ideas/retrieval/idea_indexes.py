"""The live indexes of the ideas of a campaign: kept like the database, shared by every process.

The database decides and the index follows: every question first reads what was decided since this process last asked,
so that an idea published or hidden anywhere is seen or gone at the next question here. `reconcile` mends whatever else
came between the two.
"""

import logging
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ideas.domain.decisions import DecisionKind
from ideas.retrieval.index_files import (
    LONGEST_TEXT,
    Hit,
    ask_or_rebuild,
    build_index,
    build_or_replace,
    load_engine,
    open_index,
)
from ideas.retrieval.kinds import KINDS, LIKENESS, WORDS, IndexKind
from ideas.retrieval.open_indexes import open_indexes
from ideas.store.database import db
from ideas.store.models import Decision, Idea
from ideas.store.visibility import listed

if TYPE_CHECKING:
    from ideas.similarity.index import Ranking, SimilarIndex, WordIndex
    from ideas.similarity.text.search_terms import QueryWord

LOOK_BACK = 50  # decisions: on PostgreSQL a smaller number may be committed after a larger one
GROWN = 5  # once one entry in so many came since an index was built, it is built anew: those are measured one by one
FEW = 500  # missing entries that are added one by one, each waited for on the disk, however small the index
_NEWEST = (
    sa.select(Decision.id, Decision.kind, Decision.idea_id, Decision.other_idea_id)
    .where(Decision.campaign_id == sa.bindparam("campaign", type_=sa.Integer()))
    .order_by(Decision.id.desc())
    .limit(LOOK_BACK)
)
CHANGING_WORDS = (DecisionKind.PUBLISH_EDIT, DecisionKind.REDACT, DecisionKind.CORRECT, DecisionKind.UNDO)
_log = logging.getLogger(__name__)


def search_ideas(texts: Iterable[str], campaign_id: int, var: str, count: int) -> list[Sequence[Hit]]:
    """Ask the index of a campaign, brought up to date first, for the `count` ideas most like each text."""
    texts = list(texts)

    def search(index: "SimilarIndex") -> list[Sequence[Hit]]:
        return [index.search(text[:LONGEST_TEXT], k=count) for text in texts]

    found: list[Sequence[Hit]] | None = _ask_in_step(LIKENESS, campaign_id, var, search)
    return [()] * len(texts) if found is None else found


def rank_ideas(
    words: "Sequence[QueryWord]", campaign_id: int, var: str, *, understood: Collection[str], loosely: bool
) -> "Ranking | None":
    """Ask the word index of a campaign, brought up to date first, which ideas say these words; None when it cannot."""

    def rank(index: "WordIndex") -> "Ranking":
        return index.rank(words, understood=understood, loosely=loosely)

    ranking: Ranking | None = _ask_in_step(WORDS, campaign_id, var, rank)
    return ranking


def _ask_in_step(kind: IndexKind, campaign_id: int, var: str, ask: Callable[[Any], Any]) -> Any:
    folder = kind.folder(var, campaign_id)

    def ask_now() -> Any:
        _catch_up(kind, folder, campaign_id)
        return ask(open_index(folder, kind.engine))

    return ask_or_rebuild(folder, ask_now, lambda: _build_ideas(kind, var, campaign_id))


def reconcile(campaign_id: int, *, var: str) -> int:
    """Make each index hold exactly the published ideas of a campaign; return how many ideas were mended in one."""
    return max(_reconcile_kind(kind, campaign_id, var) for kind in KINDS)


def _reconcile_kind(kind: IndexKind, campaign_id: int, var: str) -> int:
    folder = kind.folder(var, campaign_id)
    mended = ask_or_rebuild(
        folder, lambda: _reconcile(kind, folder, campaign_id), lambda: _build_ideas(kind, var, campaign_id)
    )
    return mended or 0


def reread_ideas(numbers: Iterable[int], *, campaign_id: int, var: str) -> None:
    """Make the indexes of a campaign hold these ideas as they are now: their words were changed."""
    changed = set(numbers)
    for kind in KINDS:
        _reread(kind, changed, campaign_id, var)


def _reread(kind: IndexKind, numbers: set[int], campaign_id: int, var: str) -> None:
    folder = kind.folder(var, campaign_id)
    ask_or_rebuild(
        folder,
        lambda: _follow(kind, open_index(folder, kind.engine), campaign_id, numbers),
        lambda: _build_ideas(kind, var, campaign_id),
    )


def forget_indexes(var: str) -> None:
    """Take away every index, to be built anew at the next question: the texts may have changed under them."""
    shutil.rmtree(Path(var) / "index", ignore_errors=True)
    open_indexes().forget_all()


def renew_grown(campaign_id: int, *, var: str) -> bool:
    """Build each index of a campaign anew once a fifth of it came since it was built; tell whether one was."""
    renewed = [kind for kind in KINDS if _renew_kind(kind, campaign_id, var)]
    return bool(renewed)


def _renew_kind(kind: IndexKind, campaign_id: int, var: str) -> bool:
    folder = kind.folder(var, campaign_id)
    has_grown = ask_or_rebuild(
        folder, lambda: _has_grown(open_index(folder, kind.engine)), lambda: _build_ideas(kind, var, campaign_id)
    )
    if has_grown:
        build_index(folder, lambda: kind.read_all(campaign_id), kind.engine)
    return bool(has_grown)


def _has_grown(index: "SimilarIndex | WordIndex") -> bool:
    size = len(index)  # this reads what other processes added
    return index.added_count > 0 and size <= GROWN * index.added_count


def _reconcile(kind: IndexKind, folder: Path, campaign_id: int) -> int:
    index = open_index(folder, kind.engine)
    held = index.ids()
    published = set(db.session.scalars(sa.select(Idea.id).where(Idea.campaign_id == campaign_id, listed())))
    if len(published - held) > max(FEW, len(held) // GROWN):
        build_index(folder, lambda: kind.read_all(campaign_id), kind.engine)
        return len(held ^ published)
    for number in held - published:
        index.remove(number)
    for row in kind.read(campaign_id, published - held):
        index.add(*row)
    if held != published:
        _check(index, published, held | published)
    return len(held ^ published)


def _catch_up(kind: IndexKind, folder: Path, campaign_id: int) -> None:
    """Follow the register: what was decided since this process last looked changes the index before it answers.

    Where nothing can be written the index answers as it is, and the next question tries again.
    """
    rows = db.session.execute(_NEWEST, {"campaign": campaign_id}).all()
    indexes, index = open_indexes(), open_index(folder, kind.engine)
    with indexes.following(folder):
        seen, now_seen = indexes.find_seen(folder), {row.id for row in rows}
        try:
            if seen is None or (rows and not seen & now_seen):
                _reconcile(kind, folder, campaign_id)
                # That mends which ideas are there, not what they say.
                if changed := {row.idea_id for row in rows if row.kind in CHANGING_WORDS and row.idea_id}:
                    _follow(kind, open_index(folder, kind.engine), campaign_id, changed)
            else:
                new = [row for row in rows if row.id not in seen]
                if decided := {number for row in new for number in (row.idea_id, row.other_idea_id) if number}:
                    _follow(kind, index, campaign_id, decided)
        except OSError as error:
            _log.error("the index %s cannot follow what is decided: %s", folder.name, error)
        else:
            indexes.note_seen(folder, now_seen, most=2 * LOOK_BACK)


def _follow(kind: IndexKind, index: Any, campaign_id: int, numbers: set[int]) -> None:
    published = {row[0]: row for row in kind.read(campaign_id, numbers)}
    for number in sorted(numbers):
        if number in published:
            index.add(*published[number])
        else:
            index.remove(number)
    _check(index, set(published), numbers)


def _check(index: Any, published: set[int], numbers: set[int]) -> None:
    """Raise that the index is damaged when it does not hold what was just written: its journal was cut behind us."""
    if index.ids() & numbers != published:
        raise load_engine().IndexDamaged("What was written is not there.")


def _build_ideas(kind: IndexKind, var: str, campaign_id: int) -> None:
    build_or_replace(kind.folder(var, campaign_id), lambda: kind.read_all(campaign_id), kind.engine)

"""The files of the live index: kept like the database, built anew when missing or damaged, shared by every process.

The database decides and the index follows: every question first reads what was decided since this process last asked,
so that an idea published or hidden anywhere is seen or gone at the next question here. `reconcile` mends whatever else
came between the two. An index that is missing or damaged is built anew by whoever asks; when even that cannot be done
nothing is found, and the log says why: a person who writes is never stopped by it.
"""

import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ideas.retrieval.open_indexes import open_indexes
from ideas.runs.inputs import idea_text
from ideas.similarity import compose
from ideas.store.database import db
from ideas.store.models import Dataset, Decision, Idea
from ideas.store.visibility import listed

if TYPE_CHECKING:
    from ideas.similarity.index import SimilarIndex

LONGEST_TEXT = 20_000
LOOK_BACK = 50  # decisions: on PostgreSQL a smaller number may be committed after a larger one
GROWN = 5  # once one entry in so many came since an index was built, it is built anew: those are measured one by one
FEW = 500  # missing entries that are added one by one, each waited for on the disk, however small the index
Hit = tuple[int, float, list[str]]
_log = logging.getLogger(__name__)


def search_ideas(texts: Iterable[str], campaign_id: int, var: str, count: int) -> list[Sequence[Hit]]:
    """Ask the index of a campaign, brought up to date first, for the `count` ideas most like each text."""
    folder, texts = _ideas_folder(var, campaign_id), list(texts)

    def search() -> list[Sequence[Hit]]:
        _catch_up(folder, campaign_id)
        return [_open(folder).search(text[:LONGEST_TEXT], k=count) for text in texts]

    found: list[Sequence[Hit]] | None = _mending(folder, search, lambda: _build_ideas(var, campaign_id))
    return [()] * len(texts) if found is None else found


def search_datasets(texts: Iterable[str], var: str, count: int) -> list[Sequence[Hit]]:
    """Ask the index of the catalogue for the `count` data sets most like each text."""
    folder, texts = _datasets_folder(var), list(texts)
    if not texts or not _has_catalogue(folder):
        return [()] * len(texts)

    def search() -> list[Sequence[Hit]]:
        return [_open(folder).search(text[:LONGEST_TEXT], k=count) for text in texts]

    found: list[Sequence[Hit]] | None = _mending(folder, search, lambda: build_dataset_index(var))
    return [()] * len(texts) if found is None else found


def reconcile(campaign_id: int, *, var: str) -> int:
    """Make the index hold exactly the published ideas of a campaign; return how many entries were mended."""
    folder = _ideas_folder(var, campaign_id)
    mended = _mending(folder, lambda: _reconcile(folder, campaign_id), lambda: _build_ideas(var, campaign_id))
    return mended or 0


def reread_ideas(numbers: Iterable[int], *, campaign_id: int, var: str) -> None:
    """Make the index of a campaign hold these ideas as they are now: their words were changed."""
    folder, changed = _ideas_folder(var, campaign_id), set(numbers)
    _mending(folder, lambda: _follow(_open(folder), campaign_id, changed), lambda: _build_ideas(var, campaign_id))


def forget_indexes(var: str) -> None:
    """Take away every index, to be built anew at the next question: the texts may have changed under them."""
    shutil.rmtree(Path(var) / "index", ignore_errors=True)
    open_indexes().forget_all()


def renew_grown(campaign_id: int, *, var: str) -> bool:
    """Build the index of a campaign anew once a fifth of it came since it was built; tell whether it was done."""
    folder = _ideas_folder(var, campaign_id)
    has_grown = _mending(folder, lambda: _has_grown(_open(folder)), lambda: _build_ideas(var, campaign_id))
    if not has_grown:
        return False
    _build(folder, lambda: _read_all(campaign_id))
    return True


def renew_catalogue(*, var: str) -> bool:
    """Build the index of the catalogue anew unless it holds the data sets of the database; tell whether it was done."""
    folder = _datasets_folder(var)
    known = db.session.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Dataset.id), 0))).one()
    if not folder.exists() and not known[0]:
        return False

    def is_like() -> bool:
        held = _open(folder).ids()
        return (len(held), sum(held)) == (known[0], int(known[1]))

    renewed = []

    def rebuild() -> None:
        build_dataset_index(var)
        renewed.append(folder)

    if _mending(folder, is_like, rebuild) is False:
        rebuild()
    return bool(renewed)


def _has_catalogue(folder: Path) -> bool:
    return folder.exists() or db.session.scalar(sa.select(Dataset.id).limit(1)) is not None


def _has_grown(index: "SimilarIndex") -> bool:
    size = len(index)  # this reads what other processes added
    return index.added_count > 0 and size <= GROWN * index.added_count


def _reconcile(folder: Path, campaign_id: int) -> int:
    index = _open(folder)
    held = index.ids()
    published = set(db.session.scalars(sa.select(Idea.id).where(Idea.campaign_id == campaign_id, listed())))
    if len(published - held) > max(FEW, len(held) // GROWN):
        _build(folder, lambda: _read_all(campaign_id))
        return len(held ^ published)
    for number in held - published:
        index.remove(number)
    for number, text, language in _read_ideas(campaign_id, published - held):
        index.add(number, text, language=language)
    if held != published:
        _check(index, published, held | published)
    return len(held ^ published)


def _catch_up(folder: Path, campaign_id: int) -> None:
    """Follow the register: what was decided since this process last looked changes the index before it answers.

    Where nothing can be written the index answers as it is, and the next question tries again.
    """
    newest = sa.select(Decision.id, Decision.idea_id, Decision.other_idea_id).where(Decision.campaign_id == campaign_id)
    rows = db.session.execute(newest.order_by(Decision.id.desc()).limit(LOOK_BACK)).all()
    indexes, index = open_indexes(), _open(folder)
    with indexes.following(folder):
        seen, now_seen = indexes.find_seen(folder), {row.id for row in rows}
        try:
            if seen is None or (rows and not seen & now_seen):
                _reconcile(folder, campaign_id)
            else:
                new = [row for row in rows if row.id not in seen]
                if decided := {number for row in new for number in (row.idea_id, row.other_idea_id) if number}:
                    _follow(index, campaign_id, decided)
        except OSError as error:
            _log.error("the index %s cannot follow what is decided: %s", folder.name, error)
        else:
            indexes.note_seen(folder, now_seen, most=2 * LOOK_BACK)


def _follow(index: "SimilarIndex", campaign_id: int, numbers: set[int]) -> None:
    published = {number: (text, language) for number, text, language in _read_ideas(campaign_id, numbers)}
    for number in sorted(numbers):
        if number in published:
            text, language = published[number]
            index.add(number, text, language=language)
        else:
            index.remove(number)
    _check(index, set(published), numbers)


def _check(index: "SimilarIndex", published: set[int], numbers: set[int]) -> None:
    """Raise that the index is damaged when it does not hold what was just written: its journal was cut behind us."""
    if index.ids() & numbers != published:
        raise _engine().IndexDamaged("What was written is not there.")


def build_dataset_index(var: str) -> None:
    """Index the whole catalogue."""
    rows = db.session.execute(
        sa.select(Dataset.id, Dataset.title, Dataset.description, Dataset.organisation, Dataset.tags).order_by(
            Dataset.id
        )
    ).all()
    texts = [compose(row.title, f"{row.description}\n{row.organisation}\n{row.tags}") for row in rows]
    _build_or_replace(_datasets_folder(var), lambda: ([row.id for row in rows], texts, None))


def _build_ideas(var: str, campaign_id: int) -> None:
    _build_or_replace(_ideas_folder(var, campaign_id), lambda: _read_all(campaign_id))


def _read_all(campaign_id: int) -> tuple[list[int], list[str], list[str]]:
    rows = list(_read_ideas(campaign_id, None))
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def _build(folder: Path, read: Callable[[], Any]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    open_indexes().keep(folder, _engine().SimilarIndex.rebuild(folder, read))


def _build_or_replace(folder: Path, read: Callable[[], Any]) -> None:
    """Build an index in its folder, or in place of whatever stands there when nothing can be saved of it."""
    try:
        _build(folder, read)
    except (OSError, _engine().IndexDamaged):
        _clear(folder)
        _build(folder, read)


def _clear(folder: Path) -> None:
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
        return
    folder.chmod(0o700)  # what is ours and cannot be read can still be taken away
    shutil.rmtree(folder)


def _read_ideas(campaign_id: int, numbers: Iterable[int] | None) -> Iterable[tuple[int, str, str]]:
    columns = (Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, Idea.language)
    query = sa.select(*columns).where(Idea.campaign_id == campaign_id, listed()).order_by(Idea.id)
    if numbers is not None:
        query = query.where(Idea.id.in_(list(numbers)))
    for number, title, data_wanted, planned_use, language in db.session.execute(query):
        yield number, idea_text(title, data_wanted, planned_use), language


def _mending(folder: Path, ask: Callable[[], Any], rebuild: Callable[[], Any]) -> Any:
    """Ask the index, built first when there is none or a damaged one, once. None when even that cannot be done."""
    damages = (OSError, _engine().IndexDamaged)
    try:
        return ask()
    except damages as error:
        if folder not in open_indexes() and _was_never_built(folder):
            _log.info("the index %s is built for the first time", folder.name)
        else:
            _log.warning("the index %s is missing or damaged: it is built anew (%s)", folder.name, error)
    open_indexes().close(folder)
    try:
        rebuild()
        return ask()
    except damages as error:
        _log.error("the index %s cannot be built: nothing is found meanwhile (%s)", folder.name, error)
        open_indexes().close(folder)
        return None


def _was_never_built(folder: Path) -> bool:
    """Whether nothing stands there, but for what another process needs to build the first one."""
    try:
        return all(path.name == "lock" or path.name.startswith("new.") for path in folder.iterdir())
    except OSError as error:
        return isinstance(error, FileNotFoundError)


def _engine() -> Any:
    """Return the engine, loaded at the first question: most web processes answer many pages before one."""
    from ideas.similarity import index

    return index


def _open(folder: Path) -> "SimilarIndex":
    return open_indexes().find(folder)


def _ideas_folder(var: str, campaign_id: int) -> Path:
    return Path(var) / "index" / f"campaign-{campaign_id}"


def _datasets_folder(var: str) -> Path:
    return Path(var) / "index" / "catalogue"

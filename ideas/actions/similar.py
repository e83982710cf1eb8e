"""The live index: what is like the text being typed, among published ideas and data sets already open.

The database decides and the index follows. An act that changes what is public tells the index after its commit;
`reconcile` mends whatever a crash left between the two. What is answered is always looked up in the database by
the actor's right to see, so that an index that lags can forget an idea for a moment but never show a hidden one.
"""

import contextlib
import logging
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ideas.actions.run_inputs import idea_text
from ideas.similarity import compose
from ideas.store.database import db
from ideas.store.models import Dataset, Idea
from ideas.store.visibility import Actor, listed, visible_to

if TYPE_CHECKING:
    from ideas.similarity.index import SimilarIndex

LONGEST_TEXT = 20_000
_opened: dict[Path, "SimilarIndex"] = {}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Similar:
    """An idea or a data set like the text, how much (0 to 1), and the words they share as the text has them."""

    row: Any
    likeness: float
    words: list[str]


def find_similar_ideas(text: str, *, campaign_id: int, actor: Actor, var: str, count: int = 5) -> list[Similar]:
    """Return the published ideas most like `text`, the likest first."""
    hits = _search(_ideas_folder(var, campaign_id), text, 3 * count, lambda: _build_ideas(var, campaign_id))
    condition = sa.and_(visible_to(actor), listed(), Idea.campaign_id == campaign_id)
    return _look_up(hits, Idea, (Idea.id, Idea.title, Idea.vote_count, Idea.handling), condition)[:count]


def find_similar_to_each(
    ideas: Iterable[Idea], *, campaign_id: int, actor: Actor, var: str, least: float, count: int = 3
) -> dict[int, list[Similar]]:
    """Return, by number of idea, the published ideas at least `least` alike (0 to 1), all looked up at once."""
    folder = _ideas_folder(var, campaign_id)
    hits = {
        idea.id: [
            hit
            for hit in _search(folder, _text_of(idea), 2 * count, lambda: _build_ideas(var, campaign_id))
            if hit[0] != idea.id and hit[1] >= least
        ]
        for idea in ideas
    }
    condition = sa.and_(visible_to(actor), listed(), Idea.campaign_id == campaign_id)
    whole = {hit[0]: hit for found in hits.values() for hit in found}
    columns = (Idea.id, Idea.title, Idea.vote_count, Idea.handling)
    rows = {found.row.id: found.row for found in _look_up(list(whole.values()), Idea, columns, condition)}
    return {
        number: [Similar(rows[other], likeness, words) for other, likeness, words in found if other in rows][:count]
        for number, found in hits.items()
    }


def find_similar_datasets(text: str, *, var: str, count: int = 5) -> list[Similar]:
    """Return the data sets of the catalogue most like `text`, the likest first."""
    if not _datasets_folder(var).exists():
        return []
    hits = _search(_datasets_folder(var), text, count, lambda: build_dataset_index(var))
    return _look_up(hits, Dataset, (Dataset.id, Dataset.title, Dataset.organisation, Dataset.url), sa.true())


def note_change(idea: Idea, *, var: str) -> None:
    """Tell the index, after the commit, that an idea came into sight, changed or left it; never fails the act."""
    folder = _ideas_folder(var, idea.campaign_id)
    if not folder.exists():
        return
    try:
        index = _open(folder)
        if idea.publication == "published":
            index.add(idea.id, _text_of(idea))
        else:
            index.remove(idea.id)
    except (OSError, _engine().IndexDamaged):
        _log.warning("the index of campaign %s could not be told of idea %s", idea.campaign_id, idea.id)


def reconcile(campaign_id: int, *, var: str) -> int:
    """Make the index hold exactly the published ideas of a campaign; return how many entries were mended."""
    folder = _ideas_folder(var, campaign_id)
    try:
        index = _open(folder)
    except (FileNotFoundError, _engine().IndexDamaged):
        _build_ideas(var, campaign_id)
        return 0
    published = set(db.session.scalars(sa.select(Idea.id).where(Idea.campaign_id == campaign_id, listed())))
    held = set(index.ids())
    for number in held - published:
        index.remove(number)
    for number, text, _language in _read_ideas(campaign_id, published - held):
        index.add(number, text)
    return len(held ^ published)


def is_index_sound(campaign_id: int, *, var: str) -> bool:
    """Tell whether the index of a campaign opens; one that is not built yet is sound, the first search builds it."""
    folder = _ideas_folder(var, campaign_id)
    try:
        return not folder.exists() or bool(_engine().SimilarIndex.open(folder))
    except _engine().IndexDamaged:
        return False


def build_dataset_index(var: str) -> None:
    """Index the whole catalogue."""
    rows = db.session.execute(
        sa.select(Dataset.id, Dataset.title, Dataset.description, Dataset.organisation, Dataset.tags).order_by(
            Dataset.id
        )
    ).all()
    texts = [compose(row.title, f"{row.description}\n{row.organisation}\n{row.tags}") for row in rows]
    _save(_engine().SimilarIndex.build([row.id for row in rows], texts), _datasets_folder(var))


def _build_ideas(var: str, campaign_id: int) -> None:
    rows = list(_read_ideas(campaign_id, None))
    ids, texts, languages = ([row[place] for row in rows] for place in range(3))
    _save(_engine().SimilarIndex.build(ids, texts, languages=languages), _ideas_folder(var, campaign_id))


def _read_ideas(campaign_id: int, numbers: Iterable[int] | None) -> Iterable[tuple[int, str, str]]:
    columns = (Idea.id, Idea.title, Idea.data_wanted, Idea.planned_use, Idea.language)
    query = sa.select(*columns).where(Idea.campaign_id == campaign_id, listed()).order_by(Idea.id)
    if numbers is not None:
        query = query.where(Idea.id.in_(list(numbers)))
    for number, title, data_wanted, planned_use, language in db.session.execute(query):
        yield number, idea_text(title, data_wanted, planned_use), language


def _text_of(idea: Idea) -> str:
    return idea_text(idea.title, idea.data_wanted, idea.planned_use)


def _look_up(hits: list[tuple[int, float, list[str]]], table: Any, columns: Any, condition: Any) -> list[Similar]:
    if not hits:
        return []
    query = sa.select(*columns).where(table.id.in_([hit[0] for hit in hits]), condition)
    rows = {row.id: row for row in db.session.execute(query)}
    return [Similar(rows[number], likeness, words) for number, likeness, words in hits if number in rows]


def _search(folder: Path, text: str, count: int, rebuild: Callable[[], None]) -> list[tuple[int, float, list[str]]]:
    text = text[:LONGEST_TEXT]
    try:
        return _open(folder).search(text, k=count)
    except (FileNotFoundError, _engine().IndexDamaged):
        _opened.pop(folder, None)
        rebuild()
        return _open(folder).search(text, k=count)


def _engine() -> Any:
    """Return the engine, loaded at the first question: most web processes answer many pages before one."""
    from ideas.similarity import index

    return index


def _open(folder: Path) -> "SimilarIndex":
    if folder not in _opened:
        _opened[folder] = _engine().SimilarIndex.open(folder)
    return _opened[folder]


def _save(index: "SimilarIndex", folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        index.save(folder)
    except _engine().IndexDamaged:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
        index.save(folder)
    _opened.pop(folder, None)


def _ideas_folder(var: str, campaign_id: int) -> Path:
    return Path(var) / "index" / f"campaign-{campaign_id}"


def _datasets_folder(var: str) -> Path:
    return Path(var) / "index" / "catalogue"

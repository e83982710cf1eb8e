"""The index of the catalogue: the data sets most like a text."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import sqlalchemy as sa

from ideas.retrieval.index_files import LONGEST_TEXT, Hit, ask_or_rebuild, build_or_replace, open_index
from ideas.similarity import compose
from ideas.store.database import db
from ideas.store.models import Dataset


def search_datasets(texts: Iterable[str], var: str, count: int) -> list[Sequence[Hit]]:
    """Ask the index of the catalogue for the `count` data sets most like each text."""
    folder, texts = _datasets_folder(var), list(texts)
    if not texts or not _has_catalogue(folder):
        return [()] * len(texts)

    def search() -> list[Sequence[Hit]]:
        return [open_index(folder).search(text[:LONGEST_TEXT], k=count) for text in texts]

    found: list[Sequence[Hit]] | None = ask_or_rebuild(folder, search, lambda: build_dataset_index(var))
    return [()] * len(texts) if found is None else found


def renew_catalogue(*, var: str) -> bool:
    """Build the index of the catalogue anew unless it holds the data sets of the database; tell whether it was done."""
    folder = _datasets_folder(var)
    known = db.session.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Dataset.id), 0))).one()
    if not folder.exists() and not known[0]:
        return False

    def is_like() -> bool:
        held = open_index(folder).ids()
        return (len(held), sum(held)) == (known[0], int(known[1]))

    renewed = []

    def rebuild() -> None:
        build_dataset_index(var)
        renewed.append(folder)

    if ask_or_rebuild(folder, is_like, rebuild) is False:
        rebuild()
    return bool(renewed)


def build_dataset_index(var: str) -> None:
    """Index the whole catalogue."""
    rows = db.session.execute(
        sa.select(Dataset.id, Dataset.title, Dataset.description, Dataset.organisation, Dataset.tags).order_by(
            Dataset.id
        )
    ).all()
    texts = [compose(row.title, f"{row.description}\n{row.organisation}\n{row.tags}") for row in rows]
    build_or_replace(_datasets_folder(var), lambda: ([row.id for row in rows], texts, None))


def _has_catalogue(folder: Path) -> bool:
    return folder.exists() or db.session.scalar(sa.select(Dataset.id).limit(1)) is not None


def _datasets_folder(var: str) -> Path:
    return Path(var) / "index" / "catalogue"

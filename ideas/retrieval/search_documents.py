"""What a search reads of an idea, and how much a word counts in each part of it."""

import gettext
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ideas.config import ROOT
from ideas.domain.ideas import THEMES
from ideas.store.database import db
from ideas.store.models import Answer, Idea, Producer, Territory
from ideas.store.visibility import listed

if TYPE_CHECKING:
    from ideas.similarity.text.field_impacts import Document

NUMBER, TITLE, HOLDER, PLACE, NEED, USE, THEME, ORGANISATION, ANSWER = 12, 4, 2, 1.5, 1, 0.8, 0.8, 0.8, 0.4

_COLUMNS = (
    Idea.id,
    Idea.language,
    Idea.title,
    Idea.data_wanted,
    Idea.planned_use,
    Idea.theme,
    Idea.holder_text,
    sa.case((Idea.show_organisation, Idea.organisation), else_="").label("organisation"),
    sa.func.coalesce(Producer.name, "").label("producer"),
    sa.func.coalesce(Territory.name, "").label("territory"),
    sa.func.coalesce(Answer.text, "").label("answer"),
)
_PUBLISHED = (
    sa.select(*_COLUMNS)
    .outerjoin(Producer, Producer.id == Idea.producer_id)
    .outerjoin(Territory, Territory.code == Idea.territory_code)
    .outerjoin(Answer, Answer.id == Idea.answer_id)
    .where(listed())
    .order_by(Idea.id)
)


def read_documents(campaign_id: int, numbers: Iterable[int] | None) -> Iterator[tuple[int, "Document"]]:
    """Yield the number of each published idea, of those `numbers` or of all, and what it says."""
    # Imported here: it loads the stemmer, which a process does without until somebody searches.
    from ideas.similarity.text.field_impacts import WeightedField, weigh_fields

    query = _PUBLISHED.where(Idea.campaign_id == campaign_id)
    if numbers is not None:
        query = query.where(Idea.id.in_(list(numbers)))
    for row in db.session.execute(query):
        fields = (
            WeightedField(str(row.id), NUMBER),
            WeightedField(row.title, TITLE),
            WeightedField(f"{row.producer}\n{row.holder_text}", HOLDER),
            WeightedField(row.territory, PLACE),
            WeightedField(row.data_wanted, NEED),
            WeightedField(row.planned_use, USE),
            WeightedField(_name_theme(row.theme), THEME),
            WeightedField(row.organisation, ORGANISATION),
            WeightedField(row.answer, ANSWER),
        )
        yield row.id, weigh_fields(fields, row.language)


@lru_cache
def _name_theme(code: str) -> str:
    """Return the label of a theme in both languages: each reader types that of their page."""
    label = THEMES.get(code, "")
    return f"{label}\n{_english().gettext(label)}" if label else ""


@lru_cache
def _english() -> gettext.NullTranslations:
    return gettext.translation("messages", ROOT / "ideas" / "translations", ["en"], fallback=True)

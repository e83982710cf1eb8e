"""What each value of a filter of the list would leave, counted in one statement."""

from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from ideas.store.models import Answer, Campaign, Idea, Membership, Producer, Territory
from ideas.store.queries.high_values import shown_high_value
from ideas.store.queries.lists import Query, Wanted, conditions_of, list_kinds, parameters_of
from ideas.store.rows import list_rows

MOST_SUBJECTS = 20  # as many as an address may choose, which come first


class FacetCount(NamedTuple):
    """A value of a filter, what the directory calls it (empty: a code), and how many ideas have it."""

    facet: str
    value: str
    label: str
    idea_count: int


def count_all(campaign: Campaign, wanted: Wanted) -> list[FacetCount]:
    """Return, for each filter, its values and how many ideas each would leave, the other filters being at work."""
    return list_rows(FacetCount, _make_facets(list_kinds(wanted)), parameters_of(campaign, wanted))


@lru_cache(maxsize=256)
def _make_facets(kinds: tuple[str, ...]) -> Any:
    return sa.union_all(*(_count_side(name, query, kinds) for name, query in _SIDES.items()))


def _count_side(name: str, side: Query, kinds: tuple[str, ...]) -> Query:
    value, label = side.selected_columns
    others = tuple(kind for kind in kinds if kind != name)
    columns = [
        sa.literal(name).label("facet"),
        value.label("value"),
        sa.func.min(label).label("label"),
        sa.func.count().label("idea_count"),
    ]
    counted: Query = side.where(*conditions_of(others)).with_only_columns(*columns, maintain_column_froms=True)
    counted = counted.group_by(Membership.cluster_id if name == "subject" else value)
    return _cut(counted, is_chosen="subject" in kinds) if name == "subject" else counted


def _cut(counted: Query, *, is_chosen: bool) -> Query:
    """Return the subjects of most ideas, those at work first: there may be thousands, and a page shows a few."""
    chosen = Membership.cluster_id.in_(sa.bindparam("subject", type_=sa.Integer(), expanding=True))
    first = [sa.case((chosen, 0), else_=1)] if is_chosen else []
    most = counted.order_by(*first, sa.func.count().desc(), Membership.cluster_id).limit(MOST_SUBJECTS).subquery()
    return sa.select(most)


_NOTHING: Any = sa.literal_column("''", sa.String())
_RUN = sa.bindparam("run", type_=sa.Integer())
_SIDES: dict[str, Query] = {
    "theme": sa.select(Idea.theme, _NOTHING).where(Idea.theme != ""),
    "handling": sa.select(sa.type_coerce(Idea.handling, sa.String()), _NOTHING),
    "profile": sa.select(Idea.profile, _NOTHING).where(Idea.profile != ""),
    "producer": sa.select(Producer.slug, Producer.name).join(Idea, Idea.producer_id == Producer.id),
    "subject": (
        sa.select(sa.cast(Membership.cluster_id, sa.String()), _NOTHING)
        .join(Idea, Idea.id == Membership.idea_id)
        .where(Membership.run_id == _RUN)
    ),
    "high_value": (
        sa.select(sa.type_coerce(shown_high_value(), sa.String()), _NOTHING)
        .select_from(Idea)
        .outerjoin(Answer, Answer.id == Idea.answer_id)
        .where(shown_high_value().is_not(None))
    ),
    "territory": sa.select(Territory.code, Territory.name).join(Idea, Idea.territory_code == Territory.code),
}

"""The way in by theme: the drawing of themes by support, and the subjects under each."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flask import url_for
from flask_babel import format_decimal, gettext, ngettext

from ideas.store.queries.clusters import CurrentCluster
from ideas.store.queries.subjects import ThemeTotal
from ideas.web.labels import theme_name
from ideas.web.subjects.presentation import SubjectLine, make_line
from ideas.web.subjects.treemap import Tile, lay_tiles

OTHER = "autres"  # in addresses: what no theme holds
WIDE, TALL = (1120, 400), (328, 460)
MOST_TALL = 8
LEGIBLE = (62, 48)  # units below which a tile has no room for words
LETTER = 7.0  # units a letter takes in a bold word


class ThemeDrawing(NamedTuple):
    """A drawing of themes: its size, and its tiles."""

    width: int
    height: int
    tiles: list["ThemeTile"]


class ThemeTile(NamedTuple):
    """A theme on the drawing; `name` and `detail` are written where they fit, `title` says it all."""

    tile: Tile
    title: str
    name: str
    detail: str
    url: str
    tone: str


class ThemeGroup(NamedTuple):
    """A theme and its subjects, those of most people first; `url` leads to all of them."""

    key: str
    label: str
    subject_count: int
    placed_count: int
    idea_count: int
    lines: list[SubjectLine]
    url: str
    is_known: bool


def name_theme(key: str) -> str:
    """Return what a theme is called, or what has none."""
    return theme_name(key) or gettext("Sans thème")


def theme_url(key: str) -> str:
    """Return the address of the subjects of a theme."""
    return url_for("subjects.index", theme=key or OTHER)


def draw_themes(totals: list[ThemeTotal], *, wide: bool) -> ThemeDrawing | None:
    """Return the drawing of the themes that subjects are shown under; None when there is nothing to compare."""
    shown = [one for one in totals if one.theme and one.vote_count]
    if len(shown) < 2:
        return None
    width, height = WIDE if wide else TALL
    shown = shown if wide else shown[:MOST_TALL]
    tiles = lay_tiles([one.vote_count for one in shown], width, height)
    return ThemeDrawing(
        width, height, [_make_tile(one, tile, at) for at, (one, tile) in enumerate(zip(shown, tiles, strict=True))]
    )


def _make_tile(total: ThemeTotal, tile: Tile, rank: int) -> ThemeTile:
    label = theme_name(total.theme)
    votes = ngettext("%(num)s soutien", "%(num)s soutiens", total.vote_count)
    ideas = ngettext("%(num)s idée", "%(num)s idées", total.idea_count)
    room = int((tile.width - 20) / LETTER)
    is_legible = tile.width >= LEGIBLE[0] and tile.height >= LEGIBLE[1]
    words = label if len(label) <= room else label.split(" et ")[0].split(" and ")[0]
    return ThemeTile(
        tile=tile,
        title=gettext("%(theme)s : %(ideas)s, %(votes)s", theme=label, ideas=ideas, votes=votes),
        name=words if is_legible and len(words) <= room else "",
        detail=_fit([f"{ideas}, {votes}", votes, format_decimal(total.vote_count)], room) if is_legible else "",
        url=theme_url(total.theme),
        tone="strong" if rank < MOST_TALL / 2 else "",
    )


def _fit(choices: Iterable[str], room: int) -> str:
    return next((one for one in choices if len(one) <= room), "")


def group_by_theme(
    rows: list[CurrentCluster],
    names: Mapping[int, str],
    people: Mapping[int, int],
    themes: Mapping[int, str],
    totals: list[ThemeTotal],
    *,
    most: int,
) -> list[ThemeGroup]:
    """Return the subjects under the theme that most of their ideas carry, at most `most` lines each."""
    ordered = sorted(rows, key=lambda row: (-people.get(row.id, 0), row.id))
    under: dict[str, list[CurrentCluster]] = {}
    for row in ordered:
        under.setdefault(themes.get(row.id, ""), []).append(row)
    widest = max(people.values(), default=0)
    counts = {one.theme: one.idea_count for one in totals}
    return [
        ThemeGroup(
            key=key or OTHER,
            label=name_theme(key),
            subject_count=len(under[key]),
            placed_count=sum(row.idea_count for row in under[key]),
            idea_count=counts.get(key, 0),
            lines=[make_line(row, names[row.id], people.get(row.id, 0), widest) for row in under[key][:most]],
            url=theme_url(key),
            is_known=bool(key),
        )
        for key in _order(under, totals)
    ]


def _order(under: Mapping[str, object], totals: list[ThemeTotal]) -> list[str]:
    """Return the themes that hold subjects, the most supported first, what has no theme last."""
    ranked = [one.theme for one in totals if one.theme in under and one.theme]
    return [*ranked, *sorted(under.keys() - set(ranked))]

"""Where ideas are about: a square for each département, overseas included, with the table of what is drawn."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ideas.http.access import public
from ideas.http.etag import make_conditional_on
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.queries.directories import TerritoryCount
from ideas.web.page_context import find_campaign, find_facts

bp = Blueprint("territories", __name__)

# Each département about where it is, by its INSEE code: equal squares, for Paris is small and its ideas are not.
GRID = """
  .   .   .   .   .   .  62  59   .   .   .   .
  .   .   .   .   .  76  80  60  02  08   .   .
  .   .   .  50  14  27  95  93  51  55  57   .
 29  22  35  53  61  78  92  75  77  10  54  67
  .  56  44  49  72  28  91  94  89  52  88  68
  .   .  85  79  37  41  45  58  21  70  25  90
  .   .   .  17  86  36  18  03  71  39   .   .
  .   .   .   .  16  87  23  63  69  01  74   .
971   .   .  33  24  19  15  43  42  38  73   .
972   .   .  40  47  46  12  48  07  26  05   .
973   .   .  64  32  82  81  30  84  04  06   .
974   .   .   .  65  31  11  34  13  83   .  2B
976   .   .   .   .  09  66   .   .   .   .  2A
"""
PLACES = {
    code: (column, row)
    for row, line in enumerate(GRID.strip("\n").splitlines())
    for column, code in enumerate(line.split())
    if code != "."
}
LEVELS = (1, 3, 5)  # ideas from which a square is darker


class Square(NamedTuple):
    """A département on the drawing: its column and its row, what it says, the list of its ideas if it has any."""

    column: int
    row: int
    code: str
    title: str
    level: int
    url: str


@bp.get("/territoires")
@public
def show() -> ResponseReturnValue:
    """Ideas by département, then the wider territories."""
    campaign = found(find_campaign())
    g.current = "territoires"
    counts = queries.directories.count_by_territory(campaign)
    departments = [one for one in counts if one.kind == "department"]
    return make_conditional_on(
        (find_facts(campaign), counts),
        lambda: render_template(
            "territories/show.html",
            squares=draw_squares(departments),
            named=[one for one in departments if one.idea_count],
            wider=[one for one in counts if one.kind != "department" and one.idea_count],
            placeless_count=queries.directories.count_placeless(campaign),
            link=link,
        ),
    )


def draw_squares(departments: Sequence[TerritoryCount]) -> list[Square]:
    """Return a square for each département that the drawing knows, by code."""
    return [
        Square(
            *PLACES[one.insee],
            one.insee,
            ngettext("%(place)s : %(num)s idée", "%(place)s : %(num)s idées", one.idea_count, place=one.name),
            sum(one.idea_count >= least for least in LEVELS),
            link(one) if one.idea_count else "",
        )
        for one in departments
        if one.insee in PLACES
    ]


def link(one: TerritoryCount) -> str:
    """Return the address of the ideas about a territory."""
    return url_for("ideas.index", territoire=one.code)

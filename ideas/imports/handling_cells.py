"""Where a request stands, its theme of high value, its answer and the last change, read back from an edition of ours.

Other files may have columns of the same names that mean something else: theirs are not read. What could not have been
decided here (a refusal without its reason, an opening without its address) leaves the request as received, and is told.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ideas.domain.errors import RuleBroken
from ideas.domain.handling import OUTCOMES, Handling, check_answer
from ideas.domain.high_value import HighValue
from ideas.domain.ideas import check_address
from ideas.domain.texts import check_text, clean_text
from ideas.imports.table_files import Row

# By what an edition calls them, the columns of an answer that are texts, and how long each may be.
TEXTS = {
    "answer": ("text", 20_000),
    "refusal_reason": ("reason", 30),
    "legal_basis": ("legal_basis", 300),
    "dataset_url": ("dataset_url", 500),
}
DAYS = {"answered_on": "answered_on", "promised_on": "promised_on"}
BODIES = {"answered_by": "producer_id", "passed_to": "passed_to_id"}
HANDLING_COLUMNS = ("handling", "routed_to", "routed_on", "high_value", *TEXTS, *DAYS, *BODIES)
EDITED_ON = "edited_on"
# What is read in an edition of ours, and in no other file.
EDITION_COLUMNS = (*HANDLING_COLUMNS, EDITED_ON)
ASKED = (Handling.ROUTED, Handling.AWAITING_PRODUCER)
LeftOut = list[tuple[str, str]]


def read_edit_day(row: Row) -> tuple[str | None, LeftOut]:
    """Return the day on which the author of a row last changed it, and what had to be left out."""
    left_out: LeftOut = []
    day = _read_day({EDITED_ON: clean_text(str(row.get(EDITED_ON) or ""))}, EDITED_ON, left_out)
    return day, left_out


def read_handling(row: Row, producers: Mapping[str, int]) -> tuple[dict[str, Any] | None, LeftOut]:
    """Return what to keep of the request of a row (None when it was only received), and what had to be left out.

    What is kept is made of what JSON can hold: `handling`, `routed_to_id`, `routed_on`, `high_value` or None, and
    `answer` or None. A request that was only received is kept when its data are said to be of high value.
    """
    given = {name: clean_text(str(row.get(name) or "")) for name in HANDLING_COLUMNS}
    left_out: LeftOut = []
    kept: dict[str, Any] = {
        "handling": Handling.RECEIVED.value,
        "routed_to_id": _find_body(given, "routed_to", producers, left_out),
        "routed_on": _read_day(given, "routed_on", left_out),
        "high_value": _read_theme(given, left_out),
        "answer": None,
    }
    state = given["handling"]
    try:
        if state in OUTCOMES:
            kept |= {"handling": state, "answer": _read_answer(Handling(state), given, producers, left_out)}
        elif state in ASKED:
            kept["handling"] = state
        elif state and state != Handling.RECEIVED:  # a question to its author is not in an edition
            left_out.append(("handling", state))
    except RuleBroken:
        left_out.append(("handling", state))
    if kept["handling"] == Handling.RECEIVED and kept["routed_to_id"]:
        kept["handling"] = Handling.ROUTED.value
    is_untouched = kept["handling"] == Handling.RECEIVED and kept["high_value"] is None
    return (None if is_untouched else kept), left_out


def _read_answer(
    state: Handling, given: Mapping[str, str], producers: Mapping[str, int], left_out: LeftOut
) -> dict[str, Any]:
    """Return the columns of an answer; raises `RuleBroken` when nobody could have given it here."""
    texts = {column: given[name] for name, (column, _longest) in TEXTS.items()}
    for name, (_column, longest) in TEXTS.items():
        check_text(given[name], longest=longest)
    days = {column: _read_day(given, name, left_out) for name, column in DAYS.items()}
    promised_on = date.fromisoformat(days["promised_on"]) if days["promised_on"] else None
    check_answer(state, today=date.min, promised_on=promised_on, **texts)
    if texts["dataset_url"]:
        check_address(texts["dataset_url"])
    bodies = {column: _find_body(given, name, producers, left_out) for name, column in BODIES.items()}
    return {"outcome": state.value, **texts, **days, **bodies}


def _read_theme(given: Mapping[str, str], left_out: LeftOut) -> str | None:
    theme = given["high_value"]
    if theme and theme not in set(HighValue):
        left_out.append(("high_value", theme))
        return None
    return theme or None


def _read_day(given: Mapping[str, str], name: str, left_out: LeftOut) -> str | None:
    try:
        return date.fromisoformat(given[name]).isoformat() if given[name] else None
    except ValueError:
        left_out.append((name, given[name]))
        return None


def _find_body(given: Mapping[str, str], name: str, producers: Mapping[str, int], left_out: LeftOut) -> int | None:
    found = producers.get(given[name].casefold())
    if given[name] and found is None:
        left_out.append((name, given[name]))
    return found

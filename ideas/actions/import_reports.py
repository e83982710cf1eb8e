"""What is kept and told of a file that was read: counts and faults, with nothing of what a row holds."""

from typing import Any

from ideas.actions.importing import ImportReport
from ideas.domain.errors import Invalid, RuleBroken

MOST_TOLD = 1_000  # faults that a report lists; all are counted


def tell_report(report: ImportReport) -> dict[str, Any]:
    """Return a report as it is kept: counts, and the first faults, with nothing of what a row holds."""
    left_out: dict[str, int] = {}
    for (name, _value), (count, _first) in report.left_out.items():
        left_out[name] = left_out.get(name, 0) + count
    return {
        **{name: getattr(report, name) for name in ("added", "already", "replaced", "titles_made", "place_word")},
        "bad_count": len(report.bad),
        "bad": [[place, tell_refusal(refusal)] for place, refusal in report.bad[:MOST_TOLD]],
        "corrected_count": len(report.corrected),
        "corrected": [place for place, _number in report.corrected[:MOST_TOLD]],
        "left_out": left_out,
    }


def tell_refusal(refusal: RuleBroken) -> list[list[Any]]:
    """Return what is wrong with a row: the field, a French sentence, and the facts it takes, those that are numbers."""
    faults = refusal.errors.items() if isinstance(refusal, Invalid) else [("", refusal)]
    return [
        [name, one.message, {key: fact if isinstance(fact, int) else "…" for key, fact in one.facts.items()}]
        for name, one in faults
    ]

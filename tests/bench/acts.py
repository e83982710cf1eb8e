"""Rows on acts: what a reviewer who knows a labelled file does at the bench until its subjects are right.

One row works on a site, by the product's own acts and in its own order; the other on arrays, where the same turns are
drawn by lot too. Both count the same in the bench's order (`tests/similarity/test_bench.py`).
"""

from __future__ import annotations

import random
from collections import Counter
from functools import partial

import numpy as np

from ideas.runs.bindings import Bindings
from ideas.runs.inputs import Inputs
from ideas.runs.proposal import propose
from tests.bench.array_desk import ArrayDesk, Found
from tests.bench.reviewed import Reviewed, read_reviewed
from tests.bench.reviewer import CONFIRMED, ENDED, LEFT, review
from tests.bench.rows import row
from tests.bench.site_desk import SiteDesk, filled_site

GOOD, LOTS, READINGS = 0.95, 10, 2  # pair F1 where a reviewer stops; orders drawn by lot


@row("acts to pair F1 .95", "a site of ideas", kind="reviewed")
def count_acts_on_a_site(case):
    """Count the acts of a reviewer on a site, in the order that it serves."""
    reviewed = read_reviewed(case.file)

    def work():
        done = []
        for reading in range(READINGS):
            with filled_site(reviewed) as site:
                desk = SiteDesk(site, find_truth(reviewed, reading))
                review(desk, until=GOOD)
                done.append(desk.acts)
        return done

    _note(case, "", case.measure(work, READINGS * len(reviewed.texts)), reviewed)


@row("acts to pair F1 .95", "arrays, and by lot", kind="reviewed")
def count_acts_on_arrays(case):
    """Count the same on arrays, against the same turns in the order of a lot."""
    reviewed = read_reviewed(case.file)
    found = case.measure(partial(find_by_run, reviewed), len(reviewed.texts))
    for name, lots in (("", [None]), ("lot_", [random.Random(seed) for seed in range(LOTS)])):
        done = [review_arrays(found, reviewed, reading, lot) for reading in range(READINGS) for lot in lots]
        _note(case, name, done, reviewed)
    case.note(**{f"{what}_saved": 1 - case.figures[what] / case.figures[f"lot_{what}"] for what in ("acts", "changes")})


def _note(case, name, done, reviewed):
    """Note the means of both readings, an idea: all acts, those that change something, all presses that decide."""
    counts = {
        "acts": [one.total() - one[ENDED] for one in done],
        "changes": [one.total() - one[ENDED] - one[CONFIRMED] - one[LEFT] for one in done],
        "presses": [one.total() for one in done],
    }
    case.note(**{f"{name}{what}": np.mean(each) / len(reviewed.places) for what, each in counts.items()})


def find_by_run(reviewed: Reviewed) -> Found:
    """Return what a run of the product proposes, every text by somebody else."""
    places = list(range(len(reviewed.texts)))
    inputs = Inputs(
        ids=places,
        titles=[one.title for one in reviewed.rows],
        texts=reviewed.texts,
        languages=reviewed.languages,
        authors=places,
        supports=reviewed.supports,
        sent_at=[None] * len(places),
        subjects={},
        requests={},
        bindings=Bindings(),
        base_run_id=None,
        last_decision_id=0,
    )
    found = propose(inputs)
    near = [[(other, likeness) for other, likeness, _words in listed] for listed in found.near]
    subjects, robustness = found.subjects.labels.tolist(), dict(found.subjects.robustness)
    return Found(subjects, near, reviewed.supports, found.reading_places, robustness)


def find_truth(reviewed: Reviewed, reading: int) -> dict[int, str]:
    """Return the subject of each text that a reading labelled."""
    return dict(zip(reviewed.places, reviewed.readings["subject"][reading], strict=True))


def review_arrays(found: Found, reviewed: Reviewed, reading: int, lot: random.Random | None = None) -> Counter[str]:
    """Return what is done on arrays to come to a reading."""
    given = {"page_size": len(found.subjects)} if lot else {}
    desk = ArrayDesk(found, find_truth(reviewed, reading), **given)
    review(desk, until=GOOD, lot=lot)
    return desk.acts

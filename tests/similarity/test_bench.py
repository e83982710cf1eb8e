"""The bench runs, and says what it measured."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import find_kind
from tests.bench.acts import GOOD, find_by_run, find_truth, review_arrays
from tests.bench.corpus import read_real, resample
from tests.bench.labelled import swap_number
from tests.bench.reviewed import Reviewed, Told, read_reviewed
from tests.bench.reviewer import review
from tests.bench.site_desk import SiteDesk, filled_site

ROOT = Path(__file__).parents[2]


def test_a_row_of_the_bench_is_measured_beside_its_peer(tmp_path):
    command = [
        sys.executable,
        "-m",
        "tests.bench",
        "--sizes",
        "300",
        "--only",
        "vectors",
        "--json",
        tmp_path / "figures",
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures = json.loads((tmp_path / "figures").read_text())
    assert [row["who"] for row in figures["rows"]] == ["ideas", "scikit-learn TfidfVectorizer"]
    assert all(row["texts"] == 300 and row["cpu"] > 0 and row["peak_mb"] > 10 for row in figures["rows"])
    assert "300 texts" in ran.stdout and "numpy" in figures["machine"]["libraries"]


@pytest.mark.parametrize(
    ("name", "columns", "kind"),
    [
        ("towns_subjects.jsonl", {"number": 1, "subject_a": "bus"}, "reviewed"),
        ("towns_fr.jsonl", {"title": "Bus", "body": "Où ?", "topic": "bus"}, "subject"),
        ("towns.jsonl", {"title": "Bus", "body": "Où ?"}, None),
    ],
)
def test_each_file_is_measured_by_what_people_said_of_its_texts(tmp_path, name, columns, kind):
    path = tmp_path / name
    path.write_text(json.dumps(columns))
    assert find_kind(path) == kind


def test_a_corpus_is_resampled_the_same_for_the_same_seed():
    real = read_real(None)
    assert resample(real, 50, seed=1) == resample(real, 50, seed=1) != resample(real, 50, seed=2)


def test_the_number_of_each_word_is_swapped():
    assert swap_number("Les horaires du réseau local") == "Le horaire du réseaux locaux"


def test_a_reviewer_at_the_bench_brings_a_run_to_what_was_read(tmp_path):
    topics = {"bus": "horaires des bus, arrêts et retards", "eau": "qualité de l’eau potable, nitrates et analyses"}
    texts = [
        {"id": f"{topic}{n}", "title": topic, "body": f"{words} n° {n}"}
        for topic, words in topics.items()
        for n in range(6)
    ]
    # The second reading parts the first subject into two.
    read = [(one["id"], one["title"], one["title"] + "s" * (one["id"] in ("bus4", "bus5"))) for one in texts]
    labels = [{"id": number, "subject_a": a, "subject_b": b, "request_a": a, "request_b": b} for number, a, b in read]
    for name, rows in (("towns_fr", texts), ("towns_subjects", labels)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    reviewed = read_reviewed(tmp_path / "towns_subjects.jsonl")
    found = find_by_run(reviewed)
    assert [review_arrays(found, reviewed, reading) for reading in (0, 1)] == [{}, {"split": 1}]


def test_a_reviewer_does_the_same_on_a_site_and_on_arrays():
    words = {"bus": "horaires des bus et arrêts", "train": "retards des trains en gare", "eau": "nitrates de l’eau"}
    asides = ["le matin au marché", "pour les parents", "dans ma rue pentue", "quand il neige", "avec une poussette"]
    rows = [
        (topic, Told(f"{topic} {aside}", f"{said} {aside}" if n % 2 else aside, ""))
        for topic, said in words.items()
        for n, aside in enumerate(asides)
    ]
    labels = [topic for topic, _told in rows]
    reviewed = Reviewed(
        rows=[told for _topic, told in rows],
        languages=["fr"] * len(rows),
        supports=[1 + 7 * n % 5 for n in range(len(rows))],
        places=list(range(len(rows))),
        readings={"subject": [labels, labels]},
    )
    on_arrays = review_arrays(find_by_run(reviewed), reviewed, 0)
    with filled_site(reviewed) as site:
        desk = SiteDesk(site, find_truth(reviewed, 0))
        review(desk, until=GOOD)
    assert desk.acts == on_arrays and desk.pair_f1() >= GOOD
    assert {"move", "place", "gather"} & on_arrays.keys(), (
        "nothing was to be mended: the comparison would be of nothing"
    )

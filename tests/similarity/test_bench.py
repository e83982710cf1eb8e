"""The bench runs, and says what it measured."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import find_kind
from tests.bench.corpus import read_real, resample
from tests.bench.labelled import swap_number

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

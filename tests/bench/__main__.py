"""`python -m tests.bench`: one table, each row ours or a named peer's, measured in the same run, alone in its process.

--sizes 10000,100000   corpora resampled from real texts (see `corpus`)
--data FOLDER          labelled files (JSON lines); IDEAS_DATA when not given
--only WORD            rows whose name holds the word
--json FILE            the figures, for a program
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import scipy.sparse

from tests.bench import (  # noqa: F401 -- each enters its rows
    acts,
    crowd,
    demonstration,
    keyboard,
    labelled,
    machines,
    neighbours,
    pages,
    reviewed,
    texts,
    visits,
    waits,
    waves,
    web,
)
from tests.bench.corpus import is_labelled, read_labelled, read_real, resample
from tests.bench.rows import ROWS, Case

LIBRARIES = [
    "numpy",
    "scipy",
    "numba",
    "scikit-learn",
    "sparse-dot-topn",
    "string-grouper",
    "PyStemmer",
    "dask",
]


HEADINGS = ["what", "who", "texts", "cpu s", "wall s", "peak MB", "ms/text", "ours x"]


def main():
    options = _options()
    if options.row is not None:  # one row, in its own process
        case = Case(folder=options.folder, file=options.file)
        ROWS[options.row].run(case)
        print(json.dumps(case.done()))
        return
    machine = _machine()
    print("\n".join(f"{name}: {value}" for name, value in machine.items()), end="\n\n")
    results = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            _prepare(Path(folder), size, options.data)
            results += _run("size", f"{size:,} texts", options.only, "--folder", folder, size=size)
    results += _run("demonstration", "the demonstration", options.only)
    for path in sorted(options.data.glob("*.jsonl*")) if options.data else []:
        if kind := find_kind(path):
            results += _run(kind, path.name.split(".")[0], options.only, "--file", path)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "rows": results}, indent=2))


def find_kind(path: Path) -> str | None:
    """Return which rows a file is for; None for texts without labels, which serve those of another file."""
    if reviewed.is_reviewed(path):
        return "reviewed"
    return read_labelled(path).kind if is_labelled(path) else None


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--sizes", type=lambda given: [int(size) for size in given.split(",") if size], default=[10_000, 100_000]
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("IDEAS_DATA") and Path(os.environ["IDEAS_DATA"]))
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    for hidden, kind in (("--row", int), ("--folder", Path), ("--file", Path)):
        parser.add_argument(hidden, type=kind, help=argparse.SUPPRESS)
    return parser.parse_args()


def _prepare(folder, size, data):
    from ideas.similarity.index import SimilarIndex
    from ideas.similarity.text.tfidf import Corpus

    corpus = resample(read_real(data), size)
    (folder / "texts.json").write_text(json.dumps(corpus), encoding="utf-8")
    scipy.sparse.save_npz(folder / "matrix.npz", Corpus.fit(corpus).matrix, compressed=False)
    SimilarIndex.build(range(size), corpus).save(folder / "index")


def _run(kind, title, only, *where, size=0):
    print(title)
    print("{:31} {:34} {:>9} {:>9} {:>8} {:>8} {:>9} {:>7}".format(*HEADINGS))
    ours, results = {}, []
    for number, row in enumerate(ROWS):
        if row.kind != kind or size > row.most or only not in f"{row.what} {row.who}":
            continue
        if not row.is_installed:
            print(f"{row.what:31} {row.who:34} not installed")
            continue
        command = [sys.executable, "-m", "tests.bench", "--row", str(number), *map(str, where)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            print(f"{row.what:31} {row.who:34} failed: {ran.stderr.strip().splitlines()[-1]}")
            continue
        figures = json.loads(ran.stdout.splitlines()[-1])
        figures["ms_per_text"] = 1000 * figures["cpu"] / figures["texts"]
        figures["times_ours"] = figures["ms_per_text"] / ours.setdefault(row.what, figures["ms_per_text"])
        results.append({"corpus": title, "what": row.what, "who": row.who, **figures})
        print(_line(row, dict(figures)), flush=True)
    print()
    return results


def _line(row, figures):
    columns = [figures.pop(name) for name in ("texts", "cpu", "wall", "peak_mb", "ms_per_text", "times_ours")]
    shown = "{:9,} {:9.2f} {:8.2f} {:8.0f} {:9.4f} {:7.1f}".format(*columns)
    return f"{row.what:31} {row.who:34} {shown}  " + " ".join(f"{name} {value:g}" for name, value in figures.items())


def _machine():
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": f"{model[0].partition(': ')[2] if model else platform.processor()}, {os.cpu_count()} seen",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "load before": "{:.1f} {:.1f} {:.1f}".format(*os.getloadavg()),
        "libraries": ", ".join(f"{name} {_version(name)}" for name in LIBRARIES),
    }


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


if __name__ == "__main__":
    main()

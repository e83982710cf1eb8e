"""What a row of the bench is: something measured, by us or by a peer, alone in its process."""

from __future__ import annotations

import importlib.util
import json
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import scipy.sparse

from tests.bench.corpus import Labelled, read_labelled

ROWS: list[Row] = []


@dataclass(frozen=True)
class Row:
    """`what` is measured, done by `who`, on up to `most` texts, if `needs` is installed.

    `kind`: size, near, subject or demonstration.
    """

    what: str
    who: str
    run: Callable[[Case], None]
    kind: str
    most: int
    needs: str

    @property
    def is_installed(self) -> bool:
        return not self.needs or importlib.util.find_spec(self.needs) is not None


def row(what, who, *, kind="size", most=10**9, needs=""):
    """Enter a function as a row of the bench."""

    def enter(run):
        ROWS.append(Row(what, who, run, kind, most, needs))
        return run

    return enter


@dataclass
class Case:
    """What a row works on, and what it measures. `folder` holds the texts, or `file` the labelled ones."""

    folder: Path | None = None
    file: Path | None = None
    figures: dict[str, float] = field(default_factory=dict)

    @cached_property
    def texts(self) -> list[str]:
        if self.file:
            return self.labelled.texts
        return json.loads((self.folder / "texts.json").read_text(encoding="utf-8"))

    @cached_property
    def labelled(self) -> Labelled:
        return read_labelled(self.file)

    @property
    def languages(self) -> list[str] | None:
        return [self.labelled.language] * len(self.texts) if self.file else None

    @cached_property
    def matrix(self) -> scipy.sparse.csr_array:
        return scipy.sparse.load_npz(self.folder / "matrix.npz")

    def measure(self, work, texts=None):
        """Do `work`, note its processor and wall seconds, for so many texts; answer what it answers."""
        cpu, wall = _processor(), time.perf_counter()
        answer = work()
        self.figures |= {
            "texts": texts or len(self.texts),
            "cpu": _processor() - cpu,
            "wall": time.perf_counter() - wall,
        }
        return answer

    def note(self, **figures):
        """Note what is no time: a quality, a percentile."""
        self.figures |= {name: round(float(value), 4) for name, value in figures.items()}

    def done(self) -> dict[str, float]:
        """Return the figures, with the peak of memory of this process, inputs and libraries included."""
        # Not `ru_maxrss`: a process begins with that of its parent.
        return self.figures | {"peak_mb": memory("status", "VmHWM")}


def memory(file, field, process="self"):
    """Return the megabytes that Linux says of a process."""
    lines = Path(f"/proc/{process}/{file}").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


def _processor():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime

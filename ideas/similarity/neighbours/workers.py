"""Where the blocks of a join run: threads here, processes here, or the machines behind a Dask scheduler."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib


@dataclass(frozen=True)
class Workers:
    """How many, of which joblib backend; for Dask, the scheduler's address and a folder that every machine reads.

    `jobs`: None for one per processor here, or for all that Dask has.
    """

    jobs: int | None = None
    backend: str = "threading"
    address: str = ""
    folder: str | None = None

    @property
    def share_memory(self) -> bool:
        """Whether arrays can be passed as they are."""
        return not self.address and self.backend == "threading"

    @contextmanager
    def shared_folder(self) -> Iterator[Path]:
        """Open a folder for the arrays that workers will map, deleted once the work is done."""
        with tempfile.TemporaryDirectory(prefix="ideas-join-", dir=self.folder) as folder:
            yield Path(folder)

    def run(self, calls: Iterable[Any]) -> Iterator[Any]:
        """Run joblib's delayed `calls`; yield their results as soon as they come, in any order."""
        with self._backend():
            yield from joblib.Parallel(n_jobs=self.jobs or -1, return_as="generator_unordered")(calls)

    @contextmanager
    def _backend(self) -> Iterator[None]:
        if not self.address:
            with joblib.parallel_config(self.backend):
                yield
            return
        # Imported here: it comes with the extra `scale`, and few installations have more than one machine.
        from distributed import Client

        with Client(self.address, set_as_default=False) as client, joblib.parallel_config("dask", client=client):
            yield

"""Rows on more than one process: the same join through Dask, by one worker and by two."""

from __future__ import annotations

import os

from tests.bench.rows import row
from tests.bench.texts import LIKENESS, K


@row("neighbour graph through Dask", "1 worker", most=400_000, needs="distributed")
def one_worker(case):
    _join(case, 1)


@row("neighbour graph through Dask", "2 workers", most=400_000, needs="distributed")
def two_workers(case):
    _join(case, 2)


def _join(case, count):
    from distributed import LocalCluster

    from ideas.similarity import join

    # One worker counts as one processor: linear algebra must not take the other.
    os.environ["OMP_NUM_THREADS"] = "1"
    with LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as cluster:
        address = cluster.scheduler_address
        join.nearest(case.matrix[:3000], K, LIKENESS, address=address)
        graph = case.measure(lambda: join.nearest(case.matrix, K, LIKENESS, address=address))
        case.note(links=graph.nnz)

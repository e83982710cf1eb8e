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
    """Count the processor seconds of the workers too: they are neither this process nor its dead children."""
    import psutil
    from distributed import LocalCluster

    from ideas.similarity.neighbours import knn_graph
    from ideas.similarity.neighbours.prepared_rows import TILE

    # One worker counts as one processor: linear algebra must not take the other.
    os.environ["OMP_NUM_THREADS"] = "1"
    with LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as cluster:
        address = cluster.scheduler_address
        workers = [psutil.Process(nanny.pid) for nanny in cluster.workers.values()]
        knn_graph.build_knn_graph(case.matrix[: 8 * TILE], K, LIKENESS, address=address)  # some for each worker
        before = _processor(workers)
        graph = case.measure(lambda: knn_graph.build_knn_graph(case.matrix, K, LIKENESS, address=address))
        case.figures["cpu"] += _processor(workers) - before
        case.note(links=graph.nnz, largest_worker_mb=max(worker.memory_full_info().uss for worker in workers) / 2**20)


def _processor(workers):
    return sum(sum(worker.cpu_times()[:2]) for worker in workers)

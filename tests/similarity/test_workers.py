"""The same graph, whoever makes it: threads, processes, or machines that die."""

import os
import signal

import numpy as np
import pytest
from distributed import LocalCluster

from ideas.similarity.neighbours import blocked_join, scipy_join, tile_join
from ideas.similarity.neighbours.prepared_rows import prepare_rows
from ideas.similarity.neighbours.workers import Workers
from tests.similarity.test_knn_graph import random_matrix

LEAST = np.float32(0.3)


@pytest.fixture(scope="module")
def rows():
    return prepare_rows(random_matrix(4000, 500, 1), np.arange(4000), 0.3)


@pytest.fixture(scope="module")
def expected(rows):
    return scipy_join.join(rows, 5, LEAST)


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster


def same(one, other):
    return all(np.array_equal(ours, theirs) for ours, theirs in zip(one, other, strict=True))


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_threads_and_processes_give_the_same_bytes(rows, expected, backend):
    assert same(blocked_join.join(rows, 5, LEAST, Workers(2, backend), tile=512), expected)


def test_two_machines_give_the_same_bytes(rows, expected, cluster, tmp_path):
    workers = Workers(address=cluster.scheduler_address, folder=str(tmp_path))
    assert same(blocked_join.join(rows, 5, LEAST, workers, tile=512), expected)
    assert not list(tmp_path.iterdir())


def test_a_machine_killed_in_the_middle_changes_nothing(rows, expected, cluster, monkeypatch):
    killed = []

    def insert_all(*links, keep=tile_join.insert_all):
        if not killed:
            killed.append(cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)
        keep(*links)

    monkeypatch.setattr(tile_join, "insert_all", insert_all)
    found = blocked_join.join(rows, 5, LEAST, Workers(address=cluster.scheduler_address), tile=64)
    assert same(found, expected) and killed

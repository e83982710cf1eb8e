"""Ids that stay: a run is matched with the one before, and what changed is told."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from ideas.similarity.clustering.lineage import Event, pair_groups, tell, trace


def kinds(lineage):
    return [(event.kind, event.previous, event.current) for event in lineage.events]


def test_nothing_changed_keeps_all():
    lineage = trace([12, 12, 7, 7, -1], [0, 0, 1, 1, -1])
    assert lineage.ids.tolist() == [12, 12, 7, 7, -1]
    assert kinds(lineage) == [("kept", 7, 7), ("kept", 12, 12)]
    assert lineage.share_kept == 1


def test_a_first_run_only_gives_birth():
    lineage = trace([-1, -1, -1, -1], [0, 0, 1, 1], next_id=40)
    assert lineage.ids.tolist() == [40, 40, 41, 41]
    assert kinds(lineage) == [("born", None, 40), ("born", None, 41)]
    assert lineage.next_id == 42


def test_the_larger_part_of_a_split_keeps_the_id():
    lineage = trace([5, 5, 5, 5, 5], [0, 0, 1, 1, 1])
    assert lineage.ids.tolist() == [6, 6, 5, 5, 5]
    assert lineage.events == (Event("kept", 5, 5, 3, 0.6, 1.0), Event("split", 5, 6, 2, 0.4, 1.0))


def test_the_larger_of_two_joined_keeps_the_id():
    lineage = trace([3, 3, 4, 4, 4], [0, 0, 0, 0, 0])
    assert lineage.ids.tolist() == [4] * 5
    assert lineage.events == (Event("joined", 3, 4, 2, 1.0, 0.4), Event("kept", 4, 4, 3, 1.0, 0.6))


def test_what_is_scattered_is_dissolved():
    lineage = trace([1, 1, 1, 2, 2, 2, 3, 3, 3], [0, 1, -1, 0, 0, 0, 1, 1, 1])
    assert ("dissolved", 1, None) in kinds(lineage)
    assert lineage.ids.tolist() == [2, 3, -1, 2, 2, 2, 3, 3, 3]
    assert lineage.share_kept == pytest.approx(2 / 3)


def test_a_cluster_that_lost_all_its_texts_is_dissolved():
    assert ("dissolved", 9, None) in kinds(trace([1, 1], [0, 0], existing=[1, 9]))


def test_an_id_that_ended_is_never_given_again():
    assert trace([1, 1, -1, -1], [0, 0, 1, 1], existing=[1, 30]).ids.tolist() == [1, 1, 31, 31]


def test_new_texts_do_not_take_an_id_from_those_who_had_it():
    assert trace([8, 8, -1, -1, -1], [0, 0, 0, 1, 1]).ids.tolist() == [8, 8, 8, 9, 9]


def test_a_crumb_does_not_carry_the_id_into_another_cluster():
    lineage = trace([1] * 10, [0, *[-1] * 9])
    assert lineage.ids[0] == 1
    moved = trace([1, 1, 1, *[-1] * 9], [0, -1, -1, *[0] * 9])
    assert moved.ids[0] == 2
    assert ("dissolved", 1, None) in kinds(moved)


def test_ids_go_where_most_texts_stay_in_all():
    lefts, rights, shared = [0, 0, 1, 1], [0, 1, 0, 1], [10, 9, 9, 1]
    assert pair_groups(lefts, rights, shared).tolist() == [1, 2]
    assert pair_groups([], [], []).tolist() == []


@pytest.mark.parametrize("seed", range(20))
def test_no_pairing_shares_more(seed):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 9, (7, 6)) * (rng.random((7, 6)) < 0.6)
    lefts, rights = np.nonzero(table)
    paired = pair_groups(lefts, rights, table[lefts, rights])
    assert len(set(lefts[paired])) == len(set(rights[paired])) == len(paired)
    assert table[lefts[paired], rights[paired]].sum() == table[linear_sum_assignment(table, maximize=True)].sum()


def test_events_of_given_ids_are_told_like_those_of_a_run():
    previous, current = np.array([5, 5, 5, 8, 8, -1]), [0, 0, 1, 1, 1, -1]
    lineage = trace(previous, current)
    assert tell(previous, lineage.ids) == lineage.events


def test_labels_of_other_texts_are_refused():
    with pytest.raises(ValueError, match="2 previous ids"):
        trace([1, 1], [0])


@pytest.mark.parametrize("seed", range(5))
def test_every_cluster_before_and_after_has_its_event(seed):
    rng = np.random.default_rng(seed)
    previous, current = rng.integers(-1, 12, 200), rng.integers(-1, 12, 200)
    current = np.where(rng.random(200) < 0.6, previous, current)
    lineage = trace(previous, current)
    ended = {event.previous for event in lineage.events if event.kind in ("joined", "dissolved")}
    kept = {event.previous for event in lineage.events if event.kind == "kept"}
    assert kept | ended == set(previous.tolist()) - {-1} and not kept & ended
    assert {event.current for event in lineage.events} - {None} == set(lineage.ids.tolist()) - {-1}
    assert all((lineage.ids == -1) == (current == -1))


def test_twenty_thousand_clusters_are_matched_in_seconds():
    rng = np.random.default_rng(0)
    previous = rng.integers(0, 20_000, 200_000)
    current = np.where(rng.random(200_000) < 0.7, previous, rng.integers(0, 20_000, 200_000))
    assert trace(previous, current).share_kept > 0.95

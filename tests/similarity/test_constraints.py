"""Decisions that bind: contradictions are found when they are made, and the chain is told."""

import pytest

from ideas.similarity.clustering.constraints import Contradiction, check_consistent


def chain_of(**constraints):
    with pytest.raises(Contradiction) as refused:
        check_consistent(**constraints)
    return refused.value.chain


def test_what_can_hold_is_accepted():
    check_consistent([("a", "b", 1), ("b", "c", 2)], [("a", "d", 3)], {"a": ("x", 4), "c": ("x", 5), "d": ("y", 6)})


def test_apart_against_a_chain_of_together_tells_the_chain():
    assert chain_of(together=[("a", "b", 1), ("c", "d", 9), ("b", "c", 2)], apart=[("a", "c", 3)]) == [1, 2, 3]


def test_two_places_for_what_is_together_is_refused():
    assert chain_of(together=[("a", "b", 1)], apart=[], places={"a": ("x", 2), "b": ("y", 3)}) == [2, 1, 3]


def test_one_place_for_what_is_apart_is_refused():
    assert chain_of(together=[], apart=[("a", "b", 1)], places={"a": ("x", 2), "b": ("x", 3)}) == [2, 3, 1]


def test_a_text_apart_from_itself_is_refused():
    with pytest.raises(Contradiction):
        check_consistent([], [("a", "a", 1)])

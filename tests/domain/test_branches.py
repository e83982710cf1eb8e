"""A subject cut finer: levels nest, nobody is lost, and what leaves alone stays with what it left."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ideas.domain.branches import LEAST, MOST_PARTS, Joining, list_levels


def levels_of(members, *joinings):
    return list_levels(members, [Joining(*one) for one in joinings])


def test_who_leads_need_not_be_a_member():
    tree = (2, 9, 0.9), (3, 9, 0.8), (4, 8, 0.7), (5, 8, 0.6), (8, 9, 0.2)
    assert levels_of([2, 3, 4, 5], *tree) == [[[2, 3, 4, 5]], [[2, 3], [4, 5]]]


def test_two_that_one_outsider_leads_apart_are_apart():
    tree = (1, 9, 0.9), (2, 9, 0.8), (3, 8, 0.9), (4, 8, 0.8)
    assert levels_of([1, 2, 3, 4], *tree) == [[[1, 2, 3, 4]], [[1, 2], [3, 4]]]


def test_what_leaves_alone_stays_with_the_larger_part_of_what_it_left():
    pairs = (2, 1, 0.9), (4, 3, 0.9), (5, 3, 0.9)
    assert levels_of(range(1, 7), *pairs, (3, 1, 0.5), (6, 1, 0.1)) == [[[1, 2, 3, 4, 5, 6]], [[3, 4, 5, 6], [1, 2]]]


def test_nothing_is_cut_of_few_or_of_what_comes_apart_one_by_one():
    assert levels_of([]) == [] and levels_of([1]) == [[[1]]]
    assert levels_of([1, 2, 3, 4], (2, 1, 0.9), (3, 1, 0.5), (4, 1, 0.3)) == [[[1, 2, 3, 4]]]


@st.composite
def trees(draw):
    """Ideas that each joined one before it, some of them members."""
    count = draw(st.integers(1, 40))
    likenesses = draw(st.lists(st.sampled_from([0.1, 0.2, 0.5, 1.0]), min_size=count, max_size=count))
    # The more an idea led, the later it joined: as in a tree, nobody leads from below.
    joinings = [
        Joining(idea, draw(st.integers(0, idea - 1)), likeness)
        for idea, likeness in zip(range(1, count + 1), sorted(likenesses), strict=True)
    ]
    return draw(st.sets(st.integers(0, count))), joinings


@given(trees())
def test_each_level_is_one_part_more_within_the_one_before(tree):
    members, joinings = tree
    levels = list_levels(members, joinings)
    assert [len(parts) for parts in levels] == list(range(1, len(levels) + 1)) and len(levels) <= MOST_PARTS
    for parts in levels:
        assert sorted(idea for part in parts for idea in part) == sorted(members)
        assert len(parts) == 1 or min(map(len, parts)) >= LEAST
        assert [len(part) for part in parts] == sorted(map(len, parts), reverse=True)
    for wider, finer in pairwise(levels):
        assert all(any(set(part) <= set(whole) for whole in wider) for part in finer)
    assert list_levels(sorted(members, reverse=True), joinings[::-1]) == levels

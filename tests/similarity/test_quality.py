"""Figures of quality, worked by hand on small cases; scikit-learn answers for those it gives."""

import pytest

from ideas.similarity.clustering.quality import count_acts, measure


def test_the_same_groups_under_other_numbers_are_perfect():
    quality = measure([4, 4, 9, 9, -1], [0, 0, 1, 1, -1])
    assert (quality.pair_f1, quality.adjusted_rand, quality.bcubed_f1, quality.acts_per_text) == (1, 1, 1, 0)


def test_one_text_in_the_wrong_group_is_taken_out_then_joined():
    quality = measure([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    assert quality.acts_per_text == pytest.approx(2 / 5)
    assert (quality.pair_precision, quality.pair_recall) == (2 / 4, 2 / 4)


@pytest.mark.parametrize(
    "proposed, accepted, acts",
    [
        ([-1, -1, -1], [0, 0, 0], 2),
        ([0, 0, 0], [-1, -1, -1], 2),
        ([0, 0, 0, 0], [0, 0, 1, 1], 1),
        ([0, 0, 1, 1], [0, 0, 0, 0], 1),
        ([], [], 0),
    ],
    ids=["three to join", "three to part", "two fragments to part", "two groups to join", "nothing"],
)
def test_a_fragment_moves_as_one(proposed, accepted, acts):
    assert count_acts(proposed, accepted) == acts


def test_b_cubed_is_the_mean_of_each_texts_own_figure():
    quality = measure([0, 0, 0, 0], [0, 0, 0, 1])
    assert quality.bcubed_precision == pytest.approx((3 / 4 * 3 + 1 / 4) / 4)
    assert quality.bcubed_recall == 1


def test_texts_alone_are_not_grouped_with_one_another():
    quality = measure([-1, -1, -1], [0, 0, 0])
    assert (quality.pair_precision, quality.pair_recall, quality.bcubed_precision) == (1, 0, 1)


def test_nothing_to_judge_is_nothing_wrong():
    quality = measure([], [])
    assert (quality.text_count, quality.bcubed_f1, quality.acts_per_text) == (0, 1, 0)


def test_other_texts_are_refused():
    with pytest.raises(ValueError, match="1 proposed"):
        measure([0], [0, 1])

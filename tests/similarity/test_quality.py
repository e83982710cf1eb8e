"""Figures of quality: worked by hand on small cases, and against scikit-learn on random ones."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from ideas.similarity.clustering.quality import measure, measure_adjusted_rand


def test_the_same_groups_under_other_numbers_are_perfect():
    quality = measure([4, 4, 9, 9, -1], [0, 0, 1, 1, -1])
    assert (quality.pair_f1, quality.adjusted_rand, quality.bcubed_f1, quality.share_moved) == (1, 1, 1, 0)


def test_one_text_in_the_wrong_group_is_one_move():
    quality = measure([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])
    assert quality.share_moved == pytest.approx(1 / 5)
    assert (quality.pair_precision, quality.pair_recall) == (2 / 4, 2 / 4)


def test_b_cubed_is_the_mean_of_each_texts_own_figure():
    quality = measure([0, 0, 0, 0], [0, 0, 0, 1])
    assert quality.bcubed_precision == pytest.approx((3 / 4 * 3 + 1 / 4) / 4)
    assert quality.bcubed_recall == 1


def test_texts_alone_are_not_grouped_with_one_another():
    quality = measure([-1, -1, -1], [0, 0, 0])
    assert (quality.pair_precision, quality.pair_recall, quality.bcubed_precision) == (1, 0, 1)


def test_nothing_to_judge_is_nothing_wrong():
    quality = measure([], [])
    assert (quality.text_count, quality.bcubed_f1, quality.share_moved) == (0, 1, 0)


def test_other_texts_are_refused():
    with pytest.raises(ValueError, match="1 proposed"):
        measure([0], [0, 1])


@pytest.mark.parametrize("seed", range(5))
def test_adjusted_rand_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    accepted = rng.integers(0, 9, 300)
    proposed = np.where(rng.random(300) < 0.5, accepted, rng.integers(0, 9, 300))
    assert measure_adjusted_rand(proposed, accepted) == pytest.approx(adjusted_rand_score(accepted, proposed))

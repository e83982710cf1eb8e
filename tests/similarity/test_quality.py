"""Figures of quality: worked by hand on small cases, and by going through every pair of random ones."""

import numpy as np
import pytest

from ideas.similarity.clustering.quality import measure


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
def test_figures_are_those_of_every_pair_and_every_text(seed):
    chance = np.random.default_rng(seed)
    accepted = chance.integers(-1, 9, 60)
    proposed = np.where(chance.random(60) < 0.5, accepted, chance.integers(-1, 9, 60))
    in_accepted, in_proposed = together(accepted), together(proposed)
    both, texts = in_accepted & in_proposed, np.eye(60, dtype=bool)
    quality = measure(proposed, accepted)
    assert quality.pair_precision == pytest.approx(both.sum() / in_proposed.sum())
    assert quality.pair_recall == pytest.approx(both.sum() / in_accepted.sum())
    shared = (both | texts).sum(axis=1)
    assert quality.bcubed_precision == pytest.approx(np.mean(shared / (in_proposed | texts).sum(axis=1)))
    assert quality.bcubed_recall == pytest.approx(np.mean(shared / (in_accepted | texts).sum(axis=1)))


def together(labels):
    """Tell for each pair of texts whether both are in one group."""
    return (labels[:, None] == labels) & (labels >= 0) & ~np.eye(len(labels), dtype=bool)


def test_the_adjusted_rand_index_is_nothing_for_chance():
    chance = np.random.default_rng(0)
    assert measure(chance.integers(0, 5, 3000), chance.integers(0, 5, 3000)).adjusted_rand == pytest.approx(0, abs=0.01)

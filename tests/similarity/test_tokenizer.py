"""Many texts split at once, and the table that knows each of their words."""

from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideas.similarity.text.french import words
from ideas.similarity.text.hash_table import HashTable
from ideas.similarity.text.tokenizer import tokenize

any_letters = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("aé\u0301\xad_’ \n𝒳œ9")), max_size=30)


@given(st.lists(any_letters, max_size=8))
def test_texts_split_together_have_the_words_of_each(texts):
    found = tokenize(texts)
    expected = [words(text) for text in texts]
    assert [found.word(place) for place in range(len(found.starts))] == list(chain.from_iterable(expected))
    assert found.counts.tolist() == [len(one) for one in expected]
    assert len(set(found.hashes.tolist())) == len(set(chain.from_iterable(expected)))


def test_a_table_of_hashes_forgets_none():
    table, chance = HashTable(), np.random.default_rng(0)
    hashes = np.unique(chance.integers(0, 2**64, 300_000, dtype=np.uint64))
    for some in np.array_split(np.arange(len(hashes)), 7):
        table.add(hashes[some], some)
    numbers = table.find(hashes)
    collided = np.array([table.find_collision(hash_) for hash_ in hashes[numbers < 0].tolist()])
    numbers[numbers < 0] = collided
    assert np.array_equal(numbers, np.arange(len(hashes))) and 0 < len(collided) < len(hashes) / 4
    assert table.find(hashes[:5] + np.uint64(1)).tolist() == [-1] * 5

"""From texts to unit vectors."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from ideas.similarity import compose
from ideas.similarity.text import tfidf
from ideas.similarity.text.french import stems
from ideas.similarity.text.tfidf import MAX_STEMS, Corpus
from ideas.similarity.text.vocabulary import Vocabulary
from ideas.similarity.text.weights import weigh_rows

TEXTS = ["Horaires des bus", "Les horaires de bus, les horaires de train", "", "Cantines scolaires"]


def test_a_title_counts_twice():
    assert compose("Bus", "Où sont-ils") == "Bus\nBus\nOù sont-ils"


def test_rows_have_length_one_or_none():
    squares = Corpus.fit(TEXTS).matrix.power(2).sum(axis=1)
    assert squares == pytest.approx([1, 1, 0, 1], abs=1e-6)


def test_weights_are_those_of_scikit_learn_fitted_on_the_same_stems():
    corpus = Corpus.fit(TEXTS)
    peer = TfidfVectorizer(analyzer=stems, sublinear_tf=True, vocabulary=corpus.vocabulary.stems).fit_transform(TEXTS)
    assert corpus.matrix.dtype == np.float32
    assert corpus.matrix.toarray() == pytest.approx(peer.toarray(), abs=1e-6)


def test_the_live_index_gives_the_same_weights_without_scikit_learn():
    corpus = Corpus.fit([*TEXTS, " ".join(f"mot{i % 900}" for i in range(1500))])
    counts = corpus.counts
    weights = weigh_rows(counts.data, counts.indices, counts.indptr, corpus.vocabulary.idf)
    assert weights.dtype == np.float32 and weights == pytest.approx(corpus.matrix.data, abs=1e-6)


def test_weights_made_some_rows_at_a_time_are_the_same(monkeypatch):
    whole = Corpus.fit(TEXTS).matrix
    monkeypatch.setattr(tfidf, "_ENTRIES_AT_ONCE", 1)
    assert np.array_equal(Corpus.fit(TEXTS).matrix.data, whole.data)


def test_counts_follow_the_matrix():
    corpus = Corpus.fit(TEXTS)
    column = corpus.vocabulary.positions["horair"]
    assert corpus.counts[1, column] == 2
    assert np.array_equal(corpus.counts.indices, corpus.matrix.indices)


def test_a_huge_text_keeps_its_heaviest_stems():
    texts = [" ".join(f"mot{i}" for i in range(2000)), *("mot1 mot2 mot3" for _ in range(9))]
    corpus = Corpus.fit(texts)
    assert corpus.matrix[[0]].nnz == MAX_STEMS
    assert corpus.counts[[0], [corpus.vocabulary.positions["mot1"]]] == 0
    assert corpus.matrix.power(2).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_a_stem_is_shown_as_people_write_it_most():
    texts = ["Écoles", "écoles", "une école", "les écoles", "INSEE", "l'Insee et l’INSEE", "Horaires"] + [
        "horaires"
    ] * 3
    vocabulary = Corpus.fit(texts).vocabulary
    shown = dict(zip(vocabulary.stems, vocabulary.written, strict=True))
    assert shown == {"ecol": "écoles", "inse": "INSEE", "horair": "horaires"}


def test_each_text_is_read_in_its_language():
    corpus = Corpus.fit(["queries", "requêtes", "query"], ["en", None, "en"])
    assert corpus.vocabulary.stems == ["queri", "requet"]


def test_a_vocabulary_is_saved_and_reopened(tmp_path):
    vocabulary = Corpus.fit(TEXTS).vocabulary
    vocabulary.save(tmp_path / "words.npz")
    again = Vocabulary.open(tmp_path / "words.npz")
    assert again.digest == vocabulary.digest
    assert (again.stems, again.written, again.text_count) == (vocabulary.stems, vocabulary.written, 4)


def test_the_digest_follows_what_changes_a_vector():
    digests = {Corpus.fit(texts).vocabulary.digest for texts in (TEXTS, TEXTS[::-1], TEXTS[:3], [*TEXTS, ""])}
    assert len(digests) == 3


def test_one_text_is_weighed_as_the_corpus_was():
    corpus = Corpus.fit(TEXTS)
    weights = corpus.vocabulary.weights(TEXTS[1])
    row = corpus.matrix[[1]].tocoo()
    assert weights == pytest.approx({corpus.vocabulary.stems[i]: v for i, v in zip(row.col, row.data, strict=True)})


def test_an_unknown_stem_is_as_rare_as_can_be():
    weights = Corpus.fit(TEXTS).vocabulary.weights("bus inconnu")
    assert weights["inconnu"] > weights["bus"]
    assert sum(value**2 for value in weights.values()) == pytest.approx(1)


def test_no_text_at_all_is_an_empty_corpus():
    corpus = Corpus.fit([])
    assert corpus.matrix.shape == (0, 0) and corpus.vocabulary.weights("bus") == {"bus": 1}

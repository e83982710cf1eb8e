"""The estimators: what scikit-learn itself checks, and that they are the product's own vectors and tree."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from ideas.similarity import IdeaTfidf, IdeaTree, subjects
from ideas.similarity.text.tfidf import Corpus

TEXTS = [
    "horaires des bus de la ville",
    "les horaires de bus en ville",
    "piscines municipales ouvertes",
    "tarifs des piscines municipales",
    "cadastre",
    "",
]

# The suite of scikit-learn is numbers; of a reader of texts, as of its own `CountVectorizer`, it checks these.
OF_A_READER_OF_TEXTS = [
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]
EXPECTED_TO_FAIL = {
    "check_clustering": "its rows hold negative numbers, whatever `positive_only` says; a likeness of words has none",
}


@estimator_checks.parametrize_with_checks([IdeaTree()], expected_failed_checks=lambda _tree: EXPECTED_TO_FAIL)
def test_scikit_learn_checks_the_tree(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", OF_A_READER_OF_TEXTS, ids=lambda check: check.__name__)
def test_scikit_learn_checks_the_reader_of_texts(check):
    check("IdeaTfidf", IdeaTfidf())


def test_the_vectors_are_those_of_the_product():
    ours = Corpus.fit(TEXTS)
    vectorizer = IdeaTfidf().fit(TEXTS)
    assert vectorizer.get_feature_names_out().tolist() == ours.vocabulary.stems
    assert np.allclose(vectorizer.transform(TEXTS).toarray(), ours.matrix.toarray(), atol=1e-6)


def test_a_pipeline_finds_the_subjects_of_the_product():
    pipeline = make_pipeline(IdeaTfidf(), IdeaTree())
    assert pipeline.fit_predict(TEXTS).tolist() == subjects(TEXTS).tolist() == [0, 0, 1, 1, -1, -1]


def test_english_has_its_stems():
    assert IdeaTfidf("en").fit(["opening the stations", "open station"]).get_feature_names_out().tolist() == [
        "open",
        "station",
    ]


def test_on_a_whole_graph_the_tree_is_that_of_agglomerative_clustering():
    rows = np.random.default_rng(0).random((40, 6))
    ours = IdeaTree(likeness=0.9, n_neighbors=40, faintest=1e-6).fit(rows)
    peer = AgglomerativeClustering(
        None, metric="precomputed", linkage="average", distance_threshold=0.1, compute_distances=True
    ).fit(pairwise_distances(rows, metric="cosine"))
    assert np.allclose(ours.distances_, peer.distances_, atol=1e-5)
    assert np.array_equal(np.sort(ours.children_), np.sort(peer.children_))
    assert ours.children_.shape == peer.children_.shape and ours.labels_.shape == peer.labels_.shape


def test_pairs_bind_the_tree():
    vectors = IdeaTfidf().fit_transform(TEXTS)
    bound = clone(IdeaTree()).fit(vectors, together=[(0, 4)], apart=[(2, 3)])
    assert bound.labels_.tolist() == [0, 0, -1, -1, 0, -1]


def test_a_negative_number_is_refused():
    with pytest.raises(ValueError, match="Negative"):
        IdeaTree().fit([[1.0, -1.0], [1.0, 0.0]])


def test_serving_pages_never_imports_scikit_learn():
    code = "import sys, ideas.app, ideas.similarity; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

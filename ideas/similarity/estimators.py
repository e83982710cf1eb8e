"""The same vectors and the same tree for a data scientist, as scikit-learn estimators.

Importing scikit-learn takes a second and a half: nothing that serves pages imports this module.

>>> from sklearn.pipeline import make_pipeline
>>> texts = ["horaires des bus de Brest", "piscines de Lyon", "les horaires de bus, Brest"]
>>> make_pipeline(IdeaTfidf(), IdeaTree()).fit_predict(texts).tolist()
[0, -1, 0]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted, check_non_negative, validate_data

from ideas.similarity.clustering.decisions import Decisions, Pair
from ideas.similarity.clustering.levels import FAINTEST, NEIGHBOURS, SUBJECTS
from ideas.similarity.clustering.tree import grow, hash_contents
from ideas.similarity.neighbours.knn_graph import build_knn_graph
from ideas.similarity.text import french


class IdeaTfidf(TransformerMixin, BaseEstimator):
    """Texts to unit vectors: our stems, scikit-learn's weights (log tf × smooth idf, length one, float32).

    `language`: ISO 639-1; English and French have their stems and stop words.
    """

    def __init__(self, language: str = french.DEFAULT_LANGUAGE) -> None:
        self.language = language

    def fit(self, raw_documents: Iterable[str], y: object = None) -> Self:
        """Learn the stems and in how many texts they are."""
        self.fit_transform(raw_documents, y)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: object = None) -> Any:  # noqa: ARG002 -- as in a pipeline
        """Learn the stems of the texts, and weigh them."""
        stems = partial(french.stems, language=french.supported_language(self.language))
        self.counter_ = CountVectorizer(analyzer=stems, dtype=np.float32)
        self.weigher_ = TfidfTransformer(sublinear_tf=True)
        return self.weigher_.fit_transform(self.counter_.fit_transform(raw_documents))

    def transform(self, raw_documents: Iterable[str]) -> Any:
        """Weigh texts as those it was fitted to; a stem never seen counts for nothing."""
        check_is_fitted(self)
        return self.weigher_.transform(self.counter_.transform(raw_documents))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """List the stems, in the order of the columns."""
        check_is_fitted(self)
        return self.counter_.get_feature_names_out(input_features)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


class IdeaTree(ClusterMixin, BaseEstimator):
    """Average link over the graph of nearest rows, by cosine, cut where the mean likeness falls below `likeness`.

    As `AgglomerativeClustering`: `labels_` (but -1 for a row alone), `children_`, `distances_` (1 - mean likeness);
    and `tree_`, which cuts elsewhere without computing again. What the graph does not link is joined last.
    """

    def __init__(
        self,
        likeness: float = SUBJECTS,
        *,
        n_neighbors: int = NEIGHBOURS,
        faintest: float = FAINTEST,
        n_jobs: int | None = None,
    ) -> None:
        self.likeness = likeness
        self.n_neighbors = n_neighbors
        self.faintest = faintest
        self.n_jobs = n_jobs

    def fit(
        self,
        X: ArrayLike,  # noqa: N803 -- scikit-learn's name
        y: object = None,  # noqa: ARG002 -- scikit-learn gives it to every step of a pipeline
        *,
        together: Sequence[Pair] = (),
        apart: Sequence[Pair] = (),
    ) -> Self:
        """Grow the tree of rows without a negative number; `together` and `apart` are pairs of rows that bind it."""
        rows = validate_data(self, X, accept_sparse="csr", dtype=np.float32, ensure_min_samples=2)
        check_non_negative(rows, type(self).__name__)
        rows = csr_array(normalize(rows))
        rows.sort_indices()
        rows.eliminate_zeros()
        ends = zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
        hashes = hash_contents(rows.indices[a:b].tobytes() + rows.data[a:b].tobytes() for a, b in ends)
        link = partial(build_knn_graph, k=self.n_neighbors, likeness=self.faintest, jobs=self.n_jobs)
        self.tree_ = grow(rows, hashes, link, Decisions(together, apart))
        self.labels_ = self.tree_.cut(self.likeness)
        self.children_, likeness, _ = self.tree_.merges
        self.distances_ = 1 - likeness
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

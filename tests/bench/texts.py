"""Rows on corpora of a given size: reading, joining, searching, grouping."""

from __future__ import annotations

import random
import time

import numpy as np
from scipy.sparse import csr_matrix

from ideas.similarity.clustering import duplicates, keywords, levels
from ideas.similarity.clustering.decisions import NOTHING_DECIDED
from ideas.similarity.clustering.tree import grow_on_graph
from ideas.similarity.index import SimilarIndex
from ideas.similarity.neighbours import knn_graph
from ideas.similarity.text.tfidf import Corpus
from tests.bench.rows import memory, row

K, LIKENESS = 10, 0.3
SAMPLE = 10_000
QUERIES = 500


@row("texts to vectors", "ideas")
def read(case):
    case.measure(lambda: Corpus.fit(case.texts))


@row("texts to vectors", "scikit-learn TfidfVectorizer", needs="sklearn")
def read_with_sklearn(case):
    from sklearn.feature_extraction.text import TfidfVectorizer

    case.measure(lambda: TfidfVectorizer(sublinear_tf=True, strip_accents="unicode").fit_transform(case.texts))


@row("neighbour graph", "ideas")
def link(case):
    knn_graph.build_knn_graph(case.matrix[:3000], K, LIKENESS)  # from a warm cache
    graph = case.measure(lambda: knn_graph.build_knn_graph(case.matrix, K, LIKENESS))
    case.note(links=graph.nnz)


@row("neighbour graph", "ideas, SciPy alone", most=20_000)
def link_plainly(case):
    knn_graph._FEW_ROWS = 10**9
    case.note(links=case.measure(lambda: knn_graph.build_knn_graph(case.matrix, K, LIKENESS)).nnz)


@row("neighbour graph", "sparse_dot_topn", needs="sparse_dot_topn")
def link_with_topn(case):
    from sparse_dot_topn import sp_matmul_topn

    some = csr_matrix(case.matrix[:SAMPLE])
    across = csr_matrix(case.matrix.T)
    case.measure(
        lambda: sp_matmul_topn(some, across, top_n=K + 1, threshold=LIKENESS, sort=True, n_threads=2), some.shape[0]
    )


@row("neighbour graph", "scikit-learn NearestNeighbors", most=100_000, needs="sklearn")
def link_with_sklearn(case):
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=K + 1, metric="cosine").fit(csr_matrix(case.matrix))
    some = csr_matrix(case.matrix[:2000])
    case.measure(lambda: near.kneighbors_graph(some, mode="distance"), some.shape[0])


@row("neighbour graph", "string_grouper", most=20_000, needs="string_grouper")
def link_with_string_grouper(case):
    import pandas as pd
    from string_grouper import match_strings

    texts = pd.Series(case.texts)
    case.measure(lambda: match_strings(texts, min_similarity=LIKENESS, max_n_matches=K + 1))


@row("tree of subjects, graph given", "ideas")
def grow(case):
    grow_on_graph(knn_graph.build_knn_graph(case.matrix[:4000], 15, 0.1), np.arange(4000), np.ones(4000, dtype=bool))
    graph = knn_graph.build_knn_graph(case.matrix, levels.NEIGHBOURS, levels.FAINTEST)
    count = graph.shape[0]
    tree = case.measure(lambda: grow_on_graph(graph, np.arange(count), np.ones(count, dtype=bool)))
    case.note(links=graph.nnz, subjects=tree.cut(levels.SUBJECTS).max() + 1)


@row("tree of subjects, graph given", "AgglomerativeClustering, all pairs given", most=10_000, needs="sklearn")
def grow_with_sklearn(case):
    from sklearn.cluster import AgglomerativeClustering

    distances = np.clip(1 - (case.matrix @ case.matrix.T).toarray(), 0, None)
    peer = AgglomerativeClustering(
        None, metric="precomputed", linkage="average", distance_threshold=1 - levels.SUBJECTS
    )
    case.note(subjects=case.measure(lambda: peer.fit(distances)).n_clusters_)


@row("texts to named subjects", "ideas")
def group(case):
    _name_subjects(case.texts[:3000])
    labels, names = case.measure(lambda: _name_subjects(case.texts))
    case.note(subjects=len(names), unclustered=np.mean(labels < 0))


def _name_subjects(texts):
    corpus = Corpus.fit(texts)
    labels = levels.grow_tree(corpus, texts, NOTHING_DECIDED).cut(levels.SUBJECTS)
    return labels, keywords.find_keywords(corpus, texts, labels)


@row("texts to named subjects", "MiniBatchKMeans, 100 told, unnamed", most=100_000, needs="sklearn")
def group_with_kmeans(case):
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    def group():
        vectors = TfidfVectorizer(sublinear_tf=True, strip_accents="unicode").fit_transform(case.texts)
        return MiniBatchKMeans(100, n_init=3, random_state=0).fit_predict(vectors)

    case.note(subjects=len(np.unique(case.measure(group))))


@row("texts to near-duplicates", "ideas")
def group_near(case):
    duplicates.near_duplicates(case.texts[:3000])
    labels = case.measure(lambda: duplicates.near_duplicates(case.texts))
    case.note(groups=labels.max() + 1)


@row("texts to near-duplicates", "string_grouper", most=20_000, needs="string_grouper")
def group_near_with_string_grouper(case):
    import pandas as pd
    from string_grouper import group_similar_strings

    texts = pd.Series(case.texts)
    found = case.measure(lambda: group_similar_strings(texts, min_similarity=duplicates.PROPOSED))
    case.note(groups=(found["group_rep_index"].value_counts() > 1).sum())


@row("one search", "ideas")
def search(case):
    index = SimilarIndex.open(case.folder / "index")
    texts = random.Random(1).sample(case.texts, QUERIES)
    _percentiles(case, index.search, texts)
    starts = [" ".join(text.split()[:4]) for text in texts]
    case.note(four_words_p95_ms=_milliseconds(index.search, starts)[1])
    case.note(private_mb=memory("smaps_rollup", "Private_Dirty"))


@row("one search", "scikit-learn NearestNeighbors", most=100_000, needs="sklearn")
def search_with_sklearn(case):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.neighbors import NearestNeighbors

    vectorizer = TfidfVectorizer(sublinear_tf=True, strip_accents="unicode")
    near = NearestNeighbors(n_neighbors=K, metric="cosine").fit(vectorizer.fit_transform(case.texts))
    texts = random.Random(1).sample(case.texts, 50)
    _percentiles(case, lambda text: near.kneighbors(vectorizer.transform([text])), texts)


@row("one search", "sparse_dot_topn, vector given", needs="sparse_dot_topn")
def search_with_topn(case):
    from sparse_dot_topn import sp_matmul_topn

    across = csr_matrix(case.matrix.T)
    rows = [csr_matrix(case.matrix[[place]]) for place in random.Random(1).sample(range(len(case.texts)), 100)]
    _percentiles(case, lambda one: sp_matmul_topn(one, across, top_n=K, threshold=LIKENESS), rows)


@row("one addition, kept on disk", "ideas")
def add(case):
    index = SimilarIndex.open(case.folder / "index")
    texts = iter(random.Random(2).sample(case.texts, QUERIES))
    _percentiles(case, lambda key: index.add(key, next(texts)), range(10**9, 10**9 + QUERIES))


def _percentiles(case, work, given):
    median, late = case.measure(lambda: _milliseconds(work, given), len(given))
    case.note(p50_ms=median, p95_ms=late)


def _milliseconds(work, given):
    taken = []
    for one in given:
        start = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - start) * 1000)
    return np.percentile(taken, [50, 95])

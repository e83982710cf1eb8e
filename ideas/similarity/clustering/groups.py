"""Which texts say nearly the same, and which speak of the same subject.

Near-duplicates are grouped by average link inside the components of the graph of likenesses, never by the components
themselves: at a million texts the largest of these holds half of them. Subjects are communities of the graph of each
text's nearest neighbours, where a rare word counts for less: rare words tell who copied whom, common ones of what.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from ideas.similarity.clustering.constraints import Blocks
from ideas.similarity.clustering.labels import ALONE, number_groups
from ideas.similarity.clustering.leiden import find_communities

if TYPE_CHECKING:
    from ideas.similarity.text.tfidf import Corpus

# The figures below were chosen on labelled texts: see docs/similarity-groups.md.
PROPOSED = 0.6  # likeness of two ideas that are proposed as duplicates
FEWEST_SHARED = 3  # stems; two texts of one word in common are not duplicates
AVERAGE = 0.75  # of the likeness asked for: how alike the texts of a group are on average
LARGEST_EXACT = 1_500  # texts: beyond, a component is grouped by leaders, in time that follows its edges

NEIGHBOURS, FAINTEST = 15, 0.15  # for subjects: how many nearest, and how alike they must be to say something
LARGE = 100_000  # texts: beyond, fainter links would take hours to find, and nearer ones are many
NEIGHBOURS_OF_LARGE, FAINTEST_OF_LARGE = 10, 0.3
SHARPNESS = 1.5  # power of the likeness: near neighbours decide
DAMPING = 0.5  # power of the idf: a shared word counts by its rarity once, not once for each text
FEWEST_TEXTS = 2  # with a stem: what nobody else says tells nothing of a common subject
MEMORY = 3.0  # times heavier is a link between two texts that the run before put together

_CHUNK = 100_000


def near_duplicates(
    texts: Sequence[str], *, likeness: float = PROPOSED, languages: Sequence[str | None] | None = None
) -> NDArray[np.int64]:
    """Label each text with the number of its group of near-duplicates, -1 when it is alone.

    >>> near_duplicates(["horaires des bus de Brest", "piscines de Lyon", "les horaires de bus, Brest"]).tolist()
    [0, -1, 0]
    """
    from ideas.similarity.neighbours import knn_graph
    from ideas.similarity.text import tfidf

    matrix = tfidf.Corpus.fit(texts, languages).matrix
    return group_near(matrix, near_edges(matrix, knn_graph.build_knn_graph(matrix, 10, likeness), likeness), likeness)


def subject_graph(corpus: Corpus, **workers: Any) -> csr_array:
    """Link each text to those nearest in subject; `workers`: the keywords of `build_knn_graph` that say who works."""
    from ideas.similarity.neighbours import knn_graph
    from ideas.similarity.text import tfidf

    counts, frequencies = corpus.counts, corpus.vocabulary.frequencies
    shared = frequencies[counts.indices] >= FEWEST_TEXTS
    indptr = np.concatenate(([0], np.cumsum(shared)))[counts.indptr].astype(counts.indptr.dtype)
    counts = csr_array((counts.data[shared], counts.indices[shared], indptr), shape=counts.shape)
    matrix = tfidf.weigh_counts(counts, corpus.vocabulary.idf**DAMPING)
    large = matrix.shape[0] > LARGE
    reach = (NEIGHBOURS_OF_LARGE, FAINTEST_OF_LARGE) if large else (NEIGHBOURS, FAINTEST)
    return knn_graph.build_knn_graph(matrix, *reach, **workers)


def near_edges(matrix: csr_array, graph: csr_array, likeness: float = PROPOSED) -> csr_array:
    """Keep of `graph` the links of at least `likeness` whose texts share three stems, or all they have when fewer."""
    links = graph.tocoo()
    near = (links.data >= likeness) & (links.row < links.col)
    rows, columns, likenesses = links.row[near], links.col[near], links.data[near]
    lengths = np.diff(matrix.indptr)
    needed = np.minimum(FEWEST_SHARED, np.minimum(lengths[rows], lengths[columns]))
    kept = _count_shared(matrix, rows, columns) >= needed
    half = csr_array((likenesses[kept], (rows[kept], columns[kept])), shape=graph.shape)
    return csr_array(half + half.T)


def group_near(matrix: csr_array, edges: csr_array, likeness: float = PROPOSED) -> NDArray[np.int64]:
    """Group near-duplicates: `edges` as `near_edges` gives them, rows of `matrix` of length one."""
    _, components = connected_components(edges, directed=False)
    labels = np.full(edges.shape[0], ALONE, dtype=np.int64)
    for members in _list_groups(components):
        if len(members) == 2:
            labels[members] = members[0]
            continue
        within = _link(matrix, members, AVERAGE * likeness) if len(members) <= LARGEST_EXACT else _lead(edges, members)
        labels[members] = members[0] + len(labels) * within
    return number_groups(labels)


def group_subjects(
    graph: csr_array,
    blocks: Blocks | None = None,
    *,
    resolution: float = 1.0,
    seed: int = 0,
    start: NDArray | None = None,
) -> NDArray[np.int64]:
    """Find the subjects of a graph of likenesses, the texts of a block always together.

    `start`, a label a text (-1 for a new one), is what the run before found. The search begins there, and a link inside
    one of its groups is `MEMORY` times heavier, so that what was found stays unless the new texts say otherwise
    (temporal smoothness: Chakrabarti, Kumar and Tomkins, 2006).
    """
    blocks = blocks or Blocks.of(graph.shape[0])
    contracted = _contract(graph, blocks, start)
    beginning = None if start is None else _first_labels(blocks, start)
    communities = find_communities(contracted, blocks.sizes, resolution=resolution, seed=seed, start=beginning)
    labels = number_groups(communities[blocks.of_text], smallest=1)
    linked = np.diff(graph.indptr) > 0
    linked |= blocks.sizes[blocks.of_text] > 1
    labels[~linked] = ALONE
    return number_groups(labels)


def _contract(graph: csr_array, blocks: Blocks, start: NDArray | None) -> csr_array:
    """Sharpen the likenesses, and join the texts of each block into one node."""
    weights = graph.data.astype(np.float64)
    weights **= SHARPNESS
    if start is not None:
        before = np.asarray(start)
        mine = np.repeat(before, np.diff(graph.indptr))
        weights[(mine >= 0) & (mine == before[graph.indices])] *= MEMORY
    sharpened = csr_array((weights, graph.indices, graph.indptr), shape=graph.shape)
    if len(blocks.sizes) == graph.shape[0]:
        return sharpened
    links = sharpened.tocoo()
    rows, columns = blocks.of_text[links.row], blocks.of_text[links.col]
    apart = rows != columns
    contracted = csr_array((links.data[apart], (rows[apart], columns[apart])), shape=(len(blocks.sizes),) * 2)
    contracted.sum_duplicates()
    return contracted


def _first_labels(blocks: Blocks, start: NDArray) -> NDArray[np.int64]:
    """Give each block the label its first text had."""
    first = np.full(len(blocks.sizes), ALONE, dtype=np.int64)
    first[blocks.of_text[::-1]] = np.asarray(start)[::-1]
    return first


def _count_shared(matrix: csr_array, rows: NDArray, columns: NDArray) -> NDArray[np.int64]:
    """Count the stems in common, pair by pair, a chunk at a time."""
    has = csr_array((np.ones(matrix.nnz, dtype=np.int16), matrix.indices, matrix.indptr), shape=matrix.shape)
    counts = [
        np.asarray(has[rows[at : at + _CHUNK]].multiply(has[columns[at : at + _CHUNK]]).sum(axis=1)).ravel()
        for at in range(0, len(rows), _CHUNK)
    ]
    return np.concatenate(counts) if counts else np.zeros(0, dtype=np.int64)


def _list_groups(components: NDArray) -> list[NDArray[np.int64]]:
    """List the members of each component of two or more."""
    order = np.argsort(components, kind="stable")
    order = order[np.bincount(components)[components[order]] > 1]
    return np.split(order, np.flatnonzero(np.diff(components[order])) + 1) if len(order) else []


def _link(matrix: csr_array, members: NDArray, average: float) -> NDArray[np.int64]:
    """Cut the average-link tree of a component where two groups are less than `average` alike."""
    rows = matrix[members]
    distances = 1 - np.clip((rows @ rows.T).toarray(), 0, 1).astype(np.float64)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform((distances + distances.T) / 2, checks=False), "average")
    return fcluster(tree, 1 - average, "distance").astype(np.int64)


def _lead(edges: csr_array, members: NDArray) -> NDArray[np.int64]:
    """Let the best linked texts lead: each other text joins the leader most like it, if it is linked to one."""
    inside = edges[members][:, members]
    weights = np.asarray(inside.sum(axis=1)).ravel()
    leader = np.full(len(members), ALONE, dtype=np.int64)
    for text in np.lexsort((np.arange(len(members)), -weights)):
        start, end = inside.indptr[text : text + 2]
        linked, likenesses = inside.indices[start:end], inside.data[start:end]
        leads = leader[linked] == linked
        leader[text] = linked[leads][np.argmax(likenesses[leads])] if leads.any() else text
    return leader

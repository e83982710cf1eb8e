"""Live search: a base segment on disk, what was added since in memory, a log of what was written."""

from ideas.similarity.index.array_file import IndexDamaged
from ideas.similarity.index.segmented_index import Found
from ideas.similarity.index.similar_index import SimilarIndex
from ideas.similarity.index.word_index import WordIndex
from ideas.similarity.index.word_segments import Ranking

__all__ = ["Found", "IndexDamaged", "Ranking", "SimilarIndex", "WordIndex"]

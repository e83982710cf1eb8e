"""Live search for similar texts: a base segment on disk, a delta segment in memory, a log of what was written."""

from ideas.similarity.index.array_file import IndexDamaged
from ideas.similarity.index.segmented_index import Found
from ideas.similarity.index.similar_index import SimilarIndex

__all__ = ["Found", "IndexDamaged", "SimilarIndex"]

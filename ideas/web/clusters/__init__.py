"""Clusters as everybody sees them."""

from ideas.web.clusters.views import bp

__all__ = ["bp"]

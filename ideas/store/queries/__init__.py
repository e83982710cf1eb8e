"""One function a question, one module a subject: `queries.ideas.find`."""

from ideas.store.queries import (
    campaigns,
    clusters,
    decisions,
    directories,
    editions,
    feeds,
    ideas,
    jobs,
    lists,
    moderation,
    news,
    people,
    readiness,
    runs,
    subjects,
    triage,
)

__all__ = [
    "campaigns",
    "clusters",
    "decisions",
    "directories",
    "editions",
    "feeds",
    "ideas",
    "jobs",
    "lists",
    "moderation",
    "news",
    "people",
    "readiness",
    "runs",
    "subjects",
    "triage",
]

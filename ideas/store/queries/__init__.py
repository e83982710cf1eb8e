"""One function a question, one module a subject: `queries.ideas.find`."""

from ideas.store.queries import (
    campaigns,
    clusters,
    decisions,
    directories,
    editions,
    ideas,
    jobs,
    lists,
    moderation,
    people,
    readiness,
    runs,
    subjects,
    supports,
    triage,
)

__all__ = [
    "campaigns",
    "clusters",
    "decisions",
    "directories",
    "editions",
    "ideas",
    "jobs",
    "lists",
    "moderation",
    "people",
    "readiness",
    "runs",
    "subjects",
    "supports",
    "triage",
]

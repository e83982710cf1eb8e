"""The tables, one module a room of the product; importing this package declares them all."""

from ideas.store.models.answers import Answer
from ideas.store.models.campaigns import Campaign, Edition, Producer, Territory
from ideas.store.models.clusters import Cluster, Constraint, Lineage, Membership, NearPair, Run, RunCluster
from ideas.store.models.datasets import Dataset
from ideas.store.models.decisions import Decision, Merge
from ideas.store.models.ideas import Idea, Vote
from ideas.store.models.jobs import Job
from ideas.store.models.people import Appointment, Identity, OutboxMail, Person, SignIn
from ideas.store.models.typed_ideas import TypedIdea

__all__ = [
    "Answer",
    "Appointment",
    "Campaign",
    "Cluster",
    "Constraint",
    "Dataset",
    "Decision",
    "Edition",
    "Idea",
    "Identity",
    "Job",
    "Lineage",
    "Membership",
    "Merge",
    "NearPair",
    "OutboxMail",
    "Person",
    "Producer",
    "Run",
    "RunCluster",
    "SignIn",
    "Territory",
    "TypedIdea",
    "Vote",
]

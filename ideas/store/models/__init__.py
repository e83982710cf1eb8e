"""The tables, one module a room of the product; importing this package declares them all."""

from ideas.store.models.answers import Answer, AnswerOpinion, AnswerTemplate
from ideas.store.models.assignees import Assignee
from ideas.store.models.campaigns import Campaign, Edition, Producer, Territory
from ideas.store.models.claims import Claim
from ideas.store.models.clusters import Cluster, Lineage, Membership, NearIdeas, NearPair, Run, RunCluster
from ideas.store.models.comments import Comment
from ideas.store.models.datasets import Dataset
from ideas.store.models.decisions import Decision, Merge
from ideas.store.models.file_imports import FileImport, SavedMapping
from ideas.store.models.handling import HandlingStep, Question
from ideas.store.models.hits import Hit
from ideas.store.models.ideas import Idea, Vote
from ideas.store.models.internal_notes import InternalNote
from ideas.store.models.jobs import Job
from ideas.store.models.news import Event, Follow, Notice
from ideas.store.models.people import (
    AddressChange,
    Appointment,
    Identity,
    OutboxMail,
    Person,
    RecoveryCode,
    SecondFactor,
    SecurityKey,
    Session,
    SignIn,
)
from ideas.store.models.prepared import PreparedAnswer, PreparedIdea
from ideas.store.models.proofs import SpentProof
from ideas.store.models.reports import Report
from ideas.store.models.resemblances import Resemblance
from ideas.store.models.reviews import Constraint, Review, ReviewMember, Undo
from ideas.store.models.revisions import Revision, RevisionChange
from ideas.store.models.second_readings import SecondDraw, SecondPair
from ideas.store.models.typed_ideas import TypedIdea
from ideas.store.models.uses import VoteUse
from ideas.store.models.waves import Wave, WaveIdea

__all__ = [
    "AddressChange",
    "Answer",
    "AnswerOpinion",
    "AnswerTemplate",
    "Appointment",
    "Assignee",
    "Campaign",
    "Claim",
    "Cluster",
    "Comment",
    "Constraint",
    "Dataset",
    "Decision",
    "Edition",
    "Event",
    "FileImport",
    "Follow",
    "HandlingStep",
    "Hit",
    "Idea",
    "Identity",
    "InternalNote",
    "Job",
    "Lineage",
    "Membership",
    "Merge",
    "NearIdeas",
    "NearPair",
    "Notice",
    "OutboxMail",
    "Person",
    "PreparedAnswer",
    "PreparedIdea",
    "Producer",
    "Question",
    "RecoveryCode",
    "Report",
    "Resemblance",
    "Review",
    "ReviewMember",
    "Revision",
    "RevisionChange",
    "Run",
    "RunCluster",
    "SavedMapping",
    "SecondDraw",
    "SecondFactor",
    "SecondPair",
    "SecurityKey",
    "Session",
    "SignIn",
    "SpentProof",
    "Territory",
    "TypedIdea",
    "Undo",
    "Vote",
    "VoteUse",
    "Wave",
    "WaveIdea",
]

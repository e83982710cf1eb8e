"""Taking a passage out of everything that is said about an idea: its texts, notes, questions, names, and mails to come.

The words are replaced, not covered: nothing that is shown, searched, exported or mailed has them any more. What they
were is kept beside the decision for a week (`retention.REDACTED`), for it alone to be taken back; then nobody has it.
"""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.handled import DEPENDED_ON
from ideas.actions.ideas import reckon
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, NotFound, RuleBroken, WrongState
from ideas.domain.events import EventKind
from ideas.domain.ideas import BY_NAME
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.publication import REASONS
from ideas.domain.redaction import check_passage, redact, without_words
from ideas.domain.signals import TYPED
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    Cluster,
    Comment,
    Decision,
    HandlingStep,
    Idea,
    InternalNote,
    Membership,
    NearIdeas,
    NearPair,
    OutboxMail,
    PreparedAnswer,
    PreparedIdea,
    Question,
    Report,
    Revision,
    RevisionChange,
    RunCluster,
    Undo,
    Vote,
    VoteUse,
)
from ideas.store.visibility import Actor, visible_to

# The texts that are replaced, and taken back: each kind of row by a word that is kept with what it was.
TABLES: dict[str, Any] = {
    "idea": Idea,
    "question": Question,
    "decision": Decision,
    "cluster": Cluster,
    "answer": Answer,
    "prepared": PreparedAnswer,
    "use": VoteUse,
    "comment": Comment,
    "change": RevisionChange,
    "note": InternalNote,
    "report": Report,
}


@transaction()
def redact_passage(idea_id: int, passage: str, *, reason: str, actor: Actor, now: datetime) -> Decision:
    """Put a visible mark in place of a passage wherever it is said about an idea; the register tells that it was done.

    Raises `NotFound`, `NotAllowed`, or `RuleBroken` when it is nowhere, too short, or the reason is of no list.
    """
    check_can_somewhere(actor, Permission.MODERATE)
    passage = check_passage(passage)
    if reason not in REASONS:
        raise WrongState(N_("Choisissez la raison de cette décision : elle sera publique."))
    kept = sa.select(Idea).where(Idea.id == idea_id, visible_to(actor)).with_for_update()
    idea = db.session.scalar(kept.execution_options(populate_existing=True))
    if idea is None:
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    before = "\n".join(getattr(idea, name) for name in TYPED)
    changes = [one for kind, rows in _list_rows(idea).items() for one in _redact_rows(kind, rows, passage)]
    if not changes:
        raise RuleBroken(N_("Ce passage n’est écrit nulle part dans l’idée ni dans ce qui l’accompagne."))
    reckon(idea)
    after = "\n".join(getattr(idea, name) for name in TYPED)
    if before != after:
        _forget_words(idea, passage, after)
    _redact_mails(passage)
    given: dict[str, Any] = {"permission": Permission.MODERATE, "campaign_id": idea.campaign_id, "now": now}
    decision = record_decision(DecisionKind.REDACT, actor, idea_id=idea_id, reason=reason, **given)
    # Its author wrote the idea, and their replies to the team; what others wrote about it is not theirs.
    if before != after or any(kind == "question" and column == "reply" for kind, _id, column, *_ in changes):
        tell(EventKind.REDACTED, [idea_id], by=actor.id, now=now, decision_id=decision.id)
    db.session.add(Undo(decision_id=decision.id, changes={"redacted": changes, "idea": idea_id}))
    db.session.flush()
    return decision


def take_back_redaction(changes: Mapping[str, Any]) -> None:
    """Write again what a redaction replaced; raises `WrongState` when something of it changed since."""
    for kind, key, column, before, after in changes["redacted"]:
        row = db.session.get(TABLES[kind], key, with_for_update=True, populate_existing=True)
        if row is None and kind == "prepared":
            continue  # published since, as it was, or thrown away: there is nothing to write again
        if row is None:
            raise WrongState(DEPENDED_ON)
        if getattr(row, column) != after:
            raise WrongState(DEPENDED_ON)
        setattr(row, column, before)
    reckon(db.session.get_one(Idea, changes["idea"]))


def _list_rows(idea: Idea) -> dict[str, list[Any]]:
    """Return all the rows that hold words about an idea, by kind."""
    clusters = sa.select(Membership.cluster_id).where(Membership.idea_id == idea.id)
    prepared = sa.select(PreparedIdea.prepared_id).where(PreparedIdea.idea_id == idea.id)
    # One that was corrected or taken back may be brought back.
    former = sa.select(HandlingStep.answer_id).where(HandlingStep.idea_id == idea.id)
    is_answer = sa.or_(Answer.id == idea.answer_id, Answer.id.in_(former))
    steps = sa.select(HandlingStep.decision_id).where(HandlingStep.idea_id == idea.id)
    of_idea = sa.or_(Decision.idea_id == idea.id, Decision.other_idea_id == idea.id, Decision.id.in_(steps))
    about = sa.or_(of_idea, Decision.cluster_id.in_(clusters))
    return {
        "idea": [idea],
        "question": list(db.session.scalars(sa.select(Question).where(Question.idea_id == idea.id))),
        "decision": list(db.session.scalars(sa.select(Decision).where(about, Decision.note != ""))),
        "cluster": list(db.session.scalars(sa.select(Cluster).where(Cluster.id.in_(clusters), Cluster.name != ""))),
        "answer": list(db.session.scalars(sa.select(Answer).where(is_answer))),
        "prepared": list(db.session.scalars(sa.select(PreparedAnswer).where(PreparedAnswer.id.in_(prepared)))),
        "use": list(db.session.scalars(sa.select(VoteUse).join(Vote).where(Vote.idea_id == idea.id))),
        "comment": list(db.session.scalars(sa.select(Comment).where(Comment.idea_id == idea.id))),
        "change": list(db.session.scalars(sa.select(RevisionChange).join(Revision).where(Revision.idea_id == idea.id))),
        "note": list(db.session.scalars(sa.select(InternalNote).where(InternalNote.idea_id == idea.id))),
        "report": list(db.session.scalars(sa.select(Report).where(Report.idea_id == idea.id))),
    }


COLUMNS = {
    "idea": TYPED,
    "question": ("text", "reply"),
    "decision": ("note",),
    "cluster": ("name",),
    "answer": ("text", "legal_basis", "dataset_url"),
    "prepared": ("text", "legal_basis", "dataset_url"),
    "use": ("text",),
    "comment": ("text",),
    "change": ("before", "after"),
    "note": ("text",),
    "report": ("note",),
}


def _redact_rows(kind: str, rows: list[Any], passage: str) -> list[list[Any]]:
    """Replace a passage in rows of a kind; return what changed: kind, number, column, before and after."""
    changed = []
    for row in rows:
        for column in COLUMNS[kind]:
            text = getattr(row, column)
            if passage not in text:
                continue
            changed.append([kind, row.id, column, text, _put(row, kind, column, redact(text, passage))])
            if kind == "decision" and row.note_salt:
                # With its salt anybody could try words against the hash: the chain verifies without either.
                changed.append([kind, row.id, "note_salt", row.note_salt, ""])
                row.note_salt = ""
    return changed


def _put(row: Any, kind: str, column: str, text: str) -> str:
    longest = sa.inspect(type(row)).columns[column].type.length
    is_address = column == "dataset_url" or (kind == "idea" and BY_NAME[column].is_address)
    kept = "" if is_address else text[:longest] if longest else text
    setattr(row, column, kept)
    return kept


def _forget_words(idea: Idea, passage: str, kept: str) -> None:
    """Take the words that only the passage said out of what the machine had noted about the idea."""
    own = sa.or_(NearPair.first_id == idea.id, NearPair.second_id == idea.id)
    for pair in db.session.scalars(sa.select(NearPair).where(own)):
        words = [one for one in pair.shared.get("words", []) if without_words([one[0]], passage, kept)]
        pair.shared = {**pair.shared, "words": words}
    near = db.session.scalars(sa.select(NearIdeas).where(NearIdeas.idea_id == idea.id)).all()
    others = [number for one in near for number, _, _ in one.near]
    for one in (*near, *db.session.scalars(sa.select(NearIdeas).where(NearIdeas.idea_id.in_(others)))):
        one.near = [
            [number, likeness, without_words(words, passage, kept) if idea.id in (one.idea_id, number) else words]
            for number, likeness, words in one.near
        ]
    for cluster in db.session.scalars(sa.select(RunCluster).where(RunCluster.named_after_id == idea.id)):
        cluster.title = redact(cluster.title, passage)


def _redact_mails(passage: str) -> None:
    """Replace a passage in every mail that is kept, sent or not: one that waits must not leave with it."""
    html = _escape(passage)
    holds = sa.or_(OutboxMail.body.contains(passage, autoescape=True), OutboxMail.html.contains(html, autoescape=True))
    in_subject = OutboxMail.subject.contains(passage, autoescape=True)
    for mail in db.session.scalars(sa.select(OutboxMail).where(sa.or_(holds, in_subject))):
        mail.body, mail.html = redact(mail.body, passage), redact(mail.html, html)
        mail.subject = redact(mail.subject, passage)[:300]


def _escape(text: str) -> str:
    """Return a text as the templates of mails write it."""
    return escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")

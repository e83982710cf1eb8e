"""Taking words that must go out of the register, whose chain still verifies."""

from datetime import datetime

from ideas.actions.decisions import record_decision
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound, RuleBroken
from ideas.domain.permissions import Permission
from ideas.domain.texts import clean_text, one_line
from ideas.store.database import db
from ideas.store.models import Decision
from ideas.store.visibility import Actor


@transaction()
def seal_note(decision_id: int, *, reason: str, actor: Actor, now: datetime) -> Decision:
    """Drop the note of a decision for good, for a public reason; the chain still verifies without it.

    Raises `NotFound`, `NotAllowed` unless `actor` owns the campaign, `RuleBroken` without a reason, `AlreadyDone` when
    there is nothing to drop.
    """
    sealed = db.session.get(Decision, decision_id)
    if sealed is None:
        raise NotFound(N_("Cette décision n’existe pas."))
    reason = one_line(clean_text(reason))
    decision = record_decision(
        DecisionKind.SEAL_NOTE,
        actor,
        permission=Permission.OWN,
        campaign_id=sealed.campaign_id,
        now=now,
        note=f"n° {decision_id} : {reason}",
    )
    if not reason:
        raise RuleBroken(N_("Dites pourquoi ce texte est retiré : la raison est publique."))
    if not sealed.note or not sealed.note_salt:
        raise AlreadyDone(N_("Cette décision n’a pas de texte à retirer."))
    sealed.note = sealed.note_salt = ""
    return decision

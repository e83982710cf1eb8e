"""Texts that the answers of a campaign begin with: written once by its staff, picked in the form of an answer."""

from dataclasses import dataclass

import sqlalchemy as sa

from ideas.actions.answers import LONGEST_ANSWER
from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, Invalid, NotFound, RuleBroken, WrongState
from ideas.domain.handling import OUTCOMES, Handling
from ideas.domain.permissions import Permission, Subject, check_can
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.store.database import advisory_lock, db
from ideas.store.models import AnswerTemplate
from ideas.store.visibility import Actor

LONGEST_TITLE = 120
MOST_TEMPLATES = 100


@dataclass(frozen=True)
class TemplateText:
    """What a template says: its name, what the answer concludes, and the text, brackets around what is to complete."""

    title: str
    outcome: str
    text: str


@transaction(is_public=False)
def save_template(
    campaign_id: int, said: TemplateText, *, actor: Actor, replacing: int | None = None
) -> AnswerTemplate:
    """Keep a template of a campaign, or write one anew; raises `Invalid`, `NotFound`, `NotAllowed` or `WrongState`."""
    check_can(actor, Permission.ANSWER, Subject(campaign_id))
    advisory_lock(f"templates of {campaign_id}")  # two of one name would meet at the unique key
    title, text = one_line(clean_text(said.title)), clean_text(said.text)
    own = list(db.session.scalars(sa.select(AnswerTemplate).where(AnswerTemplate.campaign_id == campaign_id)))
    _check(title, said.outcome, text, {one.title for one in own if one.id != replacing})
    row = next((one for one in own if one.id == replacing), None)
    if row is None and replacing is not None:
        raise NotFound(N_("Ce modèle n’existe plus."))
    if row is None and len(own) >= MOST_TEMPLATES:
        raise WrongState(N_("Cette campagne a déjà %(most)s modèles : supprimez-en un d’abord."), most=MOST_TEMPLATES)
    row = row or AnswerTemplate(campaign_id=campaign_id)
    row.title, row.outcome, row.text = title, Handling(said.outcome), text
    db.session.add(row)
    db.session.flush()
    return row


@transaction(is_public=False)
def remove_template(number: int, *, actor: Actor) -> None:
    """Throw a template away; the answers that began with it keep their words. Raises `NotFound`, `NotAllowed`."""
    row = db.session.get(AnswerTemplate, number)
    if row is None:
        raise NotFound(N_("Ce modèle n’existe plus."))
    check_can(actor, Permission.ANSWER, Subject(row.campaign_id))
    db.session.delete(row)


def _check(title: str, outcome: str, text: str, taken: set[str]) -> None:
    errors: dict[str, RuleBroken] = {}
    if outcome not in OUTCOMES:
        errors["outcome"] = RuleBroken(N_("Choisissez ce que conclut la réponse."))
    for name, said, longest in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_ANSWER)):
        try:
            check_text(said, longest=longest)
        except RuleBroken as refusal:
            errors[name] = refusal
    if not title:
        errors["title"] = RuleBroken(N_("Donnez un nom à ce modèle."))
    elif title in taken:
        errors["title"] = RuleBroken(N_("Un autre modèle porte déjà ce nom."))
    if not text:
        errors["text"] = RuleBroken(N_("Écrivez le texte du modèle."))
    if errors:
        raise Invalid(errors)

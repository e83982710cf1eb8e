"""Why a body may refuse data: a closed list, each reason with the article it rests on, and the ways on from there.

The articles are those of the code of relations between the public and the administration. They were gathered by the
authors of this software, not by counsel: `CONFIRMED_BY_COUNSEL` says so, and the pages do too.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from ideas.domain.errors import N_

CODE = N_("Code des relations entre le public et l’administration, %(article)s")
CONFIRMED_BY_COUNSEL = False
NOT_HELD = "not_held"


class Refusal(NamedTuple):
    """A reason of the closed list: what it is called, and the article that allows it."""

    label: str
    article: str


REFUSALS = {
    "not_final": Refusal(N_("Document inachevé"), "article L. 311-2"),
    "preparatory": Refusal(N_("Document préparatoire à une décision en cours"), "article L. 311-2"),
    "already_public": Refusal(N_("Document déjà diffusé publiquement"), "article L. 311-2"),
    "disproportionate": Refusal(N_("Demande abusive ou charge disproportionnée"), "article L. 311-2"),
    "state_secrets": Refusal(
        N_("Secret du Gouvernement, de la défense ou de la politique extérieure"), "article L. 311-5, 2°"
    ),
    "security": Refusal(N_("Sûreté de l’État, sécurité publique ou des personnes"), "article L. 311-5, 2°, d"),
    "judicial": Refusal(N_("Procédure devant une juridiction"), "article L. 311-5, 2°, f"),
    "other_secrets": Refusal(N_("Autre secret protégé par la loi"), "article L. 311-5, 2°, h"),
    "personal_data": Refusal(N_("Vie privée, secret médical"), "article L. 311-6, 1°"),
    "commercial_secrecy": Refusal(N_("Secret des affaires"), "article L. 311-6, 1°"),
    "judgement": Refusal(N_("Appréciation ou jugement sur une personne"), "article L. 311-6, 2°"),
    "masking": Refusal(N_("Communicable seulement après occultation"), "article L. 311-7"),
    "does_not_exist": Refusal(N_("Donnée inexistante ou jamais recueillie"), "article L. 311-1"),
    NOT_HELD: Refusal(N_("Donnée non détenue par cet organisme"), "article L. 311-2"),
    "third_party": Refusal(N_("Droits d’un tiers sur le document"), "article L. 311-4"),
    "statistical_secrecy": Refusal(N_("Secret statistique"), "article L. 311-5, 2°, h"),
}


def find_legal_basis(reason: str) -> str:
    """Return the article that a reason rests on, as an answer cites it; nothing for what is no reason.

    >>> find_legal_basis("security")
    'Code des relations entre le public et l’administration, article L. 311-5, 2°, d'
    """
    return CODE % {"article": REFUSALS[reason].article} if reason in REFUSALS else ""


# Silence for so long is a refusal; the commission is then seized within so long (articles R. 311-13 and R. 343-1).
SILENCE_MONTHS, APPEAL_MONTHS = 1, 2


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later, or the last day of that month.

    >>> add_months(date(2026, 12, 31), 2)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + year, month + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


def last_appeal_day(refused_on: date) -> date:
    """Return the last day on which the commission (CADA) may be seized of a refusal."""
    return add_months(refused_on, APPEAL_MONTHS)


def is_silent(routed_at: datetime | None, today: date) -> bool:
    """Tell whether a body that was asked has said nothing for so long that it is a refusal."""
    return routed_at is not None and today > add_months(routed_at.date(), SILENCE_MONTHS)

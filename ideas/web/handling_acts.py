"""What may be done about a request, in words: what the form offers, and what the bench leads to at once."""

from ideas.domain.errors import N_
from ideas.domain.handling import Handling

ROUTE, ASK, REOPEN, CORRECT, TAKE_BACK = "route", "question", "reopen", "correct", "withdraw"
FLAG, UNFLAG = "flag", "unflag"
ACTS = {
    ROUTE: N_("Transmettre à un organisme"),
    ASK: N_("Poser une question à l’auteur"),
    Handling.SCHEDULED: N_("Promettre une date"),
    Handling.POSTPONED: N_("Reporter, sans date"),
    Handling.OPENED: N_("Répondre : les données sont ouvertes"),
    Handling.ALREADY_OPEN: N_("Répondre : elles étaient déjà ouvertes"),
    Handling.PARTLY_OPENED: N_("Répondre : ouvertes en partie"),
    Handling.REFUSED: N_("Répondre : refus"),
    Handling.NOT_HELD: N_("Répondre : donnée non détenue"),
    Handling.OUT_OF_SCOPE: N_("Répondre : hors du champ de l’appel"),
    CORRECT: N_("Corriger la réponse donnée"),
    TAKE_BACK: N_("Retirer la réponse donnée"),
    REOPEN: N_("Rouvrir la demande"),
    FLAG: N_("Signaler des données de forte valeur"),
    UNFLAG: N_("Ne plus les signaler comme de forte valeur"),
}
# On the digits of the bench, in this order.
QUICK = (
    Handling.OPENED,
    Handling.ALREADY_OPEN,
    Handling.PARTLY_OPENED,
    Handling.SCHEDULED,
    Handling.REFUSED,
    Handling.NOT_HELD,
    Handling.OUT_OF_SCOPE,
    ROUTE,
    ASK,
)

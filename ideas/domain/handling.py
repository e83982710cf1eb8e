"""Where the request for data stands: the second axis, moved by staff or the producer only."""

from enum import StrEnum

from ideas.domain.errors import N_


class Handling(StrEnum):
    """The states of the request for data, beside publication."""

    RECEIVED = "received"
    ROUTED = "routed"
    AWAITING_PRODUCER = "awaiting_producer"
    QUESTION_TO_AUTHOR = "question_to_author"
    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    OPENED = "opened"
    ALREADY_OPEN = "already_open"
    PARTLY_OPENED = "partly_opened"
    REFUSED = "refused"
    NOT_HELD = "not_held"
    OUT_OF_SCOPE = "out_of_scope"
    ABANDONED = "abandoned"


H = Handling

CLOSED = (H.OPENED, H.ALREADY_OPEN, H.PARTLY_OPENED, H.REFUSED, H.NOT_HELD, H.OUT_OF_SCOPE, H.ABANDONED)

STATE_NAMES = {
    H.RECEIVED: N_("Reçue"),
    H.ROUTED: N_("Transmise"),
    H.AWAITING_PRODUCER: N_("En attente du producteur"),
    H.QUESTION_TO_AUTHOR: N_("Question posée à l’auteur"),
    H.SCHEDULED: N_("Ouverture prévue"),
    H.POSTPONED: N_("Reportée"),
    H.OPENED: N_("Ouverte"),
    H.ALREADY_OPEN: N_("Déjà ouverte"),
    H.PARTLY_OPENED: N_("Ouverte en partie"),
    H.REFUSED: N_("Refusée par le producteur"),
    H.NOT_HELD: N_("Donnée non détenue"),
    H.OUT_OF_SCOPE: N_("Hors du champ"),
    H.ABANDONED: N_("Abandonnée"),
}

TONES = {
    H.OPENED: "good",
    H.ALREADY_OPEN: "good",
    H.PARTLY_OPENED: "good",
    H.SCHEDULED: "good",
    H.QUESTION_TO_AUTHOR: "warn",
    H.POSTPONED: "warn",
    H.REFUSED: "bad",
}

REFUSAL_REASONS = {
    "personal_data": N_("Données personnelles"),
    "commercial_secrecy": N_("Secret des affaires"),
    "security": N_("Sécurité publique"),
    "not_final": N_("Document inachevé"),
    "disproportionate": N_("Charge disproportionnée"),
}

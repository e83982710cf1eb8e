"""Where an idea stands before the public: the first axis, and every way from one state to another."""

from enum import StrEnum

from ideas.domain.errors import N_, WrongState


class Publication(StrEnum):
    """The publication states of an idea."""

    DRAFT = "draft"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    AWAITING_REVIEW = "awaiting_review"
    PUBLISHED = "published"
    REFUSED = "refused"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Moderation(StrEnum):
    """When the team of a campaign reads an idea: before it is public, or after."""

    BEFORE = "before"
    AFTER = "after"


class Verdict(StrEnum):
    """What somebody may decide about the publication of an idea."""

    SEND = "send"
    CONFIRM = "confirm"
    PUBLISH = "publish"
    APPROVE = "approve"
    REFUSE = "refuse"
    HIDE = "hide"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    RESEND = "resend"


P, V = Publication, Verdict

OUTCOMES = {
    (P.DRAFT, V.SEND): P.AWAITING_CONFIRMATION,
    (P.DRAFT, V.CONFIRM): P.AWAITING_REVIEW,
    (P.AWAITING_CONFIRMATION, V.CONFIRM): P.AWAITING_REVIEW,
    (P.AWAITING_REVIEW, V.PUBLISH): P.PUBLISHED,
    (P.AWAITING_REVIEW, V.REFUSE): P.REFUSED,
    (P.AWAITING_REVIEW, V.MERGE): P.MERGED,
    (P.AWAITING_REVIEW, V.WITHDRAW): P.WITHDRAWN,
    (P.REFUSED, V.PUBLISH): P.PUBLISHED,
    (P.REFUSED, V.WITHDRAW): P.WITHDRAWN,
    (P.REFUSED, V.RESEND): P.AWAITING_REVIEW,
    (P.AWAITING_REVIEW, V.RESEND): P.AWAITING_REVIEW,
    # Of one that was put online unread, which it says no more.
    (P.PUBLISHED, V.APPROVE): P.PUBLISHED,
    (P.PUBLISHED, V.HIDE): P.HIDDEN,
    (P.PUBLISHED, V.MERGE): P.MERGED,
    (P.PUBLISHED, V.WITHDRAW): P.WITHDRAWN,
    (P.HIDDEN, V.RESTORE): P.PUBLISHED,
    (P.HIDDEN, V.WITHDRAW): P.WITHDRAWN,
    # What leaves the public leaves its family first: its merge is undone, and those into it.
    (P.MERGED, V.HIDE): P.HIDDEN,
    (P.MERGED, V.WITHDRAW): P.WITHDRAWN,
}

MUST_SAY_WHY = {V.REFUSE, V.HIDE}

STATE_NAMES = {
    P.DRAFT: N_("Brouillon"),
    P.AWAITING_CONFIRMATION: N_("En attente de confirmation par courriel"),
    P.AWAITING_REVIEW: N_("En attente de relecture"),
    P.PUBLISHED: N_("Publiée"),
    P.REFUSED: N_("Non publiée"),
    P.HIDDEN: N_("Masquée"),
    P.WITHDRAWN: N_("Retirée par son auteur"),
    P.MERGED: N_("Réunie à une autre idée"),
}

REASONS = {
    "personal_data": N_("Contient des données personnelles"),
    "off_topic": N_("Ne porte pas sur des données publiques"),
    "illegal": N_("Propos contraires à la loi"),
    "advertising": N_("Publicité"),
    "unintelligible": N_("Incompréhensible"),
    "duplicate": N_("Déjà envoyée par la même personne"),
    "other": N_("Autre raison"),
}


def decide(state: Publication, verdict: Verdict) -> Publication:
    """Return the state that follows `verdict`; raise `WrongState` when it cannot be given."""
    try:
        return OUTCOMES[state, verdict]
    except KeyError:
        raise WrongState(
            N_("Cette idée a changé entre-temps (« %(state)s ») : cette action n’est plus possible."),
            state=STATE_NAMES[state],
        ) from None


def receive(state: Publication, moderation: Moderation, *, looks_personal: bool) -> Publication:
    """Return where an idea stands once its author is known: what looks personal is read before anybody else sees it.

    >>> receive(Publication.DRAFT, Moderation.AFTER, looks_personal=False).value
    'published'
    """
    received = decide(state, Verdict.CONFIRM)
    waits = moderation is Moderation.BEFORE or looks_personal
    return received if waits else decide(received, Verdict.PUBLISH)


def can_withdraw(state: Publication) -> bool:
    """Tell whether its author may withdraw an idea in `state`."""
    return (state, Verdict.WITHDRAW) in OUTCOMES


def can_resend(state: Publication) -> bool:
    """Tell whether its author may correct an idea in `state` and send it again."""
    return (state, Verdict.RESEND) in OUTCOMES


def check_reason(verdict: Verdict, reason: str | None) -> None:
    """Raise `WrongState` when `verdict` needs a reason of the closed list and has none."""
    if verdict in MUST_SAY_WHY and reason not in REASONS:
        raise WrongState(N_("Choisissez la raison de cette décision : elle sera publique."))

"""What people are told of: each kind of event, who hears of it, and how soon."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol

from ideas.domain.errors import N_
from ideas.domain.handling import OUTCOMES, STATE_NAMES, Handling
from ideas.domain.publication import REASONS
from ideas.domain.refusals import REFUSALS


class EventKind(StrEnum):
    """What happens to an idea, that somebody who spoke is waiting to know."""

    RECEIVED = "received"
    ONLINE = "online"
    PUBLISHED = "published"
    REFUSED = "refused"
    HIDDEN = "hidden"
    RESTORED = "restored"
    MERGED = "merged"
    UNMERGED = "unmerged"
    WITHDRAWN = "withdrawn"
    ROUTED = "routed"
    QUESTION = "question"
    PROMISED = "promised"
    ANSWERED = "answered"
    OPENED = "opened"
    CORRECTED = "corrected"
    REOPENED = "reopened"
    REPLY_PUBLISHED = "reply_published"
    REPLY_REFUSED = "reply_refused"
    LATE = "late"
    USE_PUBLISHED = "use_published"
    USE_REFUSED = "use_refused"
    REVIEWED_AGAIN = "reviewed_again"
    REDACTED = "redacted"
    UNREDACTED = "unredacted"
    CLOSED = "closed"
    EDITED = "edited"
    EDIT_PUBLISHED = "edit_published"
    EDIT_REFUSED = "edit_refused"
    COMMENTED = "commented"
    COMMENT_PUBLISHED = "comment_published"
    COMMENT_REFUSED = "comment_refused"


class Part(StrEnum):
    """Why somebody hears of an event.

    Their own idea, their line beside a support, an idea they support or follow, what is said under one. Whoever wrote
    an idea hears of its comments as its `HOST`, with the rest of the digest and never at once.
    """

    AUTHOR = "author"
    WRITER = "writer"
    SUPPORTER = "supporter"
    FOLLOWER = "follower"
    HOST = "host"
    COMMENTER = "commenter"


class Rhythm(StrEnum):
    """How often the news of what somebody supports or follows are mailed, all that came since in one message."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


K = EventKind

# Supporters and followers hear of what came of the request, never of its review.
FOR_SUPPORTERS = frozenset(
    {K.MERGED, K.UNMERGED, K.WITHDRAWN, K.EDITED, K.PROMISED, K.ANSWERED, K.OPENED, K.CORRECTED, K.REOPENED}
)
# An author hears of it only by having done it.
FOR_OTHERS_ALONE = frozenset({K.WITHDRAWN, K.EDITED, K.USE_REFUSED})
FOR_WRITERS = frozenset({K.USE_PUBLISHED, K.USE_REFUSED})
# Many may come, and none waits for the author: they are mailed together, at the rhythm of the news of others' ideas.
GATHERED_FOR_AUTHORS = frozenset({K.USE_PUBLISHED})
# Nobody is told of their own act, except that what they sent has arrived.
TOLD_TO_WHO_ACTS = frozenset({K.RECEIVED, K.ONLINE})

# Of a comment, whoever it matters to hears, and nobody else.
ABOUT_COMMENTS = {K.COMMENTED: Part.HOST, K.COMMENT_PUBLISHED: Part.COMMENTER, K.COMMENT_REFUSED: Part.COMMENTER}

ANSWERS = (K.ANSWERED, K.CORRECTED)
ANSWERING = (*ANSWERS, K.PROMISED, K.OPENED)
UNPUBLISHED = (K.REFUSED, K.HIDDEN, K.REPLY_REFUSED, K.EDIT_REFUSED, K.USE_REFUSED, K.COMMENT_REFUSED)

PERIODS = {Rhythm.DAILY: timedelta(days=1), Rhythm.WEEKLY: timedelta(days=7)}
GATHERED = timedelta(hours=1)  # that news wait for others before a first digest leaves
MOST_AT_ONCE, AT_ONCE_WITHIN = 5, timedelta(days=1)  # mails to whoever wants them at once; then news wait


def hears(kind: EventKind, part: Part) -> bool:
    """Tell whether people who have this part in an idea hear of such an event.

    >>> hears(EventKind.REFUSED, Part.AUTHOR), hears(EventKind.REFUSED, Part.SUPPORTER)
    (True, False)
    """
    if kind in ABOUT_COMMENTS or part in ABOUT_COMMENTS.values():
        return ABOUT_COMMENTS.get(kind) is part
    if part is Part.AUTHOR:
        return kind not in FOR_OTHERS_ALONE
    return kind in (FOR_WRITERS if part is Part.WRITER else FOR_SUPPORTERS)


class Happening(Protocol):
    """An event as it is told: the idea it is about, and what goes with it."""

    @property
    def kind(self) -> EventKind:
        """What happened."""

    @property
    def part(self) -> Part:
        """Why the reader hears of it."""

    @property
    def idea_id(self) -> int:
        """The number of the idea."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def other_id(self) -> int | None:
        """The number of the idea that it was merged into, when that one is online."""

    @property
    def other_title(self) -> str | None:
        """The title of that idea."""

    @property
    def producer(self) -> str | None:
        """The body that holds the data."""

    @property
    def reason(self) -> str:
        """Why it was decided, a key of the closed list."""

    @property
    def note(self) -> str:
        """What whoever decided wrote."""

    @property
    def answer(self) -> str:
        """The official answer, as it is now."""

    @property
    def dataset_url(self) -> str:
        """Where the data are."""

    @property
    def promised_on(self) -> date | None:
        """The day for which they are promised."""

    @property
    def handling(self) -> Handling:
        """Where the request stands now."""

    @property
    def refusal(self) -> str:
        """Why the body refused, a key of its closed list."""

    @property
    def legal_basis(self) -> str:
        """What its refusal rests on."""

    @property
    def question(self) -> str:
        """What the author is asked."""

    @property
    def use(self) -> str:
        """The line beside a support, while it stands where the event left it."""


_OWN = {
    K.RECEIVED: N_("Votre idée « %(title)s » est bien reçue : elle porte le n° %(number)s."),
    K.ONLINE: N_("Votre idée « %(title)s » est en ligne : elle porte le n° %(number)s."),
    K.PUBLISHED: N_("Votre idée n° %(number)s, « %(title)s », est publiée : chacun peut la lire et la soutenir."),
    K.REFUSED: N_("Votre idée n° %(number)s, « %(title)s », n’est pas publiée."),
    K.HIDDEN: N_("Votre idée n° %(number)s, « %(title)s », n’est plus en ligne."),
    K.RESTORED: N_("Votre idée n° %(number)s, « %(title)s », est de nouveau en ligne."),
    K.MERGED: N_(
        "Votre idée n° %(number)s, « %(title)s », a été réunie à l’idée n° %(other)s, « %(other_title)s » : "
        "elles semblent demander la même chose. Aucun soutien n’est perdu."
    ),
    K.UNMERGED: N_("Votre idée n° %(number)s, « %(title)s », n’est plus réunie à une autre."),
    K.ROUTED: N_("Votre idée n° %(number)s, « %(title)s », est transmise à : %(producer)s."),
    K.QUESTION: N_("Une question vous est posée sur votre idée n° %(number)s, « %(title)s »."),
    K.PROMISED: N_("L’ouverture des données de votre idée n° %(number)s, « %(title)s », est promise."),
    K.ANSWERED: N_("Votre idée n° %(number)s, « %(title)s », a reçu une réponse officielle."),
    K.OPENED: N_("Les données de votre idée n° %(number)s, « %(title)s », sont ouvertes."),
    K.CORRECTED: N_("La réponse officielle à votre idée n° %(number)s, « %(title)s », a été corrigée."),
    K.REOPENED: N_("Votre idée n° %(number)s, « %(title)s », est examinée de nouveau : elle attend une réponse."),
    K.REPLY_PUBLISHED: N_("Votre précision sur l’idée n° %(number)s, « %(title)s », est publiée."),
    K.REPLY_REFUSED: N_("Votre précision sur l’idée n° %(number)s, « %(title)s », n’est pas publiée."),
    K.EDIT_PUBLISHED: N_("Votre modification de l’idée n° %(number)s, « %(title)s », est publiée."),
    K.EDIT_REFUSED: N_("Votre modification de l’idée n° %(number)s, « %(title)s », n’est pas publiée."),
    K.USE_PUBLISHED: N_("Une personne dit ce qu’elle ferait des données de votre idée n° %(number)s, « %(title)s »."),
    K.REVIEWED_AGAIN: N_("Votre idée n° %(number)s, « %(title)s », est de nouveau relue : la décision est reprise."),
    K.REDACTED: N_("Un passage de votre idée n° %(number)s, « %(title)s », a été retiré ; le reste est inchangé."),
    K.UNREDACTED: N_(
        "Le passage retiré de votre idée n° %(number)s, « %(title)s », y est remis : la décision est reprise."
    ),
    K.LATE: N_("La date promise pour votre idée n° %(number)s, « %(title)s », est passée."),
    K.CLOSED: N_(
        "La campagne à laquelle vous avez contribué par votre idée n° %(number)s, « %(title)s », est close : elle ne "
        "reçoit plus d’idées ni de soutiens."
    ),
}
_OTHERS = {
    K.MERGED: N_(
        "L’idée n° %(number)s, « %(title)s », a été réunie à l’idée n° %(other)s, « %(other_title)s ». "
        "Aucun soutien n’est perdu."
    ),
    K.UNMERGED: N_("L’idée n° %(number)s, « %(title)s », n’est plus réunie à une autre."),
    # Its words are its author's again.
    K.WITHDRAWN: N_("L’idée n° %(number)s, que vous souteniez ou suiviez, a été retirée par son auteur."),
    K.EDITED: N_(
        "L’idée n° %(number)s, « %(title)s », a été modifiée par son auteur : elle demande peut-être autre chose. "
        "Votre soutien reste compté ; vous pouvez le retirer."
    ),
    K.PROMISED: N_("L’ouverture des données de l’idée n° %(number)s, « %(title)s », est promise."),
    K.ANSWERED: N_("L’idée n° %(number)s, « %(title)s », a reçu une réponse officielle."),
    K.CORRECTED: N_("La réponse officielle à l’idée n° %(number)s, « %(title)s », a été corrigée."),
    K.REOPENED: N_("L’idée n° %(number)s, « %(title)s », est examinée de nouveau : elle attend une réponse."),
    K.OPENED: N_("Les données de l’idée n° %(number)s, « %(title)s », sont ouvertes."),
}
_LED_ON = N_(
    "L’idée n° %(number)s, que vous souteniez ou suiviez, a été retirée par son auteur, qui renvoie à l’idée "
    "n° %(other)s, « %(other_title)s »."
)
_WRITERS = {
    K.USE_PUBLISHED: N_("Ce que vous feriez des données de l’idée n° %(number)s, « %(title)s », est publié."),
    K.USE_REFUSED: N_(
        "Ce que vous feriez des données de l’idée n° %(number)s, « %(title)s », n’est pas publié : vous pouvez "
        "l’écrire autrement. Votre soutien reste compté."
    ),
}
_COMMENTS = {
    K.COMMENTED: N_("Un commentaire est publié sous votre idée n° %(number)s, « %(title)s »."),
    K.COMMENT_PUBLISHED: N_("Votre commentaire sur l’idée n° %(number)s, « %(title)s », est publié."),
    K.COMMENT_REFUSED: N_("Votre commentaire sur l’idée n° %(number)s, « %(title)s », n’est pas publié."),
}
_SENTENCES = {
    Part.AUTHOR: _OWN,
    Part.WRITER: _WRITERS,
    Part.SUPPORTER: _OTHERS,
    Part.FOLLOWER: _OTHERS,
    Part.HOST: _COMMENTS,
    Part.COMMENTER: _COMMENTS,
}
_ALONE = N_("L’idée n° %(number)s, « %(title)s », a été réunie à une autre.")


def describe(event: Happening) -> tuple[str, dict[str, Any]]:
    """Return what happened in one French sentence marked for translation, and the facts that it takes."""
    facts = {
        "number": event.idea_id,
        "title": event.title,
        "other": event.other_id,
        "other_title": event.other_title,
        "producer": event.producer or "",
    }
    if event.kind is K.MERGED and event.other_id is None:
        return _ALONE, facts
    if event.kind is K.WITHDRAWN and event.other_id is not None:
        return _LED_ON, facts
    return _SENTENCES[event.part][event.kind], facts


def list_details(event: Happening) -> list[tuple[str, str | date]]:
    """Return what goes with an event: French labels marked for translation, each with a text, a reason or a day."""
    concludes = STATE_NAMES[event.handling] if event.handling in OUTCOMES else ""
    refusal = REFUSALS[event.refusal].label if event.refusal in REFUSALS else ""
    said: tuple[tuple[Collection[EventKind], str, str | date | None], ...] = (
        ((*FOR_WRITERS,), N_("Cette ligne : %(text)s"), event.use),
        ((*UNPUBLISHED, K.REDACTED), N_("Raison : %(text)s"), REASONS.get(event.reason)),
        ((K.QUESTION,), N_("La question : %(text)s"), event.question),
        ((K.REFUSED, K.HIDDEN, K.REPLY_REFUSED, K.MERGED), N_("Ce que l’équipe écrit : %(text)s"), event.note),
        ((K.PROMISED, K.LATE), N_("Date promise : %(text)s"), event.promised_on),
        (ANSWERS, N_("Ce qu’elle conclut : %(text)s"), concludes),
        (ANSWERS, N_("Raison : %(text)s"), refusal),
        ((*ANSWERS, K.OPENED, K.PROMISED), N_("La réponse : %(text)s"), event.answer),
        (ANSWERS, N_("Elle se fonde sur : %(text)s"), event.legal_basis),
        ((*ANSWERS, K.OPENED), N_("Les données : %(text)s"), event.dataset_url),
    )
    return [(label, text) for kinds, label, text in said if event.kind in kinds and text]


def introduce_others(kind: EventKind) -> str:
    """Return what comes before the other ideas that the same act was about, in French marked for translation."""
    return N_("Réponses publiées en même temps :") if kind in ANSWERING else N_("Cela vaut aussi pour :")


def name_outcome(kind: EventKind, handling: Handling) -> str:
    """Return what came of another idea that was answered by the same act, in French marked for translation.

    >>> name_outcome(EventKind.OPENED, Handling.NOT_HELD), name_outcome(EventKind.CLOSED, Handling.NOT_HELD)
    ('Donnée non détenue', '')
    """
    return STATE_NAMES[handling] if kind in ANSWERING and handling in OUTCOMES else ""


OUR_WORDS = frozenset({*REASONS.values(), *STATE_NAMES.values(), *(one.label for one in REFUSALS.values())})
"""What a detail may say in each language; what somebody wrote is left as it is."""

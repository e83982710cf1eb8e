"""How often a thing may be done, and by whom it is counted: by source, by address, by both, by person.

Two rules behind the numbers. Hundreds of people of one ministry come from one source within minutes: what is counted
by source bounds a minute, not a day. And nobody can keep an owner out of an address: mails to it are bounded over the
very time that a link lives, so that whenever one more is refused, one that still works lies in the mailbox.

Past half of a limit, forms that anybody may send are asked for a proof of work (`domain/proofs.py`).
"""

from dataclasses import dataclass
from datetime import timedelta

from ideas.domain.accounts import SIGN_IN_LIFETIME
from ideas.domain.errors import N_
from ideas.domain.second_factor import WAIT

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOO_BUSY_HERE = N_("Trop de demandes viennent de votre réseau en ce moment. Réessayez dans %(wait)s min.")
MAIL_WAITS = N_(
    "Plusieurs messages viennent d’être envoyés à cette adresse : ouvrez le lien du plus récent, il fonctionne encore. "
    "Sinon, réessayez dans %(wait)s min."
)


@dataclass(frozen=True)
class Limit:
    """At most `most` in a window of `every` that begins with the first; `message` says it to whoever is refused."""

    name: str
    most: int
    every: timedelta
    message: str = TOO_BUSY_HERE

    @property
    def freely(self) -> int:
        """How many are done before a proof of work is asked for, of whoever can be asked."""
        return self.most // 2


MAILS_FROM_SOURCE = Limit("mails from a source", 60, MINUTE)
# Given back when somebody answers: those who ask for others get no answer.
UNANSWERED_MAILS = Limit("unanswered mails", 150, HOUR)
MAILS_TO_ADDRESS = Limit("mails to an address", 24, SIGN_IN_LIFETIME, MAIL_WAITS)
MAILS_FROM_SOURCE_TO_ADDRESS = Limit("mails from a source to an address", 8, SIGN_IN_LIFETIME, MAIL_WAITS)
TRIES_FROM_SOURCE = Limit("tries from a source", 240, SIGN_IN_LIFETIME)
# Six digits are guessed in a million tries: past these the link of the mail alone signs in, until tomorrow.
TRIES_AT_ADDRESS = Limit(
    "tries at an address",
    50,
    DAY,
    N_("Trop de codes ont été essayés pour cette adresse. Ouvrez le lien reçu par courriel : il fonctionne toujours."),
)
# Three codes of a million are good at a time: past these, whoever opened the mail is no longer the owner.
SECOND_FACTOR_TRIES = Limit(
    "tries at a second factor",
    10,
    SIGN_IN_LIFETIME,
    N_("Trop de codes ont été essayés. Réessayez dans %(wait)s min."),
)
# What a key signed serves once, for as long as the first proof lasts.
ANSWERS_TO_CHALLENGE = Limit(
    "answers to a challenge", 1, WAIT, N_("Cette clé a déjà répondu : recommencez depuis cette page.")
)
SECOND_FACTOR_TRIES_IN_DAY = Limit(
    "tries at a second factor in a day",
    40,
    DAY,
    N_("Trop de codes ont été essayés aujourd’hui. Écrivez à l’équipe, ou réessayez dans %(wait)s min."),
)
NEW_PEOPLE_FROM_SOURCE = Limit("new people from a source", 60, MINUTE)
DRAFTS_FROM_SOURCE = Limit("drafts from a source", 60, MINUTE)
REPORTS_FROM_SOURCE = Limit("reports from a source", 30, HOUR)
IDEAS_OF_PERSON = Limit(
    "ideas of a person",
    20,
    HOUR,
    N_("Vous avez envoyé beaucoup d’idées. Votre texte est gardé sur cette page : renvoyez-le dans %(wait)s min."),
)
COMMENTS_OF_PERSON = Limit(
    "comments of a person",
    20,
    DAY,
    N_("Vous avez écrit beaucoup de commentaires aujourd’hui. Celui-ci reste sur cette page : renvoyez-le demain."),
)
USES_OF_PERSON = Limit(
    "uses of a person",
    60,
    HOUR,
    N_("Vous avez écrit beaucoup de lignes. Celle-ci reste sur cette page : renvoyez-la dans %(wait)s min."),
)

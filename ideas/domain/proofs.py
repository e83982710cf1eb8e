"""A proof of work: what a form that anybody may send brings when a signal asks for it, and how it can be refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ideas.domain.errors import N_, ProofWanted

LIFETIME = timedelta(minutes=10)
# How long somebody whose browser works nothing out waits instead.
WAIT = timedelta(seconds=30)
# The work: a key is derived by `COST` rounds for each number, up to one drawn between `FEWEST` and `MOST`: nobody is
# unlucky. A third of a second of a desk machine, one or two of a telephone; a program pays as much for each form.
COST, FEWEST, MOST = 10_000, 150, 250

MANY_HERE = N_("Beaucoup de demandes viennent de votre réseau ou visent cette adresse.")
MANY_ALL = N_("Le site reçoit beaucoup plus d’envois que d’habitude.")
LIKE_PROGRAM = N_("Cet envoi ressemble à celui d’un programme.")

EXPIRED = N_("La vérification est trop ancienne. En voici une nouvelle.")
NOT_OURS = N_("La vérification reçue n’est pas celle de cette page. En voici une nouvelle.")
OF_ANOTHER_FORM = N_("La vérification reçue est celle d’un autre formulaire. En voici une nouvelle.")
WRONG = N_("Le résultat du calcul n’est pas le bon. Voici une nouvelle vérification.")
USED = N_("Cette vérification a déjà servi. En voici une nouvelle.")
TOO_SOON = N_("Le calcul n’est pas fait et l’attente n’est pas finie : envoyez de nouveau dans %(seconds)s secondes.")


@dataclass(frozen=True)
class Proof:
    """What came with a form that may be asked for a proof: `mark` names the challenge that was met, once."""

    mark: str
    ends_at: datetime


@dataclass(frozen=True)
class Unproven:
    """Nothing came with a form that may be asked for a proof."""


Brought = Proof | Unproven | None  # None: nobody who can be asked, such as a command, or somebody signed in


def check_proven(brought: Brought, message: str = MANY_HERE) -> None:
    """Raise `ProofWanted` unless a proof came, or nobody can be asked for one."""
    if isinstance(brought, Unproven):
        raise ProofWanted(message, wait=WAIT)

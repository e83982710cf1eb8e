"""Every way the rules can say no.

RuleBroken
├── Invalid           what was typed does not fit a field               400
├── UnreadableText    a text holds what a reader would not see          400
├── UnreadableFile    a file as a whole cannot be read                  400
├── BadBackup         a file is no backup that this version reads       400
├── BadSignIn         a link or a code is wrong, too old, already used  400
│   └── BadSecondFactor   the code of an application is not good         400
├── ProviderFailed    who was to vouch for somebody could not           502
├── BadProof          a proof of work cannot be accepted                400
├── Limited           a quota or a length is exceeded                   429
│   └── TooOften          too many in a while: it can be done later     429
│       └── ProofWanted       at once with a proof of work, else later  429
├── NotAllowed        this person may not do this                       403
├── NotFound          no such thing, or not for this person             404
├── Gone              it was public, and was taken back                 410
└── WrongState        the thing is not in a state for it                409
    ├── AlreadyDone           asked twice; the first one counted        409
    ├── Closed                the campaign does not take it now         409
    ├── RefusedAmongSeveral   one of several cannot, so none was done   409
    └── ContradictsDecisions  what was decided stands in the way        409
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta


def N_(message: str) -> str:  # noqa: N802 - the conventional gettext marker for "translate later"
    """Mark a French sentence for translation; the door that shows it translates it."""
    return message


class RuleBroken(Exception):
    """A rule was not respected. `message` is a French sentence fit for a citizen, with `facts` to fill it."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message % facts if facts else message)
        self.message = message
        self.facts = facts


class Invalid(RuleBroken):
    """One or several fields cannot be accepted as they are; `errors` says why, field by field."""

    def __init__(self, errors: Mapping[str, RuleBroken]) -> None:
        super().__init__(N_("Certaines réponses sont à corriger."))
        self.errors = errors


class UnreadableText(RuleBroken):
    """The text holds characters that a reader would not see."""


class UnreadableFile(RuleBroken):
    """The file as a whole cannot be read; the sentence says what to do."""


class BadBackup(RuleBroken):
    """The file is not a backup that this version can read."""


class BadSignIn(RuleBroken):
    """The link or the code is wrong, too old, or already used."""


class BadSecondFactor(BadSignIn):
    """The code of an application, or a recovery code, is wrong or has served."""


class ProviderFailed(RuleBroken):
    """A provider of identities does not answer, or not as it should; `why` is for the operator."""

    def __init__(self, label: str, why: str) -> None:
        super().__init__(N_("%(label)s ne permet pas de vous connecter en ce moment. Rien n’est perdu."), label=label)
        self.why = why


class Limited(RuleBroken):
    """A quota or a length is exceeded."""


class TooOften(Limited):
    """Done too many times in a while; after `wait` it can be done again."""

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message, wait=-(-int(wait.total_seconds()) // 60))
        self.wait = wait


class ProofWanted(TooOften):
    """A signal asks for a proof of work: with it this can be done at once, without it after `wait`."""


class BadProof(RuleBroken):
    """A proof of work cannot be accepted; `is_early` when it can be later, as it is."""

    def __init__(self, message: str, *, is_early: bool = False, **facts: object) -> None:
        super().__init__(message, **facts)
        self.is_early = is_early


class NotAllowed(RuleBroken):
    """This person may not do this."""


class NotFound(RuleBroken):
    """Nothing there, or nothing that this person may know of: the two look the same on purpose."""


class Gone(RuleBroken):
    """It was public and was taken back for good; whoever kept the address is told so.

    `better`: number and title of the idea that its author leads to instead.
    """

    def __init__(self, message: str, *, better: tuple[int, str] | None = None, **facts: object) -> None:
        super().__init__(message, **facts)
        self.better = better


class WrongState(RuleBroken):
    """The thing is not, or no longer, in a state that allows it."""


class AlreadyDone(WrongState):
    """Asked twice: the first time counted, this one changes nothing."""


class Closed(WrongState):
    """The campaign does not take contributions at this moment."""


class RefusedAmongSeveral(WrongState):
    """One act on several things was impossible on some, and was done on none; `refusals` says why, by number."""

    def __init__(self, refusals: Mapping[int, RuleBroken]) -> None:
        super().__init__(N_("Rien n’a été changé."))
        self.refusals = dict(refusals)


class ContradictsDecisions(WrongState):
    """What is asked cannot hold with what was decided; `decisions` lists the numbers of those decisions."""

    def __init__(self, decisions: Sequence[int]) -> None:
        super().__init__(
            N_("Cette consigne contredit des décisions en vigueur : %(chain)s. Levez l’une d’elles d’abord."),
            chain=", ".join(f"n° {number}" for number in decisions),
        )
        self.decisions = list(decisions)

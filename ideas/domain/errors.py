"""Every way the rules can say no.

RuleBroken
├── Invalid        what was typed does not fit a field      400
├── Limited        a quota or a length is exceeded          429
├── NotAllowed     this person may not do this              403
├── NotFound       no such thing, or not for this person    404
├── Gone           it was public, and was taken back        410
└── WrongState     the thing is not in a state for it       409
    ├── AlreadyDone   asked twice; the first one counted    409
    └── Closed        the campaign does not take it now     409
"""

from collections.abc import Mapping


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


class Limited(RuleBroken):
    """A quota or a length is exceeded."""


class NotAllowed(RuleBroken):
    """This person may not do this."""


class NotFound(RuleBroken):
    """Nothing there, or nothing that this person may know of: the two look the same on purpose."""


class Gone(RuleBroken):
    """It was public and was taken back for good; whoever kept the address is told so."""


class WrongState(RuleBroken):
    """The thing is not, or no longer, in a state that allows it."""


class AlreadyDone(WrongState):
    """Asked twice: the first time counted, this one changes nothing."""


class Closed(WrongState):
    """The campaign does not take contributions at this moment."""

"""A form that anybody may send, signed in or not: one that a signal makes doubtful is asked for a proof of work.

It is shown again with all that was typed, and the challenge beside its button (`templates/components/proof.html`).
What it brings is kept as long as nothing refuses it: a proof serves for what is corrected too.
"""

from flask_babel import gettext
from wtforms import Field

from ideas.domain.errors import BadProof, ProofWanted
from ideas.domain.proofs import WAIT, Brought
from ideas.http.actor import find_actor
from ideas.http.proofs import check_proof, make_challenge
from ideas.http.refusals import say
from ideas.http.security_log import Event, log_event, log_refusal
from ideas.web.forms import TRAPPED, TrappedForm


class ProofField(Field):
    """What came of the challenge that the page had; empty on a page that had none.

    `why` it is asked for is no error of whoever fills in the form: it is said at its own place, not among them.
    """

    why = ""
    is_early = is_refused = False
    seconds = int(WAIT.total_seconds())

    def process_data(self, _value: object) -> None:
        """Begin without any: what is kept elsewhere has no proof."""
        self.data = ""

    def process_formdata(self, sent: list[str]) -> None:
        """Read it as it comes: it is judged when the form is sent."""
        self.data = sent[0] if sent else ""


class OpenForm(TrappedForm):
    """A form with a trap, which may be asked for a proof of work; `purpose` binds the proof to it."""

    purpose = ""
    altcha = ProofField()
    is_trapped = False

    def list_faults(self) -> list[str]:
        """Send away what fills in the trap with an account; without one, it is asked for a proof."""
        return [gettext(TRAPPED)] if self.note_trap() and find_actor().is_signed_in else []

    def note_trap(self) -> bool:
        """Tell whether the trap was filled in; security is told of it."""
        self.is_trapped = self.website.is_sprung()
        if self.is_trapped:
            log_event(Event.TRAP)
        return self.is_trapped

    def bring_proof(self) -> Brought:
        """Return what this form brings, for the act that spends it; raises `BadProof` or `ProofWanted`."""
        if find_actor().is_signed_in:
            return None
        return check_proof(self.purpose, self.altcha.data, is_trapped=self.is_trapped)

    def show_challenge(self, refusal: ProofWanted | BadProof, *, is_refused: bool = True) -> None:
        """Say why beside the button, with a new challenge unless the one that came is still good.

        What was sent and refused is led there at once; a page that is still to be read is read first.
        """
        log_refusal(refusal)
        self.refusal = refusal
        self.altcha.why, self.altcha.is_refused = say(refusal), is_refused
        self.altcha.is_early = isinstance(refusal, BadProof) and refusal.is_early
        if not self.altcha.is_early:
            self.altcha.data = make_challenge(self.purpose)

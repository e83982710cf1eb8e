"""The form of an idea, new or corrected: what each button of its pages does, in one place.

Whoever fills it in checks it on a page of its own, and sends it from there. A form that comes without the name of that
button is sent at once: that is how programs do it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.ideas import check_submission
from ideas.actions.voting import cast_vote
from ideas.domain.errors import BadProof, Closed, Invalid, ProofWanted, RuleBroken, TooOften
from ideas.domain.numbers import row_number
from ideas.domain.proofs import LIKE_PROGRAM, WAIT
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import headers_of, say, status_of
from ideas.http.security_log import log_refusal
from ideas.store.models import Campaign
from ideas.web.accounts import answer_with
from ideas.web.forms import TRAPPED, is_shown_again, is_stale
from ideas.web.ideas.facts import list_published
from ideas.web.ideas.forms import IdeaForm
from ideas.web.ideas.near import find_near, list_hints_by_field
from ideas.web.ideas.personal import list_personal, list_unseen

COMPARE = "comparer"
REVIEW = "verifier"


class Writing(ABC):
    """One form of an idea, on its way to the moderators."""

    idea_id = 0

    def __init__(self, form: IdeaForm, campaign: Campaign) -> None:
        self.form, self.campaign = form, campaign

    @property
    @abstractmethod
    def page(self) -> dict[str, Any]:
        """Return what the page of this form says besides: `action`, `heading`, `is_open`."""

    @abstractmethod
    def check_open(self) -> None:
        """Raise `Closed` when what is sent now would not be received."""

    @abstractmethod
    def keep(self) -> None:
        """Keep what is typed, valid or not, before the page is left."""

    @abstractmethod
    def lead_back(self, *, is_compared: bool) -> ResponseReturnValue:
        """Show the form again as it was typed, and what is like it when that was asked for."""

    @abstractmethod
    def receive(self) -> ResponseReturnValue:
        """Send what was typed; raises as the action does."""

    def answer(self) -> ResponseReturnValue:
        """Do what the button that was pressed asks for."""
        if request.method != "POST":
            return self.show(is_compared=COMPARE in request.args)
        if is_stale():
            self.form.validate()
            return self.show(), 400
        supported = row_number(request.form.get("soutenir"))
        if supported:
            _support(supported)
        elif REVIEW in request.form:
            return self._judge(self.review)
        if supported or self.form.compare.data or is_shown_again():
            self.keep()
            is_compared = bool(supported or self.form.compare.data or COMPARE in request.args)
            return self.lead_back(is_compared=is_compared)
        return self._judge(self._send)

    def _send(self) -> ResponseReturnValue:
        # What looks personal is seen by its author before it leaves.
        return self.review() if list_unseen(self.form.values()) else self.receive()

    def _judge(self, act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
        """Do an act, or keep what was typed and show it again with what is to be looked at."""
        if self.form.note_trap() and find_actor().is_signed_in:
            self.keep()
            return self.show(refusal=gettext(TRAPPED)), 400
        try:
            return act()
        except (ProofWanted, BadProof) as unproven:
            self.form.show_challenge(unproven)
            return self._judge(self.review)
        except Invalid as invalid:
            self.form.show_refusal(invalid)
            refusal: RuleBroken = invalid
        except (Closed, TooOften) as closed:
            log_refusal(closed)
            refusal = closed
        self.keep()
        why = "" if isinstance(refusal, Invalid) else say(refusal)
        page = self.show(refusal=why, personal=list_unseen(self.form.values()))
        return page, status_of(refusal), headers_of(refusal)

    def review(self) -> ResponseReturnValue:
        """Show all that is about to be sent, and who will see it; raises `Closed`, and `Invalid`."""
        self.check_open()
        columns = check_submission(self.form.values())
        if self.form.is_trapped and not self.form.altcha.data:
            self.form.show_challenge(ProofWanted(LIKE_PROGRAM, wait=WAIT), is_refused=False)
        self.keep()
        page = render_template(
            "ideas/review.html",
            form=self.form,
            columns=columns,
            facts=list_published(columns),
            hints=list_hints_by_field(columns),
            personal=list_personal(self.form.values()),
            near=find_near(self._typed(), self.campaign, but=self.idea_id),
            **self.page,
        )
        return answer_with(self.form, page)

    def show(self, *, refusal: str = "", is_compared: bool = False, **given: Any) -> str:
        """Return the page of the form; with what is like it for a browser without scripts, when it is asked for."""
        if is_compared:
            near = find_near(self._typed(), self.campaign, but=self.idea_id)
            shown = [str(found.row.id) for found in near["datasets"]]
            given |= {"shown": shown, "ticked": self.form.dataset_id.data, **near}
        return render_template(
            "ideas/new.html", form=self.form, refusal=refusal or self._why_closed(), **self.page, **given
        )

    def _typed(self) -> str:
        form = self.form
        return "\n".join(filter(None, (form.title.data, form.data_wanted.data, form.planned_use.data)))

    def _why_closed(self) -> str:
        try:
            self.check_open()
        except Closed as closed:
            return say(closed)
        return ""


def _support(idea_id: int) -> None:
    """Support an idea like the one being written, which stays as it is; whoever is not known keeps their text too."""
    person_id = find_actor().id
    if person_id is None:
        flash(gettext("Identifiez-vous pour soutenir cette idée : votre texte reste ici."), "info")
        return
    try:
        cast_vote(idea_id, person_id=person_id, now=now())
        flash(gettext("Votre soutien est compté : votre texte reste ici."), "success")
    except RuleBroken as refusal:
        flash(say(refusal), "info")

"""Saying that an idea should be looked at again, signed in or not."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired

from ideas.actions.reporting import report_idea
from ideas.domain.errors import BadProof, ProofWanted
from ideas.domain.reports import NOTE_LENGTH, REPORT_REASONS, ReportReason
from ideas.http.access import public
from ideas.http.actor import READER, find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.http.sources import find_source
from ideas.store import queries
from ideas.web.accounts import answer_with
from ideas.web.forms import Fits
from ideas.web.ideas.blueprint import bp
from ideas.web.open_forms import OpenForm
from ideas.web.resending import shows_again


class ReportForm(OpenForm):
    """What is wrong, and a few words."""

    purpose = "report"
    reason = RadioField(
        _l("Qu’est-ce qui ne va pas ?"),
        [InputRequired(_l("Choisissez ce qui ne va pas."))],
        choices=[SelectChoice(str(reason), _l(words)) for reason, words in REPORT_REASONS.items()],
    )
    note = TextAreaField(_l("Précisez, si c’est utile"), [Fits(NOTE_LENGTH)])

    def sends(self, report: Callable[..., None], about_id: int) -> bool:
        """Send what was typed about something, and tell whether it is received; raises as the action does."""
        try:
            report(
                about_id,
                ReportReason(self.reason.data),
                self.note.data or "",
                person_id=find_actor().id,
                source=find_source(),
                now=now(),
                brought=self.bring_proof(),
            )
        except (ProofWanted, BadProof) as refusal:
            self.show_challenge(refusal)
            return False
        return True


@bp.route("/idees/<number:idea_id>/signalement", methods=["GET", "POST"])
@public
@shows_again
def report(idea_id: int) -> ResponseReturnValue:
    """Ask what is wrong with an idea on line, and bring it before the moderators."""
    idea = found(queries.ideas.find(idea_id, READER))
    form = ReportForm()
    if form.validate_on_submit() and form.sends(report_idea, idea_id):
        flash(gettext("Merci. L’équipe relit cette idée."), "success")
        return redirect(idea_url(idea.id, idea.title), 303)
    g.current, g.campaign = "idees", found(queries.campaigns.find_of(idea))
    return answer_with(form, render_template("ideas/report.html", idea=idea, comment=None, form=form))

"""Writing an idea: who writes it is asked afterwards."""

from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.ideas import save_draft, submit_idea
from ideas.actions.typed_ideas import keep_typed
from ideas.domain.campaigns import check_takes_ideas
from ideas.domain.numbers import row_number
from ideas.http.access import carries, needs, public
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.http.sources import find_source
from ideas.store import queries
from ideas.web.accounts import EmailForm, answer_with, send_sign_in
from ideas.web.elsewhere import list_buttons
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.forms import IdeaForm, read_key
from ideas.web.ideas.sending import COMPARE, Writing
from ideas.web.page_context import find_campaign, takes_ideas
from ideas.web.resending import shows_again


class NewIdea(Writing):
    """An idea that is not received yet: what is typed is kept for this session, whoever writes it."""

    @property
    def page(self) -> dict[str, Any]:
        """Return what the page says besides; scripts keep its text too."""
        heading = gettext("Proposer une idée")
        is_open = takes_ideas(self.campaign)
        return {"action": url_for(".new"), "heading": heading, "is_open": is_open, "draft": "idea"}

    def check_open(self) -> None:
        """Raise `Closed` outside the dates of the campaign."""
        check_takes_ideas(self.campaign, now())

    def keep(self) -> None:
        """Keep what is typed under the number that this session knows."""
        values = self.form.values() | {"form_key": self.form.form_key.data}
        session["typed_id"] = keep_typed(values, now=now(), typed_id=session.get("typed_id"))

    def lead_back(self, *, is_compared: bool) -> ResponseReturnValue:
        """Lead to the page of the form, which shows what was kept."""
        return redirect(url_for(".new", comparer=1 if is_compared else None), 303)

    def receive(self) -> ResponseReturnValue:
        """Send the idea of somebody known, or keep it as a draft and ask who wrote it."""
        given: dict[str, Any] = {"campaign": self.campaign, "now": now(), "key": self.form.form_key.data}
        given["typed_id"] = session.get("typed_id")
        author_id = find_actor().id
        if author_id is not None:
            idea = submit_idea(self.form.values(), author_id=author_id, **given)
            session.pop("draft_id", None)
            session.pop("typed_id", None)
            return redirect(url_for(".received", idea_id=idea.id), 303)
        given |= {"draft_id": session.get("draft_id"), "source": find_source(), "brought": self.form.bring_proof()}
        draft = save_draft(self.form.values(), **given)
        session.pop("typed_id", None)
        if draft.author_id is not None:
            flash(gettext("Cette idée est déjà reçue. Connectez-vous pour la retrouver dans votre compte."), "info")
            return redirect(url_for("accounts.sign_in"), 303)
        session["draft_id"] = draft.id
        return redirect(url_for(".identify"), 303)


def _read_form() -> IdeaForm:
    """Return the form as it was sent; else as it was typed last, or as the draft of this session says."""
    if request.method == "POST":
        return IdeaForm.of(None)
    typed = queries.ideas.find_typed(session.get("typed_id"))
    return IdeaForm.of(queries.ideas.find_draft(session.get("draft_id")), typed.values if typed else None)


@bp.route("/idees/nouvelle", methods=["GET", "POST"])
@carries(COMPARE)
@public
@shows_again
def new() -> ResponseReturnValue:
    """Write an idea; who writes is asked afterwards."""
    campaign = found(find_campaign())
    g.current = "nouvelle"
    return NewIdea(_read_form(), campaign).answer()


@bp.route("/idees/nouvelle/identification", methods=["GET", "POST"])
@public
@shows_again
def identify() -> ResponseReturnValue:
    """Ask for the address of whoever wrote the draft of this session, or of this page when the session was lost."""
    draft = queries.ideas.find_draft(session.get("draft_id"))
    draft = draft or queries.ideas.find_draft_of_form(read_key(request.form.get("form_key")))
    if draft is None:
        return redirect(url_for(".new"), 303)
    session["draft_id"] = draft.id
    form = EmailForm(email=session.get("sign_in_email"))
    if form.validate_on_submit() and send_sign_in(form, draft_id=draft.id):
        return redirect(url_for("accounts.code"), 303)
    return answer_with(
        form, render_template("ideas/identify.html", form=form, draft=draft, buttons=list_buttons(brouillon=1))
    )


@bp.get("/idees/recue")
@carries("idea_id")
@needs()
def received() -> ResponseReturnValue:
    """Say what happens next to the idea that was just received."""
    idea = queries.ideas.find(row_number(request.args.get("idea_id")), find_actor())
    if idea is None or idea.author_id != find_actor().id:
        return redirect(url_for("accounts.show"), 303)
    g.campaign = queries.campaigns.find_of(idea)
    return render_template("ideas/received.html", idea=idea)

"""Whether an answer was useful: asked of whoever wrote or supports an idea that it serves."""

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.opinions import give_opinion
from ideas.domain.errors import N_
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.web.ideas.story import find_answer
from ideas.web.resending import does

bp = Blueprint("opinions", __name__)

CHOICES = {"oui": True, "non": False}


@bp.get("/reponses/<number:answer_id>/avis")
@carries("choix")
@needs()
def ask(answer_id: int) -> ResponseReturnValue:
    """The answer and the two buttons: a link of a mail leads here, and only a press on this page says anything."""
    asked = found(queries.opinions.find_asked(answer_id, found(find_actor().id)))
    idea = found(queries.ideas.find_answered(answer_id))
    g.current, g.campaign = "compte", found(queries.campaigns.find_of(idea))
    chosen = request.args.get("choix", "")
    return render_template(
        "opinions/ask.html",
        asked=asked,
        answer=found(find_answer(idea)),
        chosen=chosen if chosen in CHOICES else "",
        back=idea_url(asked.idea_id, asked.title),
    )


@bp.post("/reponses/<number:answer_id>/avis")
@needs()
@does(N_("Dire si cette réponse m’a été utile"))
def give(answer_id: int) -> ResponseReturnValue:
    """Keep whether an answer was useful, and lead back to the idea."""
    person_id = found(find_actor().id)
    is_useful = CHOICES.get(request.form.get("utile", ""))
    asked = found(queries.opinions.find_asked(answer_id, person_id))
    if is_useful is not None:
        give_opinion(answer_id, is_useful=is_useful, person_id=person_id, now=now())
        flash(gettext("Merci, votre avis est noté. Vous pouvez en changer à tout moment."), "success")
    return redirect(idea_url(asked.idea_id, asked.title), 303)

"""The texts that the answers of a campaign begin with: their list, and the form that writes one."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from ideas.actions.answer_templates import LONGEST_TITLE, TemplateText, remove_template, save_template
from ideas.actions.answers import LONGEST_ANSWER
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import N_, Invalid, NotFound, RuleBroken
from ideas.domain.handling import OUTCOMES, STATE_NAMES
from ideas.domain.permissions import Permission, Subject, can, check_can
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.refusals import found, say, status_of
from ideas.store import queries
from ideas.store.models import AnswerTemplate
from ideas.web.forms import Fits, PageForm, form_status
from ideas.web.labels import handling_tag
from ideas.web.page_context import find_campaign
from ideas.web.resending import does, shows_again

bp = Blueprint("answer_templates", __name__)


class TemplateForm(PageForm):
    """A text that answers begin with."""

    title = StringField(_l("Nom du modèle"), [Fits(LONGEST_TITLE)])
    outcome = SelectField(
        _l("Ce que conclut la réponse"),
        choices=[
            SelectChoice("", _l("Choisir")),
            *(SelectChoice(state.value, _l(STATE_NAMES[state])) for state in OUTCOMES),
        ],
        validate_choice=False,
    )
    text = TextAreaField(_l("Texte du modèle"), [Fits(LONGEST_ANSWER)])

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for field in (self.title, self.outcome, self.text):
            field.flags.required = True


@bp.route("/modeles-de-reponse", methods=["GET", "POST"])
@needs(Permission.ANSWER)
@shows_again
def index() -> ResponseReturnValue:
    """The templates of answers of the campaign, and a form to write one."""
    return _write(TemplateForm(), None)


@bp.route("/modeles-de-reponse/<number:template_id>", methods=["GET", "POST"])
@needs(Permission.ANSWER)
@shows_again
def edit(template_id: int) -> ResponseReturnValue:
    """One template of answer, to be written anew or deleted."""
    own = queries.answer_templates.list_of(found(find_campaign()).id)
    row = found(next((one for one in own if one.id == template_id), None))
    check_can(find_actor(), Permission.ANSWER, Subject(row.campaign_id))
    form = TemplateForm(data={"title": row.title, "outcome": row.outcome.value, "text": row.text})
    return _write(form, row)


def _write(form: TemplateForm, row: AnswerTemplate | None) -> ResponseReturnValue:
    g.current, campaign, status = "bureau", found(find_campaign()), form_status(form)
    if form.validate_on_submit():
        said = TemplateText(form.title.data or "", form.outcome.data or "", form.text.data or "")
        try:
            save_template(campaign.id, said, actor=find_actor(), replacing=row.id if row else None)
        except NotFound:
            raise
        except RuleBroken as refusal:
            abandon_act()
            status = _show_refusal(form, refusal)
        else:
            flash(gettext("Le modèle est enregistré."), "success")
            return redirect(url_for(".index"), 303)
    else:
        status = form_status(form)
    campaign = found(find_campaign())
    templates = queries.answer_templates.list_of(campaign.id)
    page = render_template(
        "answer_templates/show.html",
        form=form,
        row=row,
        templates=[(one, handling_tag(one.outcome)) for one in templates],
        may_write=can(find_actor(), Permission.ANSWER, Subject(campaign.id)),
    )
    return page, status


def _show_refusal(form: TemplateForm, refusal: RuleBroken) -> int:
    if not isinstance(refusal, Invalid):
        form.form_errors = [say(refusal)]
        return status_of(refusal)
    for name, one in refusal.errors.items():
        form[name].errors = [say(one)]
    return 400


@bp.post("/modeles-de-reponse/<number:template_id>/suppression")
@needs(Permission.ANSWER)
@does(N_("Supprimer ce modèle"))
def remove(template_id: int) -> ResponseReturnValue:
    """Throw a template away; answers that began with it keep their words."""
    remove_template(template_id, actor=find_actor())
    flash(gettext("Le modèle est supprimé."), "success")
    return redirect(url_for(".index"), 303)

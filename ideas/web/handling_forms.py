"""What is filled in about a request: the act, and all that may go with it."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, RadioField, SelectField, StringField, TextAreaField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from ideas.actions.answers import LONGEST, LONGEST_ANSWER, Reply
from ideas.domain.errors import Invalid, RuleBroken
from ideas.domain.handling import CLOSED, OUTCOMES, REFUSING, Handling, can_follow
from ideas.domain.high_value import HIGH_VALUE_NAMES, HighValue, suggest_high_value
from ideas.domain.numbers import row_number
from ideas.http.refusals import say
from ideas.store import queries
from ideas.store.models import Idea
from ideas.web.forms import Fits, PageForm, RowField, TickedField
from ideas.web.handling_acts import ACTS, ASK, CORRECT, FLAG, REOPEN, ROUTE, TAKE_BACK, UNFLAG
from ideas.web.moments import MomentField
from ideas.web.resending import SHOW

WITH_TEMPLATE = "modele"  # the page is left for the same one, its text begun with a template
LEADS_TO = {ROUTE: Handling.ROUTED, ASK: Handling.QUESTION_TO_AUTHOR, REOPEN: Handling.AWAITING_PRODUCER}


class HandlingForm(PageForm):
    """What is done about a request, and all that may go with it: the action says what this act must have."""

    template_id = SelectField(_l("Partir d’un modèle"), validate_choice=False)
    act = RadioField(_l("Que faire ?"), choices=[SelectChoice(code, _l(words)) for code, words in ACTS.items()])
    producer_id = SelectField(_l("Organisme"), validate_choice=False)
    text = TextAreaField(_l("Texte public : la question ou la réponse"), [Fits(LONGEST_ANSWER)])
    promised_on = DateField(_l("Date promise"), validators=[Optional()])
    dataset_id = SelectField(_l("Jeu de données du catalogue"), validate_choice=False)
    dataset_url = URLField(_l("Adresse du jeu de données"), [Fits(LONGEST["dataset_url"])])
    reason = SelectField(
        _l("Raison du refus"),
        choices=[
            SelectChoice("", _l("Choisir")),
            *(SelectChoice(code, _l(one.label)) for code, one in REFUSING.items()),
        ],
        validate_choice=False,
    )
    legal_basis = StringField(_l("Fondement du refus"), [Fits(LONGEST["legal_basis"])])
    passed_to_id = SelectField(_l("Transmise à un autre organisme"), validate_choice=False)
    high_value = SelectField(
        _l("Données de forte valeur"),
        choices=[
            SelectChoice("", _l("Non, ou pas encore examiné")),
            *(SelectChoice(theme.value, _l(name)) for theme, name in HIGH_VALUE_NAMES.items()),
        ],
        validate_choice=False,
    )
    seen_step = RowField()
    version = RowField()
    aside = TickedField(id="aside")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        bodies = [SelectChoice(str(one.id), one.name) for one in queries.directories.list_producers()]
        self.producer_id.choices = self.passed_to_id.choices = [SelectChoice("", _l("Choisir")), *bodies]
        self.act.flags.required = True

    def offer(self, ideas: list[Idea]) -> None:
        """Keep the acts that may follow where these requests stand, and the templates of their campaign."""
        self.templates = queries.answer_templates.list_of(ideas[0].campaign_id) if ideas else []
        names = [SelectChoice(str(one.id), one.title) for one in self.templates]
        self.template_id.choices = [SelectChoice("", _l("Choisir")), *names]
        offered = [code for code in ACTS if any(_can_do(code, idea) for idea in ideas)]
        self.act.choices = [SelectChoice(code, _l(ACTS[code])) for code in offered]
        self._offer_theme(ideas)

    def _offer_theme(self, ideas: list[Idea]) -> None:
        """Begin with the theme that was said already, so that an answer keeps it; words only give a hint."""
        said = {idea.shown_high_value for idea in ideas}
        self.suggested = gettext(HIGH_VALUE_NAMES[hint]) if (hint := _suggest(ideas)) and not any(said) else ""
        if not self.is_submitted() and self.high_value.data is None and len(said) == 1:
            self.high_value.data = next(iter(said))

    def offer_datasets(self, named: list[tuple[int, str]]) -> None:
        """Offer data sets of the catalogue, and the one that was chosen before."""
        chosen = read_number(self.dataset_id)
        offered = {number: title for number, title in named}  # noqa: C416 - as the pairs are typed
        if chosen and chosen not in offered and (other := queries.directories.find_dataset(chosen)) is not None:
            offered[chosen] = other.title
        choices = [SelectChoice(str(number), title) for number, title in offered.items()]
        self.dataset_id.choices = [SelectChoice("", _l("Choisir")), *choices]

    def use_template(self) -> None:
        """Begin the answer with the template that was chosen, after what was typed already: nothing typed is lost."""
        row = next((one for one in self.templates if one.id == read_number(self.template_id)), None)
        if row is None or request.form.get(SHOW) != WITH_TEMPLATE:
            return
        typed = (self.text.data or "").strip()
        self.text.data = row.text if typed in ("", row.text) else f"{typed}\n\n{row.text}"
        if row.outcome in [one.value for one in self.act.choices]:
            self.act.data = row.outcome.value

    def read_reply(self) -> Reply:
        """Return the answer that was typed."""
        return Reply(
            text=self.text.data or "",
            dataset_url=self.dataset_url.data or "",
            dataset_id=read_number(self.dataset_id),
            promised_on=self.promised_on.data,
            reason=self.reason.data or "",
            legal_basis=self.legal_basis.data or "",
            producer_id=read_number(self.producer_id),
            passed_to_id=read_number(self.passed_to_id),
            high_value=self.read_theme(),
        )

    def read_theme(self) -> HighValue | None:
        """Return the theme of high-value data that was chosen, None when none was."""
        return HighValue(self.high_value.data) if self.high_value.data in set(HighValue) else None

    def show_refusal(self, refusal: RuleBroken) -> None:
        """Put each refusal beside its field; what belongs to none is told above."""
        errors = refusal.errors if isinstance(refusal, Invalid) else {}
        for name, one in errors.items():
            self["act" if name == "outcome" else name].errors = [say(one)]
        if not errors:
            self.form_errors = [gettext("Rien n’a été changé."), say(refusal)]


class PreparedForm(HandlingForm):
    """An answer that is published later: when somebody publishes it, or by itself at an hour."""

    due_at = MomentField(_l("Publication à une heure fixée"))

    def offer(self, ideas: list[Idea]) -> None:
        """Keep the outcomes that may follow where these requests stand, and the one that was chosen."""
        super().offer(ideas)
        self.act.choices = [one for one in self.act.choices if one.value in OUTCOMES]


def read_number(field: Field) -> int | None:
    """Return the number of the row that was chosen, None when none was."""
    return row_number(field.data) or None


def _suggest(ideas: list[Idea]) -> HighValue | None:
    """Return the theme that the words of ideas suggest; several of a subject have to agree."""
    hints = {suggest_high_value(idea.title, idea.data_wanted) for idea in ideas}
    return hints.pop() if len(hints) == 1 else None


def _can_do(code: str, idea: Idea) -> bool:
    if code in (CORRECT, TAKE_BACK):
        return idea.answer_id is not None
    if code == REOPEN:
        return idea.handling in CLOSED
    if code in (FLAG, UNFLAG):
        return code == FLAG or idea.high_value is not None
    then = LEADS_TO.get(code) or Handling(code)
    return can_follow(idea.handling, then) and (code != ASK or idea.author_id is not None)

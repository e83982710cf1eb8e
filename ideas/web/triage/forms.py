"""What reviewers fill in about clusters."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ideas.actions.clusters import LONGEST_NAME
from ideas.actions.decisions import LONGEST_NOTE
from ideas.domain.numbers import row_number
from ideas.web.forms import Fits, PageForm, RowField, TickedField

PAIRED, PLACED = ("together", "apart"), ("move", "pin")
LEAST, MOST = 0.2, 5.0  # resolutions between which groups are neither one heap nor one by idea


class RenameForm(PageForm):
    """The name of a cluster."""

    name = StringField(_l("Nom du regroupement"), [Fits(LONGEST_NAME)], id="nom", render_kw={"autocomplete": "off"})


class ConstraintForm(PageForm):
    """What to keep of a cluster from the next run on: ideas that are ticked, and where to put them."""

    act = HiddenField(id="consigne")  # of the button that is pressed
    idea_id = TickedField(id="choisies")
    target = SelectField(
        _l("Regroupement où les déplacer"), id="vers", choices=[], coerce=row_number, validate_choice=False
    )
    note = TextAreaField(_l("Note publique"), [Fits(LONGEST_NOTE)], id="note-consigne", render_kw={"rows": 2})

    def validate_act(self, field: Any) -> None:
        """Ask for an act, and for as many ideas as it is about."""
        if field.data not in (*PAIRED, *PLACED):
            raise ValidationError(gettext("Choisissez une action."))
        if field.data in PAIRED and len(self.idea_id.data) != 2:
            raise ValidationError(gettext("Choisissez deux idées."))
        if field.data in PLACED and not self.idea_id.data:
            raise ValidationError(gettext("Choisissez une idée au moins."))

    def validate_target(self, field: Any) -> None:
        """Ask where to move ideas to."""
        if self.act.data == "move" and not field.data:
            raise ValidationError(gettext("Choisissez le regroupement où déplacer ces idées."))

    def offer(self, clusters: list[tuple[int, str]]) -> None:
        """List the clusters where ideas may go."""
        self.target.flags.required = True
        named = [
            (str(number), gettext("n° %(number)s : %(title)s", number=number, title=name)) for number, name in clusters
        ]
        self.target.choices = [SelectChoice("", gettext("Choisir")), *(SelectChoice(*one) for one in named)]


class PairForm(PageForm):
    """Two nearly equal ideas."""

    first = RowField()
    second = RowField()


class RunForm(PageForm):
    """How fine a run cuts the ideas: `value`, once validated."""

    resolution = StringField(
        _l("Finesse, de 0,2 (peu de grands regroupements) à 5 (beaucoup de petits)"),
        default="1",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.resolution.flags.required = True

    def validate_resolution(self, field: Any) -> None:
        """Ask for a number within bounds, and keep it as `value`."""
        try:
            self.value = float((field.data or "").replace(",", ".").strip())
        except ValueError:
            self.value = 0.0
        if not LEAST <= self.value <= MOST:
            raise ValidationError(gettext("La finesse est un nombre entre 0,2 et 5."))


def make_empty(form: type[PageForm], **given: Any) -> Any:
    """Return a form as it stands before anything is typed, whatever else this request brought."""
    return form(formdata=None, **given)

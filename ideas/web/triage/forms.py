"""What reviewers fill in about clusters."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ideas.actions.decisions import LONGEST_NOTE
from ideas.actions.subjects import LONGEST_NAME
from ideas.http.numbers import row_number
from ideas.web.forms import Fits, RowField, TickedField

PAIRED, PLACED = ("together", "apart"), ("move", "pin")
LEAST, MOST = 0.1, 0.5  # cuts between which subjects are neither one heap nor one by idea


class RenameForm(FlaskForm):
    """The name of a cluster."""

    name = StringField(_l("Nom du regroupement"), [Fits(LONGEST_NAME)], id="nom", render_kw={"autocomplete": "off"})


class ConstraintForm(FlaskForm):
    """What to keep of a cluster from the next run on: ideas that are ticked, and where to put them."""

    act = HiddenField(id="consigne")  # of the button that is pressed
    idea_id = TickedField()
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


class PairForm(FlaskForm):
    """Two nearly equal ideas."""

    first = RowField()
    second = RowField()


class RunForm(FlaskForm):
    """Where a run cuts the tree: `value`, once validated; None for where the campaign's decisions teach."""

    cut = StringField(
        _l("Finesse, de 0,1 (peu de grands sujets) à 0,5 (beaucoup de petits) ; vide : celle qui convient le mieux"),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    value: float | None = None

    def validate_cut(self, field: Any) -> None:
        """Ask for a number within bounds, or for none, and keep it as `value`."""
        typed = (field.data or "").replace(",", ".").strip()
        try:
            self.value = float(typed) if typed else None
        except ValueError:
            self.value = 0.0
        if self.value is not None and not LEAST <= self.value <= MOST:
            raise ValidationError(gettext("La finesse est un nombre entre 0,1 et 0,5."))


def make_empty(form: type[FlaskForm], **given: Any) -> Any:
    """Return a form as it stands before anything is typed, whatever else this request brought."""
    return form(formdata=None, **given)

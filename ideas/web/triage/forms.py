"""What reviewers fill in about subjects."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ideas.actions.decisions import LONGEST_NOTE
from ideas.actions.people import is_known
from ideas.actions.subjects import LONGEST_NAME
from ideas.domain.clusters import FINEST, WIDEST
from ideas.domain.numbers import row_number
from ideas.domain.texts import one_line
from ideas.domain.waves import LABEL_NAMES
from ideas.web.forms import Fits, PageForm, RowField, TickedField, said_beside

PAIRED, SEVERAL = ("together", "apart"), ("move", "pin", "split", "take_out")
FINENESS = {
    "coarsest": -0.06,
    "coarser": -0.03,
    "usual": 0.0,
    "finer": 0.04,
    "finest": 0.1,
}  # from the cut that is shown
SAID = {"same": True, "other": False}


class SubjectField(StringField):
    """A subject, found by typing its number or its name; `number` once validated, 0 when there is none such."""

    number = 0

    def offer(self, names: Mapping[int, str]) -> None:
        """Say which subjects may be typed."""
        self.names = dict(names)

    def resolve(self, pressed: int | None = None) -> int:
        """Return the number of the subject that was typed, or whose button was; of several that fit, none."""
        typed = str(pressed) if pressed else one_line(self.data or "")
        if numbered := re.match(r"(?:n°\s*)?(\d{1,9})(?:\s*:.*)?$", typed):
            number = int(numbered[1])
            self.number = number if number in self.names else 0
            return self.number
        asked = typed.casefold()
        same = [number for number, name in self.names.items() if name.casefold() == asked]
        alike = same or [number for number, name in self.names.items() if asked and asked in name.casefold()]
        self.number = alike[0] if len(alike) == 1 else 0
        return self.number


def _typed(label: Any, name: str) -> SubjectField:
    return SubjectField(label, [Fits(LONGEST_NAME + 20)], id=name, render_kw={"list": "sujets", "autocomplete": "off"})


class VersionedForm(PageForm):
    """A form about a subject as it was read: `version` tells when somebody else changed it since."""

    version = RowField()


class RenameForm(VersionedForm):
    """The name of a subject."""

    name = StringField(_l("Nom du sujet"), [Fits(LONGEST_NAME)], id="nom", render_kw={"autocomplete": "off"})


class MembersForm(VersionedForm):
    """What to do with the ideas of a subject that are ticked."""

    act = HiddenField(id="consigne")  # of the button that is pressed
    idea_id = TickedField()
    other = StringField(
        _l("Autre idée, par son numéro"), id="autre", render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    target = _typed(_l("Sujet où les déplacer"), "vers")
    to = RowField()  # the same, of the button that is pressed
    centre = TickedField()  # the most typical ideas of the subject: what is kept apart from it is kept apart from one
    name = StringField(
        _l("Nom du nouveau sujet"), [Fits(LONGEST_NAME)], id="nouveau-nom", render_kw={"autocomplete": "off"}
    )
    note = TextAreaField(_l("Raison, publique"), [Fits(LONGEST_NOTE)], id="note-consigne", render_kw={"rows": 2})

    @property
    def pair(self) -> list[int]:
        """The ideas of an act about two: those ticked, and the one that was typed."""
        typed = row_number((self.other.data or "").strip().removeprefix("n°").strip())
        pair = [*self.idea_id.data, *([typed] if typed and typed not in self.idea_id.data else [])]
        is_from_subject = self.act.data == "apart" and len(pair) == 1
        others = [number for number in self.centre.data if number not in pair] if is_from_subject else []
        return [*others[:1], *pair]

    def validate_act(self, field: Any) -> None:
        """Ask for an act, and for as many ideas as it is about."""
        if self.to.data:
            field.data = "move"
        if field.data not in (*PAIRED, *SEVERAL):
            raise ValidationError(gettext("Choisissez une action."))
        if field.data in PAIRED and len(self.pair) != 2:
            raise ValidationError(
                gettext("Choisissez deux idées : cochez-les, ou cochez l’une et donnez le numéro de l’autre.")
            )
        if field.data in SEVERAL and not self.idea_id.data:
            raise ValidationError(gettext("Choisissez une idée au moins."))

    def validate_target(self, field: Any) -> None:
        """Ask where to move ideas to."""
        if self.act.data == "move" and not field.resolve(self.to.data):
            raise ValidationError(gettext("Tapez le nom ou le numéro d’un sujet de la liste."))


class GiveForm(PageForm):
    """The colleague who is to review a subject."""

    email = EmailField(_l("Adresse de la personne de l’équipe"), [Fits(320)], render_kw={"autocomplete": "off"})

    def validate_email(self, field: Any) -> None:
        """Ask for the address of somebody who came before."""
        with said_beside():
            if not is_known(field.data or ""):
                raise ValidationError(gettext("Personne de l’équipe n’a cette adresse."))


class BringForm(VersionedForm):
    """The ideas without subject that come to one."""

    idea_id = TickedField()


class TargetForm(VersionedForm):
    """A subject to join another, or where to place ideas that have none."""

    idea_id = TickedField()
    target = _typed(_l("Sujet, par son nom ou son numéro"), "cible")
    to = RowField()

    def validate_target(self, field: Any) -> None:
        """Ask for a subject that there is."""
        if not field.resolve(self.to.data):
            raise ValidationError(gettext("Tapez le nom ou le numéro d’un sujet de la liste."))


class PlaceForm(TargetForm):
    """Ideas without subject, and where to place them, or what to make of them."""

    act = HiddenField(id="consigne")
    name = StringField(
        _l("Nom du nouveau sujet"), [Fits(LONGEST_NAME)], id="nouveau-nom", render_kw={"autocomplete": "off"}
    )

    def validate_target(self, field: Any) -> None:
        """Ask for a subject when the ideas are to be moved."""
        if self.act.data not in ("gather", "leave"):
            super().validate_target(field)

    def validate_idea_id(self, field: Any) -> None:
        """Ask for one idea at least."""
        if not field.data:
            raise ValidationError(gettext("Choisissez une idée au moins."))


class CutForm(VersionedForm):
    """In how many parts to cut a subject."""

    parts = RowField()


class PairForm(PageForm):
    """Two nearly equal ideas."""

    first = RowField()
    second = RowField()


class MergeForm(PairForm):
    """Two ideas that say the same, and which of them is kept."""

    kept = RowField()

    @property
    def other(self) -> int:
        """The idea that joins the one that is kept."""
        return self.second.data if self.kept.data == self.first.data else self.first.data

    def list_faults(self) -> list[str]:
        """Ask for one of the two."""
        is_one = self.kept.data and self.kept.data in (self.first.data, self.second.data)
        return [] if is_one else [gettext("Choisissez l’idée à garder.")]


class SecondForm(PageForm):
    """A pair that is read again, and what is said of it by the button that is pressed."""

    pair = RowField()
    verdict = HiddenField(id="verdict")

    def list_faults(self) -> list[str]:
        """Ask for one of the two."""
        return [] if self.verdict.data in SAID else [gettext("Dites si c’est le même objet.")]


class WaveForm(VersionedForm):
    """What a wave is, by the button that is pressed, and why."""

    label = HiddenField(id="label")
    note = TextAreaField(_l("Raison, publique"), [Fits(LONGEST_NOTE)], id="note-vague", render_kw={"rows": 2})

    def validate_label(self, field: Any) -> None:
        """Ask for one of the three."""
        if field.data not in list(LABEL_NAMES):
            raise ValidationError(gettext("Dites ce qu’est cette vague."))


class RunForm(PageForm):
    """How fine a run cuts: `cut`, once validated; None for where the campaign's decisions teach."""

    fineness = SelectField(
        _l("Finesse des sujets"),
        choices=[
            SelectChoice("coarsest", _l("beaucoup plus large : peu de grands sujets")),
            SelectChoice("coarser", _l("un peu plus large")),
            SelectChoice("usual", _l("celle de la campagne, apprise de vos décisions (conseillé)")),
            SelectChoice("finer", _l("un peu plus fin")),
            SelectChoice("finest", _l("beaucoup plus fin : beaucoup de petits sujets")),
        ],
        default="usual",
    )

    def cut_from(self, shown: float) -> float | None:
        """Return where to cut, `shown` being the cut of what is public; None to let the run choose."""
        step = FINENESS[self.fineness.data]
        return None if not step else round(min(FINEST, max(WIDEST, shown + step)), 3)


def make_empty(form: type[PageForm], **given: Any) -> Any:
    """Return a form as it stands before anything is typed, whatever else this request brought."""
    return form(formdata=None, **given)

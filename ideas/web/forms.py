"""What forms share: they are validated where they are received, and a refusal stands beside its field.

Read as it comes, because nothing can be said about it: where to lead back to (what is unknown leads to the usual page),
and the header X-Fragment, by which a script asks for one part of a page. A button alone has no field to validate; its
token is checked with that of every form (`CSRFProtect`). The fields of an idea are judged by the action, all at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from ideas.domain.errors import N_, RuleBroken
from ideas.domain.numbers import row_number
from ideas.domain.texts import check_text, clean_text, without_refused
from ideas.http.refusals import say
from ideas.web.resending import SHOW

MOST_TICKED = 100
STALE = N_("Votre session a changé depuis que cette page a été ouverte. Rien n’est perdu : relisez et renvoyez.")


def is_stale() -> bool:
    """Tell whether this form has a token of another session: it is shown again, and nothing is done."""
    return bool(g.get("is_stale"))


def is_shown_again() -> bool:
    """Tell whether a form is only to be shown as it was typed: it is stale, or its page is left for the same one."""
    return is_stale() or SHOW in request.form


class PageForm(FlaskForm):
    """A form of a page, which its view validates before it acts. One that is only shown again is never valid."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the fields, then the form as a whole."""
        if is_shown_again():
            self.form_errors = [gettext(STALE)] if is_stale() else []
            return False
        is_valid = bool(super().validate(extra_validators))
        self.form_errors = self.list_faults()
        return is_valid and not self.form_errors

    def list_faults(self) -> list[str]:
        """Return the faults that belong to none of the fields that are shown."""
        return []


def form_status(form: FlaskForm) -> int:
    """Return the status of a page that shows a form again: 200 when nothing is wrong with it."""
    return 400 if form.errors else 200


@contextmanager
def said_beside() -> Iterator[None]:
    """Turn the refusal of a rule into the error of the field that is being validated."""
    try:
        yield
    except RuleBroken as refusal:
        raise ValidationError(say(refusal)) from refusal


class Fits:
    """The text can be kept whole; what a reader would not see is taken out of what is shown again."""

    def __init__(self, longest: int) -> None:
        self.longest, self.field_flags = longest, {"maxlength": longest}

    def __call__(self, _form: Any, field: Any) -> None:
        """Judge what was typed."""
        given = clean_text(field.data)
        field.data = without_refused(given)
        with said_beside():
            check_text(given, longest=self.longest)


TRAPPED = N_("Cet envoi ressemble à celui d’un programme. Si vous êtes une personne, renvoyez-le : rien n’est perdu.")


class TrapField(StringField):
    """A field that nobody sees: whoever fills it in is a program, or a browser that filled all it found."""

    def __init__(self, **named: Any) -> None:
        super().__init__("", [Fits(200)], **named)

    def is_sprung(self) -> bool:
        """Tell whether something was typed in it, and empty it, so that a person who sends again is heard."""
        typed = bool(self.data)
        self.data: str | None = ""
        return typed


class TrappedForm(PageForm):
    """A form that sends programs away: those that fill in what nobody sees."""

    website = TrapField()

    def list_faults(self) -> list[str]:
        """Return what tells a program from a person."""
        return [gettext(TRAPPED)] if self.website.is_sprung() else []


class RowField(Field):
    """The number of a row, 0 when there can be no such row."""

    def process_formdata(self, sent: list[str]) -> None:
        """Read the number that was sent."""
        self.data = row_number(sent[0]) if sent else 0


class TickedField(Field):
    """The numbers of the rows that were ticked; what is no number was not ticked."""

    def process_data(self, value: Any) -> None:
        """Begin with nothing ticked."""
        self.data = list(value or ())

    def process_formdata(self, sent: list[str]) -> None:
        """Read each number once, in the order of the page."""
        self.data = [number for number in dict.fromkeys(map(row_number, sent)) if number]

    def pre_validate(self, _form: Any) -> None:
        """Refuse more than one act can take, rather than take some of them."""
        if len(self.data) > MOST_TICKED:
            facts = {"count": len(self.data), "most": MOST_TICKED}
            raise ValidationError(gettext("%(count)s idées sont choisies ; choisissez-en %(most)s au plus.", **facts))


def comes_from_triage() -> bool:
    """Tell whether the triage page is where to lead back to."""
    return request.values.get("depuis") == "triage"

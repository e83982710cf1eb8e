"""What forms share: they are validated where they are received, and a refusal stands beside its field.

Read as it comes, because nothing can be said about it: where to lead back to (what is unknown leads to the usual page),
and the header X-Fragment, by which a script asks for one part of a page. A button alone has no field to validate; its
token is checked with that of every form (`CSRFProtect`). The fields of an idea are judged by the action, all at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import request
from wtforms import Field
from wtforms.validators import ValidationError

from ideas.domain.errors import RuleBroken
from ideas.domain.texts import check_text, clean_text, without_refused
from ideas.http.numbers import row_number
from ideas.http.refusals import say

MOST_TICKED = 50


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
        self.data = [number for number in dict.fromkeys(map(row_number, sent)) if number][:MOST_TICKED]


def comes_from_triage() -> bool:
    """Tell whether the triage page is where to lead back to."""
    return request.values.get("depuis") == "triage"

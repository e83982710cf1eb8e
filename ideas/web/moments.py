"""A day and an hour of Paris, as forms ask for them."""

from datetime import UTC, datetime

from flask_babel import gettext
from wtforms import Field
from wtforms.widgets import DateTimeLocalInput

from ideas.domain.campaigns import PARIS

LAST_YEAR = 2200  # beyond, a zone could lead out of the calendar


class MomentField(Field):
    """A day and an hour of Paris; a moment once read."""

    widget = DateTimeLocalInput()
    data: datetime | None

    def process_formdata(self, sent: list[str]) -> None:
        """Read the moment that was sent; what is none is said beside the field."""
        self.data, text = None, sent[0].strip() if sent else ""
        if self.object_data and text == _write_moment(self.object_data):
            self.data = self.object_data  # to the second: what is shown again as it was has not changed
            return
        if not text:
            return
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            read = None
        if read is None or not 2000 <= read.year < LAST_YEAR:
            raise ValueError(gettext("Donnez un jour et une heure, par exemple 2026-11-30T18:00."))
        self.data = (read if read.tzinfo else read.replace(tzinfo=PARIS)).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return _write_moment(self.data) if self.data else ""


def _write_moment(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")


class SeenAtField(Field):
    """When a page was made, as the page itself says it: what changed since was not read. Nothing when it says none."""

    data: datetime | None

    def process_formdata(self, sent: list[str]) -> None:
        """Read the moment; one that is none is older than all that there is, and so is one without its zone."""
        self.data = None
        if not sent or not sent[0]:
            return
        try:
            self.data = datetime.fromisoformat(sent[0]).astimezone(UTC)
        except (ValueError, OverflowError):
            self.data = datetime(2000, 1, 1, tzinfo=UTC)

"""The form of an idea, made from the fields of the domain: limits, labels and lists are said there once."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from ideas.domain.directories import Named
from ideas.domain.errors import Invalid
from ideas.domain.ideas import FIELDS, Field
from ideas.domain.texts import without_refused
from ideas.http.refusals import say
from ideas.store import queries
from ideas.store.models import Idea
from ideas.web.open_forms import OpenForm

FIRST = ("title", "data_wanted", "planned_use", "use_kinds", "profile")
HIDDEN_FROM_FORM = ("language",)
NOT_OF_THE_IDEA = ("csrf_token", "compare", "form_key", "website", "altcha")
NOT_SENT_ON = ("csrf_token", "compare", "website", "altcha")
_KEY = re.compile(r"[\w-]{20,64}", re.ASCII)


def read_key(sent: str | None) -> str:
    """Return the key of a form as it came, nothing when it is none of ours."""
    return sent if sent and _KEY.fullmatch(sent) else ""


class Checkboxes(SelectMultipleField):
    """Several answers of a list, as boxes to tick; what is not of the list is refused by the domain."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Leave the judgement to the domain, which says it in a citizen's words."""


class Choice(SelectField):
    """One answer of a list; what is not of the list is refused by the domain."""

    def pre_validate(self, form: Any) -> None:
        """Leave the judgement to the domain, which says it in a citizen's words."""


class DirectoryField(StringField):
    """An entry of a directory, found by typing; a browser offers its names, read when they are shown."""

    def __init__(self, *given: Any, load: Callable[[], list[Named]], **named: Any) -> None:
        super().__init__(*given, **named)
        self._load = load

    def offer(self) -> list[str]:
        """Return the names to choose from, and name what was chosen by its key."""
        entries = self._load()
        names = {entry.key: entry.label for entry in entries}
        self.data: str | None = names.get(self.data or "", self.data)
        return list(names.values())


def _make_field(field: Field) -> wtforms.Field:
    given: dict[str, Any] = {"label": _l(field.label)}
    if field.required:
        given["render_kw"] = {"aria-required": "true"}
    if field.several:
        return Checkboxes(choices=_choices(field.choices or {}), **given)
    if field.choices is not None:
        return Choice(choices=[SelectChoice("", _l("Choisir")), *_choices(field.choices)], **given)
    kind = URLField if field.is_address else StringField if field.is_line else TextAreaField
    return kind(validators=[Length(max=field.longest)], **given)


def _choices(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, _l(label)) for code, label in words.items()]


def _make_fields() -> dict[str, wtforms.Field]:
    """Return the fields in the order of the page: WTForms keeps the order in which they are made, errors follow it."""
    fields: dict[str, wtforms.Field] = {
        "form_key": HiddenField(),
        "dataset_id": HiddenField(),
    }
    for field in FIELDS:
        if field.name == "holder_text":
            fields["producer_id"] = DirectoryField(
                _l("Qui détient ces données ?"), load=queries.directories.list_holders
            )
        if field.name == "period":
            fields["territory_code"] = DirectoryField(_l("Territoire concerné"), load=queries.directories.list_places)
        if field.name not in HIDDEN_FROM_FORM:
            fields[field.name] = _make_field(field)
    fields["show_organisation"] = BooleanField(_l("Afficher le nom de mon organisme"))
    fields["compare"] = SubmitField()  # to see what is alike before sending, where no script runs
    fields["consent"] = BooleanField(_l("J’accepte que ce texte soit publié sous Licence Ouverte 2.0"))
    return fields


IdeaFields = type("IdeaFields", (OpenForm,), _make_fields())


class IdeaForm(IdeaFields):  # type: ignore[misc,valid-type]
    """What a contributor fills in.

    It is not validated here: `submit_idea` judges all the fields at once, by the rules that imports obey too, and its
    refusal comes back beside each field (`show_refusal`).
    """

    purpose = "idea"

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name in (*FIRST, "consent"):
            self[name].flags.required = True

    def values(self) -> dict[str, object]:
        """Return what was typed, field by field, for the action to judge."""
        return {field.name: field.data for field in self if field.name not in NOT_OF_THE_IDEA}

    def list_sent(self) -> list[tuple[str, str]]:
        """Return the form as a browser would send it, for a page that shows it rather than its fields."""
        told = [field for field in self if field.name not in NOT_SENT_ON and field.data]
        pairs = [(field.name, field.data if isinstance(field.data, list) else [field.data]) for field in told]
        return [(name, "y" if value is True else str(value)) for name, values in pairs for value in values]

    def draw_key(self) -> None:
        """Give this form the key by which it is known when it comes twice, unless it brought one."""
        self.form_key.data = read_key(self.form_key.data) or secrets.token_urlsafe(24)

    def show_refusal(self, invalid: Invalid) -> None:
        """Put each refusal beside its field, and take out what cannot be shown."""
        for name, refusal in invalid.errors.items():
            self["producer_id" if name == "holder_text" else name].errors = [say(refusal)]
        for field in self:
            if isinstance(field.data, str):
                field.data = without_refused(field.data)

    @property
    def has_optional_errors(self) -> bool:
        """Whether an error hides in the part that is folded."""
        return any(field.errors for field in self if field.name not in (*FIRST, "consent"))

    @classmethod
    def of(cls, draft: Idea | None, typed: Mapping[str, Any] | None = None) -> "IdeaForm":
        """Return the form as it stands: what was sent, else typed last, else the draft of this session, else empty."""
        form = cls._read(draft, typed)
        form.draw_key()
        return form

    @classmethod
    def _read(cls, draft: Idea | None, typed: Mapping[str, Any] | None) -> "IdeaForm":
        if draft is None or typed:
            return cls(data=typed or {})
        form = cls(obj=draft)
        if not form.is_submitted():
            form.consent.data = draft.consented_at is not None
            form.producer_id.data = str(draft.producer_id or draft.holder_text)
            form.holder_text.data = ""
            form.territory_code.data = draft.territory_code or ""
        return form

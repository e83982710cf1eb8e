"""What moderators fill in to decide about an idea."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from ideas.actions.decisions import LONGEST_NOTE
from ideas.domain.errors import N_
from ideas.domain.publication import MUST_SAY_WHY, OUTCOMES, REASONS, Publication, Verdict

VERDICT_NAMES = {
    Verdict.PUBLISH: N_("Publier"),
    Verdict.REFUSE: N_("Ne pas publier"),
    Verdict.HIDE: N_("Masquer"),
    Verdict.RESTORE: N_("Remettre en ligne"),
}


class VerdictForm(FlaskForm):
    """A verdict's reason and note, and the state that the moderator had before their eyes."""

    expected = HiddenField()
    reason = SelectField(
        _l("Raison"),
        choices=[SelectChoice("", _l("Choisir")), *(SelectChoice(code, _l(name)) for code, name in REASONS.items())],
        validate_choice=False,
    )
    note = TextAreaField(_l("Note publique"), validators=[Length(max=LONGEST_NOTE)])


def make_form(state: str, key: object = "", *, read: bool = False) -> VerdictForm:
    """Return the form for ideas in `state`; `key` keeps its ids apart on a page of several, `read` takes what came."""
    given: dict[str, Any] = {} if read else {"formdata": None}
    form = VerdictForm(**given)
    form.expected.data = form.expected.data or state
    form.reason.flags.required = True
    for field in (form.expected, form.reason, form.note, form.csrf_token):
        field.id = f"{field.name}-{key}"
    return form


def list_verdicts(state: Publication) -> list[tuple[str, str, bool]]:
    """Return the verdicts that may follow `state`: code, words, and whether a reason must be given."""
    return [
        (str(verdict), gettext(words), verdict in MUST_SAY_WHY)
        for verdict, words in VERDICT_NAMES.items()
        if (state, verdict) in OUTCOMES
    ]

"""What moderators fill in to decide about an idea."""

from functools import partial
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from ideas.actions.decisions import LONGEST_NOTE
from ideas.actions.handling import LONGEST_QUESTION
from ideas.domain.errors import N_
from ideas.domain.publication import MUST_SAY_WHY, OUTCOMES, REASONS, Publication, Verdict, check_reason
from ideas.web.forms import Fits, PageForm, TickedField, said_beside

VERDICT_NAMES = {
    Verdict.PUBLISH: N_("Publier"),
    Verdict.APPROVE: N_("Laisser en ligne"),
    Verdict.REFUSE: N_("Ne pas publier"),
    Verdict.HIDE: N_("Masquer"),
    Verdict.RESTORE: N_("Remettre en ligne"),
}

make_note = partial(TextAreaField, _l("Note publique"), [Fits(LONGEST_NOTE)])


class NoteForm(PageForm):
    """What a merge may say of itself in the register."""

    note = make_note()


class AskForm(PageForm):
    """What the author of an idea is asked before it is published."""

    text = TextAreaField(_l("Votre question"), [Fits(LONGEST_QUESTION)])


class RedactForm(PageForm):
    """The passage that is taken out of an idea, as it is written there, and why."""

    passage = StringField(_l("Passage à retirer, tel qu’il est écrit"), [Fits(LONGEST_NOTE)])
    reason = SelectField(
        _l("Raison"),
        choices=[SelectChoice(code, _l(name)) for code, name in REASONS.items()],
        default="personal_data",
    )


class VerdictForm(PageForm):
    """A verdict, its reason and its note, and the state that the moderator had before their eyes."""

    expected = HiddenField()
    seen = HiddenField()  # a mark of the text that was read
    verdict = HiddenField()  # of the button that is pressed
    idea_id = TickedField(id="plusieurs")
    reason = SelectField(
        _l("Raison"),
        choices=[SelectChoice("", _l("Choisir")), *(SelectChoice(code, _l(name)) for code, name in REASONS.items())],
        validate_choice=False,
    )
    note = make_note()

    def validate_reason(self, field: Any) -> None:
        """Ask for a reason of the list where the verdict needs one."""
        if self.verdict.data in MUST_SAY_WHY:
            with said_beside():
                check_reason(Verdict(self.verdict.data), field.data)

    def list_faults(self) -> list[str]:
        """Judge the button, whose refusal belongs to none of the fields that are shown."""
        return [] if self.verdict.data in VERDICT_NAMES else [gettext("Choisissez une décision.")]


class SeveralForm(VerdictForm):
    """One verdict for all the ideas that are ticked."""

    def list_faults(self) -> list[str]:
        """Ask for one idea at least; the boxes are all over the page, so that no one field is at fault."""
        chosen = [] if self.idea_id.data else [gettext("Choisissez d’abord une ou plusieurs idées.")]
        return [*super().list_faults(), *chosen]


def make_form(state: str, key: object = "", *, read: bool = False) -> VerdictForm:
    """Return the form for ideas in `state`; `key` keeps its ids apart on a page of several, `read` takes what came."""
    return _prepare(VerdictForm(**{} if read else {"formdata": None}), state, key)


def make_several_form(state: str, *, read: bool = False) -> VerdictForm:
    """Return the form for the ideas in `state` that are ticked."""
    return _prepare(SeveralForm(**{} if read else {"formdata": None}), state, "plusieurs")


def make_ask_form(*, read: bool = False) -> AskForm:
    """Return the form of a question to an author."""
    form = AskForm(**{} if read else {"formdata": None})
    form.text.id, form.text.flags.required = "question", True
    return form


def make_redact_form(*, read: bool = False) -> RedactForm:
    """Return the form that takes a passage out of an idea."""
    form = RedactForm(**{} if read else {"formdata": None})
    form.passage.id, form.passage.flags.required = "passage", True
    form.reason.id, form.reason.flags.required = "passage-raison", True
    return form


def _prepare(form: VerdictForm, state: str, key: object) -> VerdictForm:
    form.expected.data = form.expected.data or state
    form.reason.flags.required = True
    for field in (form.expected, form.reason, form.note, form.csrf_token):
        field.id = f"{field.name}-{key}"
    return form


def list_verdicts(state: Publication, *, is_unread: bool = False) -> list[tuple[str, str, bool]]:
    """Return the verdicts that may follow `state`: code, words, and whether a reason must be given.

    Only what was put online unread is still to be approved.
    """
    return [
        (str(verdict), gettext(words), verdict in MUST_SAY_WHY)
        for verdict, words in VERDICT_NAMES.items()
        if (state, verdict) in OUTCOMES and (is_unread or verdict is not Verdict.APPROVE)
    ]

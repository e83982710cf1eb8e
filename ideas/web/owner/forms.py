"""What owners fill in."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError

from ideas.actions.decisions import LONGEST_NOTE
from ideas.actions.people import is_known
from ideas.domain.accounts import ROLE_NAMES, Role
from ideas.domain.campaign_texts import LONG, LONGEST, OWN, TextKind
from ideas.domain.campaigns import LONGEST_SLUG, check_dates, check_new_moderation, check_new_opening, check_slug
from ideas.domain.clusters import Grain
from ideas.domain.errors import N_
from ideas.domain.permissions import Subject
from ideas.domain.publication import Moderation
from ideas.http.clock import now
from ideas.store import queries
from ideas.store.models import Campaign, Producer
from ideas.web.forms import Fits, PageForm, said_beside
from ideas.web.moments import MomentField

TEXT_LABELS = {
    TextKind.TITLE: N_("Titre"),
    TextKind.QUESTION: N_("Question posée"),
    TextKind.INTRODUCTION: N_("Introduction"),
    TextKind.RULES: N_("Règles"),
    TextKind.HELP: N_("Aide"),
}
PLAIN_LABELS = {
    TextKind.QUESTION: N_("La question, en mots simples"),
    TextKind.RULES: N_("Les règles, en mots simples"),
    TextKind.HELP: N_("L’aide, en mots simples"),
}
GRAIN_CHOICES = {
    Grain.BROAD: N_("Plus large : des sujets plus grands, moins d’idées sans sujet"),
    Grain.USUAL: N_("Usuelle : celle que les décisions de l’équipe apprennent"),
    Grain.FINE: N_("Plus fine : des sujets plus petits, plus d’idées sans sujet"),
}
MODERATION_NAMES = {
    Moderation.BEFORE: N_("Avant : une idée paraît une fois relue et publiée"),
    Moderation.AFTER: N_("Après : une idée paraît dès que son auteur est connu, et se relit ensuite"),
}
GIVEN = (Role.MODERATOR, Role.REVIEWER, Role.PRODUCER, Role.OWNER, Role.ADMINISTRATOR)
# Each text of a campaign in a language, and whether it is the one in plain words.
TEXTS_TO_WRITE = (*((kind, False) for kind in TextKind), *((kind, True) for kind in PLAIN_LABELS))


class IsSaid:
    """Something was typed; what is wrong with it, if anything, is not for this rule to say."""

    def __init__(self, message: Any) -> None:
        self.message, self.field_flags = message, {"required": True}

    def __call__(self, _form: Any, field: Any) -> None:
        """Refuse a blank, and say nothing else of it."""
        if not field.raw_data or not str(field.raw_data[0]).strip():
            raise StopValidation(self.message)


class DatesForm(PageForm):
    """When a campaign opens and closes."""

    opens_at = MomentField(_l("Ouverture"), [IsSaid(_l("Donnez l’ouverture."))])
    ideas_close_at = MomentField(_l("Fin des idées, s’il reste ensuite des jours de soutien"))
    closes_at = MomentField(_l("Clôture"), [IsSaid(_l("Donnez la clôture."))])

    def validate_closes_at(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if self.opens_at.data and field.data:
            with said_beside():
                check_dates(self.opens_at.data, None, field.data)

    def validate_ideas_close_at(self, field: Any) -> None:
        """Refuse an end of ideas that is not within the campaign; its own order is said beside its end."""
        opens_at, closes_at = self.opens_at.data, self.closes_at.data
        if field.data and opens_at and closes_at and opens_at < closes_at:
            with said_beside():
                check_dates(opens_at, field.data, closes_at)


class MovedDatesForm(DatesForm):
    """Other dates for a campaign that there is."""

    def __init__(self, campaign: Campaign, *given: Any, **named: Any) -> None:
        self.campaign = campaign
        super().__init__(*given, obj=campaign, **named)

    def validate_opens_at(self, field: Any) -> None:
        """Refuse another opening once it has opened."""
        if field.data:
            with said_beside():
                check_new_opening(self.campaign, field.data, now())


class NewCampaignForm(DatesForm):
    """A campaign to come; its other texts are written afterwards."""

    slug = StringField(_l("Identifiant"), [IsSaid(_l("Donnez un identifiant.")), Fits(LONGEST_SLUG)])
    title = StringField(_l("Titre"), [IsSaid(_l("Donnez un titre.")), Fits(LONGEST[TextKind.TITLE])])
    question = StringField(_l("Question posée"), [IsSaid(_l("Donnez la question.")), Fits(LONGEST[TextKind.QUESTION])])

    def validate_slug(self, field: Any) -> None:
        """Refuse a name that cannot be, or that another campaign has."""
        with said_beside():
            check_slug(field.data)
        if queries.campaigns.find(field.data) is not None:
            raise ValidationError(gettext("Une autre campagne porte déjà cet identifiant."))


def make_texts_form(language: str, said: Mapping[tuple[TextKind, bool], str]) -> PageForm:
    """Return the form of all the texts of a language, filled in with what the campaign says."""
    fields = {name_text(*text): _make_text(language, *text) for text in TEXTS_TO_WRITE}
    form: PageForm = type("TextsForm", (PageForm,), fields)(data={name_text(*one): text for one, text in said.items()})
    return form


def name_text(kind: TextKind, is_plain: bool) -> str:  # noqa: FBT001 - both halves of one key
    """Return the name of the field of a text.

    >>> name_text(TextKind.RULES, True)
    'rules_plain'
    """
    return f"{kind.value}{'_plain' if is_plain else ''}"


def _make_text(language: str, kind: TextKind, is_plain: bool) -> Any:  # noqa: FBT001 - both halves of one key
    validators: list[Any] = [Fits(LONGEST[kind])]
    if kind in OWN[:2] and language == "fr" and not is_plain:
        validators.insert(0, IsSaid(_l("Une campagne a un titre et une question.")))
    make = TextAreaField if kind in LONG or is_plain else StringField
    return make(_l((PLAIN_LABELS if is_plain else TEXT_LABELS)[kind]), validators)


class ClosingForm(PageForm):
    """A last word, for the register."""

    note = TextAreaField(_l("Note publique"), [Fits(LONGEST_NOTE)])


class ReopeningForm(PageForm):
    """Until when, and why."""

    closes_at = MomentField(_l("Nouvelle clôture"), [IsSaid(_l("Donnez la nouvelle clôture."))])
    reason = TextAreaField(_l("Raison"), [IsSaid(_l("Dites pourquoi.")), Fits(LONGEST_NOTE)])


class ReviewForm(PageForm):
    """When the ideas of a campaign are read, and why that changes."""

    moderation = RadioField(
        _l("Relecture"),
        choices=[SelectChoice(one.value, _l(words)) for one, words in MODERATION_NAMES.items()],
    )
    reason = TextAreaField(_l("Raison"), [Fits(LONGEST_NOTE)])

    def __init__(self, campaign: Campaign, *given: Any, **named: Any) -> None:
        self.campaign = campaign
        super().__init__(*given, data={"moderation": campaign.moderation}, **named)
        self.moderation.flags.required, self.reason.flags.required = True, campaign.opens_at <= now()

    def validate_reason(self, field: Any) -> None:
        """Ask why, once others take part; what stays as it was needs no reason."""
        if self.moderation.data != self.campaign.moderation:
            with said_beside():
                check_new_moderation(self.campaign, field.data or "", now())


class GrainForm(PageForm):
    """How wide the subjects of a campaign are."""

    grain = RadioField(_l("Finesse des sujets"))

    def __init__(self, campaign: Campaign, counts: Mapping[str, Sequence[int]], *given: Any, **named: Any) -> None:
        super().__init__(*given, data={"grain": campaign.grain}, **named)
        self.grain.flags.required = True
        self.grain.choices = [SelectChoice(one.value, _tell_grain(one, counts)) for one in Grain]


def _tell_grain(grain: Grain, counts: Mapping[str, Sequence[int]]) -> str:
    words = gettext(GRAIN_CHOICES[grain])
    if grain not in counts:
        return words
    subjects, alone = counts[grain]
    found = ngettext("%(num)s sujet", "%(num)s sujets", subjects)
    left = ngettext("%(num)s idée seule", "%(num)s idées seules", alone)
    return f"{words} ({found}, {left})"


class SealingForm(PageForm):
    """Why words are taken out."""

    reason = TextAreaField(_l("Raison"), [IsSaid(_l("Dites pourquoi.")), Fits(500)])


class AppointmentForm(PageForm):
    """Somebody, a role, and where it is held: for one campaign, for one body, or everywhere."""

    email = EmailField(_l("Adresse électronique"), [IsSaid(_l("Donnez une adresse."))])
    role = SelectField(
        _l("Rôle"),
        [IsSaid(_l("Choisissez un rôle."))],
        choices=[SelectChoice(one.value, _l(ROLE_NAMES[one])) for one in GIVEN],
    )
    campaign = SelectField(_l("Pour la campagne"))
    producer = SelectField(_l("Pour l’organisme"))

    def offer(self, campaigns: list[Campaign], producers: list[Producer]) -> None:
        """Say for which campaigns and which bodies a role may be given."""
        self.campaign.choices = [("", gettext("Toutes")), *((str(one.id), one.title) for one in campaigns)]
        self.producer.choices = [("", gettext("Aucun")), *((str(one.id), one.name) for one in producers)]

    @property
    def about(self) -> Subject:
        """Where the role is to be held."""
        return Subject(int(self.campaign.data or 0) or None, int(self.producer.data or 0) or None)

    def validate_email(self, field: Any) -> None:
        """Refuse what is no address, and note one that nobody came with: it may be misspelled."""
        with said_beside():
            self.is_new = not is_known(field.data)

    def validate_campaign(self, field: Any) -> None:
        """An administrator is one everywhere."""
        if field.data and self.role.data == Role.ADMINISTRATOR:
            raise ValidationError(gettext("Un administrateur l’est pour tout le site : choisissez « Toutes »."))

    def validate_producer(self, field: Any) -> None:
        """A producer speaks for one body, an administrator for none."""
        if not field.data and self.role.data == Role.PRODUCER:
            raise ValidationError(gettext("Dites pour quel organisme cette personne répond."))
        if field.data and self.role.data == Role.ADMINISTRATOR:
            raise ValidationError(gettext("Un administrateur l’est pour tout le site : choisissez « Aucun »."))

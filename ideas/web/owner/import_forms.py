"""What owners fill in to import a file: the file itself, then which column holds what."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ideas.actions.file_imports import FIELD_NAMES, LONGEST_NAME
from ideas.actions.importing import LONGEST_SOURCE
from ideas.domain.errors import N_
from ideas.domain.ideas import BY_NAME
from ideas.web.forms import Fits, PageForm
from ideas.web.owner.forms import IsSaid

MOST_COLUMNS = 60  # that a page shows: those beyond are left aside
SHORT_NAMES = {
    "title": N_("Titre"),
    "data_wanted": N_("Données souhaitées"),
    "planned_use": N_("Service ou usage imaginé"),
    "use_kinds": N_("Genres d’usage (codes)"),
    "profile": N_("Profil (code)"),
    "beneficiaries": N_("Bénéficiaires"),
    "holder_text": N_("Détenteur, en toutes lettres"),
    "existing_url": N_("Adresse d’un jeu déjà trouvé"),
    "obstacles": N_("Obstacles (codes)"),
    "names_people": N_("Nomme des personnes (code)"),
    "producer": N_("Organisme du répertoire"),
    "territory": N_("Territoire (code)"),
    "show_organisation": N_("Nom d’organisme public (oui, non)"),
    "id": N_("Numéro dans la source"),
}
NEEDED = "data_wanted"


class FileForm(PageForm):
    """A file of ideas."""

    file = FileField(_l("Fichier"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.file.flags.required = True

    def validate_file(self, field: Any) -> None:
        """Ask for a file: a browser that sends none sends an empty one."""
        if not field.data or not field.data.filename:
            raise ValidationError(gettext("Choisissez un fichier."))


class MappingForm(PageForm):
    """Which column holds what, where the file comes from, and what to do with its ideas."""

    source = StringField(_l("Source"), [IsSaid(_l("Donnez un nom à la source.")), Fits(LONGEST_SOURCE)])
    publish = BooleanField(_l("Mettre les idées en ligne tout de suite"))
    replace = BooleanField(_l("Remplacer le texte des idées déjà importées sous le même numéro"))
    save_as = StringField(_l("Garder cette correspondance sous le nom"), [Fits(LONGEST_NAME)])

    columns: tuple[str, ...] = ()

    @property
    def selects(self) -> list[Any]:
        """Return the fields of the columns, in their order."""
        return [self[_name_select(place)] for place in range(len(self.columns))]

    @property
    def mapping(self) -> dict[str, str]:
        """Return field → column."""
        chosen = zip(self.columns, self.selects, strict=True)
        return {select.data: column for column, select in chosen if select.data}

    @property
    def options(self) -> dict[str, Any]:
        """Return what else was chosen."""
        return {name: self[name].data for name in ("source", "publish", "replace")}

    def list_faults(self) -> list[str]:
        """Refuse two columns for one field, and ask for the one that every idea needs."""
        chosen = [select.data for select in self.selects if select.data]
        twice = sorted({name_target(one) for one in chosen if chosen.count(one) > 1})
        faults = [gettext("Deux colonnes pour un même champ : %(names)s.", names=", ".join(twice))] if twice else []
        if NEEDED not in chosen:
            faults.append(gettext("Dites quelle colonne contient les données souhaitées."))
        return faults


def make_mapping_form(columns: Iterable[str], mapping: Mapping[str, str], **shown: Any) -> MappingForm:
    """Return the form for the columns of a file, filled in with field → column and the rest that is `shown`."""
    shown_columns = tuple(columns)[:MOST_COLUMNS]
    holds = {column: name for name, column in mapping.items() if column}
    choices = [SelectChoice("", _l("Laisser de côté")), *(SelectChoice(one, name_target(one)) for one in FIELD_NAMES)]
    fields: dict[str, Any] = {
        _name_select(place): SelectField(column, choices=choices) for place, column in enumerate(shown_columns)
    }
    kind = type("ColumnsForm", (MappingForm,), fields | {"columns": shown_columns})
    given = {_name_select(place): holds.get(column, "") for place, column in enumerate(shown_columns)}
    form: MappingForm = kind(data=given | shown)
    return form


def name_target(name: str) -> str:
    """Return what a field is called where a column is given to it."""
    return gettext(SHORT_NAMES.get(name) or BY_NAME[name].label)


def _name_select(place: int) -> str:
    return f"column{place}"

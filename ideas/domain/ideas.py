"""What an idea is made of: its fields, their limits and closed lists, and the check of what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ideas.domain.errors import N_, Invalid, RuleBroken
from ideas.domain.texts import check_text, clean_text, one_line

PROFILES = {
    "individual": N_("Particulier"),
    "association": N_("Association"),
    "administration": N_("Administration"),
    "local_authority": N_("Collectivité"),
    "firm": N_("Entreprise"),
    "software_editor": N_("Éditeur de logiciels"),
}
USE_KINDS = {
    "public_service": N_("Service public"),
    "business": N_("Activité économique"),
    "research": N_("Recherche"),
    "journalism": N_("Journalisme"),
    "association": N_("Vie associative"),
    "personal": N_("Usage personnel"),
    "other": N_("Autre usage"),
}
THEMES = {
    "agriculture": N_("Agriculture et alimentation"),
    "budget": N_("Budget et finances publiques"),
    "culture": N_("Culture"),
    "democracy": N_("Démocratie et institutions"),
    "digital": N_("Numérique"),
    "economy": N_("Économie et entreprises"),
    "education": N_("Éducation et jeunesse"),
    "employment": N_("Emploi et formation"),
    "energy": N_("Énergie"),
    "environment": N_("Environnement"),
    "health": N_("Santé"),
    "housing": N_("Logement"),
    "justice": N_("Justice"),
    "security": N_("Sécurité"),
    "social": N_("Solidarités"),
    "sport": N_("Sport"),
    "territory": N_("Territoires et urbanisme"),
    "transport": N_("Transports"),
}
FORMATS = {"file": N_("Un fichier"), "api": N_("Une API"), "either": N_("L’un ou l’autre")}
NAMES_PEOPLE = {"yes": N_("Oui"), "no": N_("Non"), "unknown": N_("Je ne sais pas")}
OBSTACLES = {
    "broken_link": N_("Lien mort"),
    "licence": N_("Licence trop restrictive"),
    "charge": N_("Payant"),
    "commercial_secrecy": N_("Secret des affaires"),
    "personal_data": N_("Données personnelles"),
    "unusable_format": N_("Format inutilisable"),
    "out_of_date": N_("Données périmées"),
    "other_version": N_("Il faudrait une autre version"),
    "refused": N_("Demande refusée"),
    "no_answer": N_("Pas de réponse"),
    "other": N_("Autre"),
}
CHANNELS = {"site": N_("Site"), "paper": N_("Papier"), "workshop": N_("Atelier"), "import": N_("Import")}
LANGUAGES = {"fr": N_("français"), "en": N_("anglais")}


@dataclass(frozen=True)
class Field:
    """One field of an idea: its French name, how long it may be, which words it accepts, whether it is asked for."""

    name: str
    label: str
    longest: int = 300
    longest_imported: int = 300
    choices: Mapping[str, str] | None = None
    several: bool = False
    required: str = ""
    is_line: bool = True
    is_address: bool = False


FIELDS = (
    Field("title", N_("Titre de votre idée"), 100, 300, required=N_("Donnez un titre à votre idée.")),
    Field(
        "data_wanted",
        N_("Quelles données souhaitez-vous ?"),
        2_000,
        20_000,
        required=N_("Dites quelles données vous souhaitez."),
        is_line=False,
    ),
    Field(
        "planned_use",
        N_("Qu’en feriez-vous ?"),
        2_000,
        20_000,
        required=N_("Dites quel service ou quel usage vous imaginez."),
        is_line=False,
    ),
    Field(
        "use_kinds",
        N_("Pour quel genre d’usage ?"),
        choices=USE_KINDS,
        several=True,
        required=N_("Choisissez au moins un genre d’usage."),
    ),
    Field("profile", N_("Vous êtes"), choices=PROFILES, required=N_("Dites qui vous êtes.")),
    Field("theme", N_("Thème"), choices=THEMES),
    Field("beneficiaries", N_("À qui cela servirait-il ?"), 500, 20_000, is_line=False),
    Field("holder_text", N_("Qui détient ces données, à votre avis ?"), 200, 300),
    Field("period", N_("Période"), 200),
    Field("detail_level", N_("Niveau de détail"), 200),
    Field("freshness", N_("Fréquence de mise à jour"), 200),
    Field("format", N_("Fichier ou API"), choices=FORMATS),
    Field("existing_url", N_("Une page ou un jeu de données déjà trouvé"), 500, 500, is_address=True),
    Field("obstacles", N_("Qu’est-ce qui vous a empêché de les utiliser ?"), choices=OBSTACLES, several=True),
    Field("names_people", N_("Ces données nomment-elles des personnes ?"), choices=NAMES_PEOPLE),
    Field("organisation", N_("Nom de votre organisme"), 200),
    Field("language", N_("Langue"), choices=LANGUAGES),
)
BY_NAME = {field.name: field for field in FIELDS}


def check_idea(values: Mapping[str, object], *, imported: bool = False) -> dict[str, object]:
    """Return the values of an idea cleaned, one entry a field (a list for `several`, "" or [] when empty).

    Raises `Invalid` with every field at fault. An import may lack all but the title and the data wanted,
    and keeps longer texts whole.
    """
    cleaned: dict[str, object] = {}
    errors: dict[str, RuleBroken] = {}
    for field in FIELDS:
        try:
            cleaned[field.name] = _check_field(field, values.get(field.name), imported=imported)
        except RuleBroken as refusal:
            errors[field.name] = refusal
    if errors:
        raise Invalid(errors)
    return cleaned


def _check_field(field: Field, given: object, *, imported: bool) -> object:
    if field.several:
        return _check_several(field, given, required=bool(field.required) and not imported)
    text = clean_text(None if given is None else str(given))
    if field.is_line:
        text = one_line(text)
    if not text:
        if field.required and not (imported and field.name not in ("title", "data_wanted")):
            raise RuleBroken(field.required)
        return ""
    if field.choices is not None:
        return _check_choice(field, text)
    check_text(text, longest=field.longest_imported if imported else field.longest)
    if field.is_address:
        check_address(text)
    return text


def _check_several(field: Field, given: object, *, required: bool) -> list[str]:
    given_list = given.split("|") if isinstance(given, str) else list(given or [])  # type: ignore[call-overload]
    chosen = {_check_choice(field, str(word).strip()) for word in given_list if str(word).strip()}
    if required and not chosen:
        raise RuleBroken(field.required)
    return [word for word in field.choices or () if word in chosen]


def _check_choice(field: Field, word: str) -> str:
    if word not in (field.choices or ()):
        raise RuleBroken(N_("Choisissez une réponse de la liste."))
    return word


def check_address(text: str) -> None:
    """Raise `RuleBroken` unless `text` is a web address that can be followed by a reader."""
    try:
        parts = urlsplit(text)
        found = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in text
    except ValueError:
        found = False
    if not found:
        raise RuleBroken(N_("Donnez une adresse complète, qui commence par https://."))

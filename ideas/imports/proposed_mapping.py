"""Which column of a file seems to hold which field of an idea, by what columns are called."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from ideas.domain.ideas import FIELDS

# What people call fields in the files that they gather, without accents.
CALLED: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "numero", "n", "reference", "identifiant", "number"),
    "title": ("titre", "intitule", "objet", "sujet", "subject", "name", "nom de l idee"),
    "data_wanted": (
        "donnees souhaitees",
        "donnees",
        "donnee",
        "description",
        "texte",
        "contenu",
        "demande",
        "besoin",
        "body",
    ),
    "planned_use": ("usage", "usage envisage", "usage imagine", "service", "utilisation", "use"),
    "holder_text": ("detenteur", "holder", "administration", "producteur", "qui detient"),
    "organisation": ("organisme", "structure", "organization"),
    "profile": ("profil", "qui", "type de contributeur"),
    "theme": ("thematique", "domaine", "categorie", "category"),
    "existing_url": ("url", "lien", "adresse", "link"),
    "language": ("langue", "lang"),
}


def propose_mapping(columns: Iterable[str]) -> dict[str, str]:
    """Return field → column for what is called like a field; each field and each column once.

    >>> propose_mapping(["N°", "Titre", "Données souhaitées", "Divers"])
    {'id': 'N°', 'title': 'Titre', 'data_wanted': 'Données souhaitées'}
    """
    known = {_simplify(one.label): one.name for one in FIELDS} | {_simplify(one.name): one.name for one in FIELDS}
    known = {word: name for name, words in CALLED.items() for word in words} | known
    found: dict[str, str] = {}
    for column in columns:
        name = known.get(_simplify(column))
        if name is not None:
            found.setdefault(name, column)
    return found


def _simplify(text: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()

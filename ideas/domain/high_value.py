"""High-value data: the six themes that the law of the Union names, one of which staff may say an idea belongs to.

The themes are those of annex I of Directive (EU) 2019/1024; Implementing Regulation (EU) 2023/138 lists under each the
data sets that public bodies must open free of charge, by files and by API, since 9 June 2024. Whether what an idea asks
for is one of them is for a person to say: words only give a hint. https://eur-lex.europa.eu/eli/reg_impl/2023/138/oj
"""

import re
import unicodedata
from enum import StrEnum

from ideas.domain.errors import N_


class HighValue(StrEnum):
    """The themes, in the order of the regulation."""

    GEOSPATIAL = "geospatial"
    ENVIRONMENT = "environment"
    METEOROLOGICAL = "meteorological"
    STATISTICS = "statistics"
    COMPANIES = "companies"
    MOBILITY = "mobility"


HIGH_VALUE_NAMES = {
    HighValue.GEOSPATIAL: N_("Données géospatiales"),
    HighValue.ENVIRONMENT: N_("Observation de la Terre et environnement"),
    HighValue.METEOROLOGICAL: N_("Données météorologiques"),
    HighValue.STATISTICS: N_("Données statistiques"),
    HighValue.COMPANIES: N_("Entreprises et propriété d’entreprises"),
    HighValue.MOBILITY: N_("Mobilité"),
}

# Beginnings of words, without accents, after the data sets that the annex lists under each theme.
_HINTS = {
    HighValue.GEOSPATIAL: ("cadastr", "parcelle", "adresse", "batiment", "toponym", "limites administratives"),
    HighValue.ENVIRONMENT: (
        *("qualite de l air", "qualite de l eau", "biodiversite", "hydrograph", "cours d eau", "occupation du sol"),
        *("pollu", "dechet", "emission", "sols", "bruit", "geolog", "littora", "nappe", "inond", "crue", "foret"),
    ),
    HighValue.METEOROLOGICAL: ("meteo", "pluie", "pluvio", "precipitation", "temperature", "climat", "vigilance"),
    HighValue.STATISTICS: ("statisti", "recensement", "chomage", "pauvrete", "inegalit", "demograph", "tourisme"),
    HighValue.COMPANIES: (
        "entreprise",
        "siren",
        "siret",
        "societes commerciales",
        "beneficiaires effectifs",
        "comptes annuels",
    ),
    HighValue.MOBILITY: (
        "reseau de transport",
        "voies navigables",
        "fluvia",
        "ferroviaire",
        "routier",
        "gares",
        "horaire",
    ),
}
_FOUND = {theme: re.compile(r"\b(?:" + "|".join(hints) + ")") for theme, hints in _HINTS.items()}
LEAST_HINTS = 2


def suggest_high_value(*texts: str) -> HighValue | None:
    """Return the theme that the most words of some texts suggest; None when they are few, or suggest two as much.

    >>> suggest_high_value("Températures et pluie relevées par station")
    <HighValue.METEOROLOGICAL: 'meteorological'>
    >>> suggest_high_value("Horaires des bibliothèques") is None
    True
    """
    said = _fold(" ".join(texts))
    counts = {theme: len(set(pattern.findall(said))) for theme, pattern in _FOUND.items()}
    best = max(counts, key=lambda theme: counts[theme])
    is_alone = list(counts.values()).count(counts[best]) == 1
    return best if counts[best] >= LEAST_HINTS and is_alone else None


def _fold(text: str) -> str:
    """Return a text in small letters, without accents, its words apart by one space."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("’", " ")).encode("ascii", "ignore").decode()
    return " ".join(re.findall("[a-z0-9]+", bare))

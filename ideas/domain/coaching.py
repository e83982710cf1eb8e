"""What would help an idea to be understood: hints by rules, never walls, and silence rather than a needless one.

Rules look for what is missing by its usual writing, in French, accents aside. What they do not know they take for said.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from ideas.domain.errors import N_
from ideas.domain.personal import find_in_fields
from ideas.domain.texts import fold_accents


class Hint(StrEnum):
    """Something that an idea does not say, or says of somebody."""

    OBJECT = "object"
    TERRITORY = "territory"
    DETAIL = "detail"
    USE = "use"
    PERSONAL = "personal"


HINTS = {
    Hint.OBJECT: N_("De quoi parlent ces données ? Nommez la chose : des horaires, des prix, une liste, une carte…"),
    Hint.TERRITORY: N_("Pour quel territoire ? Par exemple : toute la France, une région, votre commune."),
    Hint.DETAIL: N_("Avec quel détail, et mises à jour quand ? Par exemple : par commune, chaque mois."),
    Hint.USE: N_("Que feriez-vous de ces données, et pour qui ? Une phrase suffit."),
    Hint.PERSONAL: N_("Ce texte sera public et semble nommer une personne ou donner ses coordonnées."),
}
FIELD_OF = {
    Hint.OBJECT: "data_wanted",
    Hint.TERRITORY: "data_wanted",
    Hint.DETAIL: "data_wanted",
    Hint.USE: "planned_use",
}
TEXTS = ("title", "data_wanted", "planned_use")
# Words that say something: "les données ouvertes" has none, "horaires des cars" two, "savoir où me baigner" one.
LEAST_OF_NEED, LEAST_OF_USE = 2, 1

_WORD = re.compile(r"[^\W_]{2,}")
# What a need is wrapped in, and what all data are: none of it says which.
_EMPTY = frozenset(
    """
    a acceder acces accessible accessibles administration administrations ai aimerais aimerait aimerions ainsi
    ais analyse analyser api app appli application applications applis au aucun aucune aussi autre autres aux
    avec avez avoir avons base bases beaucoup besoin bien bonjour bonne ca car ce ceci cela celle celles celui
    ces cet cette ceux chose choses citoyen citoyenne citoyens comme comment comprendre connaitre consulter
    creer csv dans data de des dispo disponible disponibles disposer doit donc donne donnee donnees donner dont
    du elle elles en encore est et etat etc etre etude etudier eu exploiter faire fait faut fichier fichiers
    format formats gouvernement gratuit gratuite gratuits idee idees il ils info information informations infos
    interessant interessants internet je jeu jeux la le les leur leurs libre libres ligne lui ma mais me
    meilleur meilleure meme merci mes mettre mien mobile moi moins mon ne ni nos notre nous on ont open opendata
    ou outil outils ouvert ouverte ouvertes ouverts ouverture ouvrir par parce pas personnel peu peut plus
    plusieurs pour pourquoi pourrais pourrait pouvoir projet projets public publication publics publier publique
    publiques qu quand que quel quelle quelles quelque quelques quels qui quoi reutilisation reutiliser rien sa
    sais sait sans savoir se service services ses si simple simplement site sites soit son sont souhaite
    souhaitent souhaiterais souhaitons sous sur ta te telecharger tes toi ton tous tout toute toutes
    transparence transparent transparents tres tu un une usage usages utile utiles utilisation utiliser va veut
    veux voila voir vos votre voudrais voudrait voudrions vouloir vous vraiment web
    """.split()  # noqa: SIM905 - read as a paragraph
)
_PLACE = re.compile(
    r"\b(?:france|francais|francaise|nation\w*|pays|territo\w+|regions?|departement\w*|commun(?:e|es|al|ale|ales|aux)|villes?"
    r"|villages?|metropol\w*|agglomeration\w*|intercommun\w*|epci|canton\w*|arrondissements?|quartiers?|outre-mer|europe\w*"
    r"|academi\w+|bassins?|littora\w+|codes? posta\w+|cod(?:e|es) insee|partout|rues?|adresses?|parcelles?|pres de chez"
    r"|(?:par|de|chaque|a chaque|tous les|toutes les) (?:arrets?|gares?|stations?|ecoles?|colleges?|lycees?|hopita\w+"
    r"|etablissements?|lignes?|points?|boucles?|sites?|communes?))\b"
)
# A name of a place after the word that leads to it, in the text as it was typed: "à Rennes", "dans le Finistère".
_NAMED_PLACE = re.compile(
    r"\b(?:[ÀAàa]u?|[Ee]n|[Dd]ans l(?:e |a |es |[’'])|[Ss]ur l(?:e |a |[’'])|[Dd]e l(?:a |[’'])|[Dd]u|[Dd]’)\s?"
    r"(?!(?:M|Mme|Mlle|Mr|Dr|Pr|Me)\b)[A-ZÀ-Ý][^\W\d_]{2,}"
)
_GRAIN = re.compile(
    r"\b(?:par (?!exemple|ailleurs|rapport|consequent|contre|la suite|internet|(?:les?|la|l|des?|du|une?|mail|moi|nous"
    r"|ici|tous)\b)\w+|(\w+) par \1|chaque|a l.(?:echelle|heure|adresse|arret|hectare|unite|iris)|detail\w*|maille\w*"
    r"|dates?|annees?|heures?|minutes?|resolution|granularite|precis\w*|individuel\w*|iris|au niveau|au metre"
    r"|a la (?:commune|minute|parcelle|rue|journee))\b"
)
_RHYTHM = re.compile(
    r"\b(?:temps reel|direct|tous les|toutes les|chaque|quotidien\w*|journalier\w*|hebdomadaire\w*|mensuel\w*"
    r"|trimestriel\w*|annuel\w*|horaire|mis(?:e|es)? a jour|a jour|actualis\w+|rafraich\w+|depuis|historique\w*"
    r"|par (?:an|mois|jour|semaine|heure|minute|annee|trimestre)|(?:19|20)\d\d)\b"
)


def list_hints(values: Mapping[str, object]) -> list[Hint]:
    """Return what would help an idea, given by field, in the order of the form.

    >>> list_hints({"title": "Open data", "data_wanted": "Toutes les données", "planned_use": "Savoir"})
    [<Hint.OBJECT: 'object'>, <Hint.USE: 'use'>]
    """
    need = f"{_text(values, 'title')}\n{_text(values, 'data_wanted')}"
    every = "\n".join(_text(values, name) for name in TEXTS)
    found = [Hint.OBJECT] if is_vague(need) else _list_of_need(need, every, values)
    if is_vague(_text(values, "planned_use"), least=LEAST_OF_USE):
        found.append(Hint.USE)
    if find_in_fields({name: values.get(name) for name in TEXTS}):
        found.append(Hint.PERSONAL)
    return found


def _list_of_need(need: str, every: str, values: Mapping[str, object]) -> list[Hint]:
    """Return what a need that names its object does not say: once it is vague, one thing is asked at a time."""
    folded = fold_accents(every)
    has_place = values.get("territory_code") or _PLACE.search(folded) or _NAMED_PLACE.search(every)
    has_detail = values.get("detail_level") or values.get("freshness")
    is_detailed = has_detail or _GRAIN.search(fold_accents(need)) or _RHYTHM.search(fold_accents(need))
    missing = ((Hint.TERRITORY, has_place), (Hint.DETAIL, is_detailed))
    return [hint for hint, is_said in missing if not is_said]


def is_vague(text: str, *, least: int = LEAST_OF_NEED) -> bool:
    """Tell whether a text has too few words that say something.

    >>> is_vague("Je voudrais toutes les données publiques"), is_vague("Les horaires des cars")
    (True, False)
    """
    return (
        len({word for word in _WORD.findall(fold_accents(text)) if word not in _EMPTY and not word.isdigit()}) < least
    )


def _text(values: Mapping[str, object], name: str) -> str:
    return str(values.get(name) or "")

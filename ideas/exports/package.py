"""What goes with the files: the data package, the readme in two languages, the licence."""

from collections.abc import Mapping, Sequence

from ideas.exports.columns import ESCAPED, ESCAPED_MEANS, Table
from ideas.exports.tables import TABLES

VERSION = "1.0.0"
LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte / Open Licence 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}


def describe_package(
    campaign: Mapping[str, str], tables: Sequence[Table], sizes: Mapping[str, int], sums: Mapping[str, str]
) -> dict[str, object]:
    """Return the content of `datapackage.json`: a tabular data package, one resource a CSV file."""
    return {
        "profile": "tabular-data-package",
        "name": campaign["slug"],
        "title": campaign["title"],
        "description": campaign["question"],
        "version": VERSION,
        "licenses": [LICENCE],
        "register": {"head": campaign["register_head"], "checked_by": "check_register.py"},
        "resources": [_describe(table, sizes[f"{table.name}.csv"], sums[f"{table.name}.csv"]) for table in tables],
    }


def _describe(table: Table, size: int, sha256: str) -> dict[str, object]:
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "profile": "tabular-data-resource",
        "title": table.titre,
        "description": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{sha256}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": table.schema(),
    }


WORDS = {
    "fr": (
        (
            "# {title}\n\n{question}\n\nChaque fichier existe en CSV (UTF-8, virgule) et en JSON Lines (exact). "
            "`datapackage.json` décrit les colonnes ; `SHA256SUMS` permet de vérifier les fichiers.\n\n"
            "- Aucune donnée personnelle : un profil, jamais une identité ; un nombre de soutiens, jamais leur "
            "liste ; un jour, jamais une heure. Les adresses électroniques et les numéros de téléphone sont retirés "
            "des textes (`text_changed`).\n"
            "- En CSV, ce qu’un tableur prendrait pour une formule est précédé d’une apostrophe, au début d’une "
            "cellule comme après un point-virgule, une tabulation ou un retour à la ligne (`csv_escaped`) ; les listes "
            "sont séparées par `|`.\n"
            "- Un nombre de personnes inférieur à 5 est laissé vide (`suppressed`).\n"
            "- Le registre des décisions est une chaîne : `python3 check_register.py` vérifie qu’aucune ligne n’a été "
            "changée, retirée, ajoutée ou déplacée, et, avec le dossier d’une édition plus ancienne, que rien n’y a "
            "été réécrit depuis.\n\nLicence Ouverte 2.0.\n"
        ),
        "Colonne",
        "Contenu",
    ),
    "en": (
        (
            "# {title}\n\n{question}\n\nEach file comes as CSV (UTF-8, comma) and as JSON Lines (exact). "
            "`datapackage.json` describes the columns; `SHA256SUMS` lets anyone check the files.\n\n"
            "- No personal data: a profile, never an identity; a number of votes, never their list; a day, never an "
            "hour. E-mail addresses and telephone numbers are removed from texts (`text_changed`).\n"
            "- In CSV, what a spreadsheet would take for a formula has an apostrophe before it, at the beginning of a "
            "cell as after a semicolon, a tab or a line end (`csv_escaped`); lists are separated by `|`.\n"
            "- A number of people under 5 is left empty (`suppressed`).\n"
            "- The register of decisions is a chain: `python3 check_register.py` verifies that no line was changed, "
            "removed, inserted or moved, and, with the folder of an older edition, that nothing in it was written "
            "anew since.\n\nOpen Licence 2.0.\n"
        ),
        "Column",
        "Holds",
    ),
}


def write_readme(campaign: Mapping[str, str], tables: Sequence[Table], language: str) -> str:
    """Return the readme of an edition, its data dictionary included."""
    text, column_word, content_word = WORDS[language]
    parts = [text.format(title=campaign["title"], question=campaign["question"])]
    parts += [write_dictionary(table, language, column_word, content_word) for table in tables]
    return "\n".join(parts)


def write_dictionary(
    table: Table, language: str = "en", column_word: str = "Column", content_word: str = "Holds"
) -> str:
    """Return the columns of a table as Markdown."""
    is_french = language == "fr"
    lines = [f"## {table.name}\n", f"{table.titre if is_french else table.title}.\n"]
    lines += [f"| {column_word} | type | {content_word} |", "| --- | --- | --- |"]
    lines += [f"| `{c.name}` | {c.type} | {c.titre if is_french else c.description} |" for c in table.columns]
    lines.append(f"| `{ESCAPED}` | boolean | {'CSV seulement : cellules protégées' if is_french else ESCAPED_MEANS} |")
    return "\n".join(lines) + "\n"


def write_manual() -> str:
    """Return the data dictionary of all tables, as the manual shows it."""
    return "# Data dictionary\n\n" + "\n".join(write_dictionary(table) for table in TABLES)


def write_licence() -> str:
    """Return the notice of the licence that contributors agreed to."""
    return f"{LICENCE['title']}\n{LICENCE['path']}\n"

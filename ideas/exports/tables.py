"""The tables of an edition: ideas, clusters, decisions, figures. Every row is given; nothing is looked up here."""

import json
from functools import lru_cache
from typing import NamedTuple

from ideas.exports.columns import CHANGED, Column, Table


@lru_cache(maxsize=4_096)
def _read_list(written: str) -> tuple[str, ...]:
    return tuple(json.loads(written))


# Of every table whose texts people write.
TEXT_CHANGED = Column(
    CHANGED, "boolean", "Whether a mail address or a telephone number was removed", "Adresse ou téléphone retiré"
)

IDEAS = Table(
    "ideas",
    "Ideas that are online, and those merged into them",
    "Idées en ligne et idées réunies à elles",
    (
        Column("id", "integer", "Number of the idea, never reused", "Numéro"),
        Column("title", "text", "What is asked for, in one sentence", "Titre"),
        Column("data_wanted", "text", "Which data are wished for", "Données souhaitées"),
        Column("planned_use", "text", "Service or use planned with them", "Usage imaginé"),
        Column("use_kinds", "codes", "Kinds of use", "Genres d’usage", turn=_read_list),
        Column("profile", "code", "Profile of the contributor, never their identity", "Profil"),
        Column(
            "organisation",
            "text",
            "Name of the organisation, if the author chose to show it",
            "Organisme",
        ),
        Column("theme", "code", "Theme", "Thème"),
        Column("beneficiaries", "text", "Who would benefit", "Bénéficiaires"),
        Column("producer", "text", "Holder of the data, from the directory (its slug)", "Producteur"),
        Column(
            "holder",
            "text",
            "Holder of the data, as the author wrote it",
            "Détenteur supposé",
        ),
        Column("territory", "text", "Code of the territory (FR, R… region, D… département)", "Territoire"),
        Column("period", "text", "Period wished for", "Période"),
        Column("detail_level", "text", "Level of detail wished for", "Niveau de détail"),
        Column("freshness", "text", "How often the data should be renewed", "Mise à jour"),
        Column("format", "code", "file, api or either", "Forme"),
        Column("existing_url", "address", "Page or data set already found by the author", "Page déjà trouvée"),
        Column("obstacles", "codes", "What kept the author from using the data", "Obstacles", turn=_read_list),
        Column("names_people", "code", "Whether the data name people: yes, no, unknown", "Nomme des personnes"),
        Column("language", "code", "ISO 639-1 code of the text", "Langue"),
        Column("channel", "code", "How the idea came in: site, paper, workshop, import", "Canal"),
        Column("source", "text", "Name of the source that an idea was gathered from, for an import", "Source"),
        Column("source_number", "text", "Number of the idea where it was gathered, for an import", "Numéro d’origine"),
        Column("publication", "code", "published, or merged into a canonical idea", "Publication"),
        Column("canonical_id", "integer", "Number of the idea this one is merged into", "Idée canonique"),
        Column("handling", "code", "Where the request for data stands", "Traitement"),
        Column("routed_to", "text", "Body that the request was sent to (its slug)", "Organisme saisi"),
        Column("routed_on", "date", "Day the request was sent to that body (UTC)", "Jour de la saisine"),
        Column("answer", "text", "Official answer", "Réponse officielle"),
        Column("answered_by", "text", "Body that answers (its slug)", "Organisme qui répond"),
        Column("answered_on", "date", "Day of the official answer", "Jour de la réponse"),
        Column("refusal_reason", "text", "Reason of a refusal, from a closed list", "Raison du refus"),
        Column("legal_basis", "text", "Legal basis of a refusal", "Fondement du refus"),
        Column("passed_to", "text", "Body that holds the data, when the one asked does not (its slug)", "Transmise à"),
        Column("dataset_url", "address", "Data set that answers the idea", "Jeu de données"),
        Column("promised_on", "date", "Day for which the opening is promised", "Jour promis"),
        Column(
            "high_value",
            "code",
            "Theme of high-value data, in the sense of Regulation (EU) 2023/138, that it asks for, as staff say",
            "Forte valeur",
        ),
        Column(
            "own_vote_count",
            "integer",
            "People who support this very idea; votes never move",
            "Soutiens à l’idée seule",
        ),
        Column(
            "vote_count",
            "integer",
            "Distinct people over the idea and all merged into it; for a merged idea, its own",
            "Soutiens",
        ),
        Column(
            "use_count",
            "integer",
            "Supporters of this very idea who say what they would do with the data, in uses.csv",
            "Soutiens avec un usage",
        ),
        Column("cluster_id", "integer", "Number of the subject, empty when the idea has none", "Sujet"),
        Column("request_id", "integer", "Number of the request it makes with others, else empty", "Demande"),
        Column(
            "wave",
            "code",
            "coordinated, or call: what a person said of the many near-identical ideas that it came with; else empty",
            "Vague",
        ),
        Column("submitted_on", "date", "Day the idea was sent (UTC)", "Jour de l’envoi"),
        Column("published_on", "date", "Day the idea went online (UTC)", "Jour de la publication"),
        Column(
            "edited_on",
            "date",
            "Day everybody could read the last change by its author since then (UTC), empty when there is none",
            "Jour de la dernière modification",
        ),
        TEXT_CHANGED,
    ),
    ("id",),
)

CLUSTERS = Table(
    "clusters",
    "Groups of similar ideas proposed by the machine and reviewed by people",
    "Sujets et demandes : idées semblables",
    (
        Column("id", "integer", "Number of the cluster, kept from run to run", "Numéro"),
        Column(
            "level", "code", "subject (one page, one person in charge), or request (one answer serves all)", "Niveau"
        ),
        Column("parent", "integer", "For a request, the number of the subject it lies in", "Sujet"),
        Column("name", "text", "Name given by a person, else empty", "Nom"),
        Column("state", "code", "proposed by the machine, or confirmed by a person", "État"),
        Column("keywords", "words", "Words that tell the cluster apart, as people wrote them", "Mots"),
        Column("idea_count", "integer", "Published ideas in the cluster", "Nombre d’idées"),
        Column("vote_count", "integer", "Sum of the votes of its ideas", "Soutiens"),
        Column("cohesion", "number", "Mean likeness of its ideas to the rest of it, 0 to 1", "Cohésion"),
        Column("born_run", "integer", "Clustering run that proposed it first", "Passage d’origine"),
        TEXT_CHANGED,
    ),
    ("id",),
)

DECISIONS = Table(
    "decisions",
    "What staff decided, by role",
    "Décisions de l’équipe, par rôle",
    (
        Column("id", "integer", "Number of the decision", "Numéro"),
        Column("kind", "code", "What was decided", "Décision"),
        Column("role", "code", "Role of who decided, never a name", "Rôle"),
        Column("idea_id", "integer", "Idea it is about", "Idée"),
        Column("other_idea_id", "integer", "Other idea it is about", "Autre idée"),
        Column("cluster_id", "integer", "Subject it is about", "Sujet"),
        Column("reason", "text", "Reason, from a closed list", "Raison"),
        Column("note", "text", "Public note", "Note"),
        Column("decided_on", "date", "Day of the decision (UTC)", "Jour"),
        Column("line_number", "integer", "Place in the register of the campaign, from 1", "Rang dans le registre"),
        Column("note_salt", "hash", "Drawn for this note; empty once words were taken out of it", "Sel de la note"),
        Column("note_hash", "hash", "SHA-256 of the salt and the note as it was written", "Empreinte de la note"),
        Column("line_hash", "hash", "SHA-256 of this line and of the hash of the one before", "Empreinte de la ligne"),
        TEXT_CHANGED,
    ),
    ("id",),
)

FIGURES = Table(
    "figures",
    "Figures of the campaign; a count of people under 5 is left empty",
    "Chiffres de la campagne ; un nombre de personnes inférieur à 5 est laissé vide",
    (
        Column("figure", "code", "What is counted", "Chiffre"),
        Column("subject", "code", "Of what: a theme, a profile, a state; empty for all", "Objet"),
        Column("value", "integer", "The count; empty when suppressed", "Valeur"),
        Column("suppressed", "boolean", "Whether the count was left empty to protect people", "Masqué"),
    ),
    ("figure", "subject"),
)

USES = Table(
    "uses",
    "What supporters of ideas would do with the data, reviewed before it is published",
    "Ce que feraient des données les personnes qui soutiennent",
    (
        Column("id", "integer", "Number of the line", "Numéro"),
        Column("idea_id", "integer", "Number of the idea that is supported", "Idée"),
        Column("text", "text", "What a supporter would do, in a line", "Usage"),
        Column("written_on", "date", "Day it was written (UTC)", "Jour"),
        TEXT_CHANGED,
    ),
    ("id",),
)

COMMENTS = Table(
    "comments",
    "What people say under ideas, reviewed before it is published; empty when the campaign takes no comments",
    "Commentaires publiés sous les idées ; vide si la campagne n’en prend pas",
    (
        Column("id", "integer", "Number of the comment", "Numéro"),
        Column("idea_id", "integer", "Number of the idea that it is about", "Idée"),
        Column("text", "text", "What it says", "Commentaire"),
        Column("by_author", "boolean", "Whether whoever wrote the idea wrote it", "De l’auteur de l’idée"),
        Column("written_on", "date", "Day it was written (UTC)", "Jour"),
        TEXT_CHANGED,
    ),
    ("id",),
)

TABLES = (IDEAS, CLUSTERS, DECISIONS, FIGURES, USES, COMMENTS)
FEWEST_PEOPLE = 5
ABOUT_PEOPLE = ("voters", "authors_by_profile")


class Figure(NamedTuple):
    """One count; `value` is None when it was suppressed, so that nobody is recognised in it."""

    figure: str
    subject: str
    value: int | None
    suppressed: bool


def make_figures(counts: list[tuple[str, str, int]]) -> list[Figure]:
    """Return rows of figures from (figure, subject, count); small counts of people are suppressed."""
    rows = []
    for figure, subject, count in counts:
        is_small = figure in ABOUT_PEOPLE and 0 < count < FEWEST_PEOPLE
        rows.append(Figure(figure, subject, None if is_small else count, is_small))
    return rows

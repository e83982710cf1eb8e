"""All that an author said of an idea, in words, from the declaration of its fields: none can be forgotten."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import gettext

from ideas.domain.errors import N_
from ideas.domain.ideas import CHANNELS, FIELDS, Field
from ideas.http.languages import foreign
from ideas.store import queries
from ideas.store.models import Idea
from ideas.web.labels import label_of

APART = ("title", "data_wanted", "planned_use")  # shown whole, under headings of their own
NOT_SHOWN = N_("%(name)s (l’auteur ne veut pas l’afficher : il ne paraîtra pas)")


class Fact(NamedTuple):
    """A term and its value; the language of the value when it is not that of the page; the list of what shares it."""

    term: str
    value: str
    lang: str = ""
    url: str = ""


def list_all_facts(idea: Idea) -> list[Fact]:
    """Return what a decision to publish an idea would publish, beside its three long texts; links in clear."""
    typed = [
        Fact(gettext(field.label), _tell_all(field, getattr(idea, field.name), idea), _language(field, idea))
        for field in FIELDS
        if field.name not in APART
    ]
    return [*typed, *_list_chosen(idea)]


def list_published(columns: Mapping[str, Any]) -> list[Fact]:
    """Return what everybody would read of an idea that is about to be sent, beside its three long texts."""
    hidden = (*APART, "language", *(() if columns["show_organisation"] else ("organisation",)))
    typed = [Fact(gettext(one.label), _tell(one, columns[one.name])) for one in FIELDS if one.name not in hidden]
    chosen = queries.directories.find_chosen(columns["producer_id"], columns["territory_code"], columns["dataset_id"])
    dataset = f"{chosen.dataset.title} — {chosen.dataset.url}" if chosen.dataset else ""
    return [
        *typed,
        Fact(gettext("Détenteur"), chosen.producer.name if chosen.producer else "", foreign()),
        Fact(gettext("Territoire"), chosen.territory.name if chosen.territory else "", foreign()),
        Fact(gettext("Jeu de données déjà ouvert"), dataset, foreign()),
    ]


def _tell(field: Field, value: Any) -> str:
    if field.several:
        return ", ".join(label_of(field.choices or {}, code) for code in value)
    return label_of(field.choices, value) if field.choices is not None else str(value)


def _tell_all(field: Field, value: Any, idea: Idea) -> str:
    if field.name == "organisation" and value and not idea.show_organisation:
        return gettext(NOT_SHOWN, name=value)
    return _tell(field, value)


def _language(field: Field, idea: Idea) -> str:
    return foreign(idea.language) if field.choices is None else ""


def _list_chosen(idea: Idea) -> list[Fact]:
    """Return what was chosen in a directory, and where the idea comes from."""
    dataset = f"{idea.dataset.title} — {idea.dataset.url}" if idea.dataset else ""
    return [
        Fact(gettext("Détenteur"), idea.producer.name if idea.producer else "", foreign()),
        Fact(gettext("Territoire"), idea.territory.name if idea.territory else "", foreign()),
        Fact(gettext("Jeu de données déjà ouvert, indiqué par l’auteur"), dataset, foreign()),
        Fact(gettext("Canal"), label_of(CHANNELS, idea.channel)),
        Fact(gettext("Source"), idea.source),
        Fact(gettext("Numéro d’origine"), idea.source_number),
    ]

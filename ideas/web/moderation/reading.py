"""The idea that a moderator reads: all that would be published of it, and what to look at first."""

from typing import NamedTuple

from flask import current_app
from flask_babel import gettext, ngettext

from ideas.actions.ideas import hash_answers
from ideas.domain.errors import N_
from ideas.domain.ideas import BY_NAME
from ideas.domain.personal import find_personal
from ideas.domain.publication import Publication
from ideas.domain.reports import REPORT_REASONS
from ideas.domain.signals import OF_PERSONAL, SIGNAL_NAMES, TYPED, Signal, find_links, is_unread
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.retrieval.similar import ALREADY_OPEN, find_open_for_each, find_similar_to_each
from ideas.store import queries
from ideas.store.models import Idea
from ideas.store.queries.ideas import TickedDataset
from ideas.web.ideas.cards import SimilarIdeaLine
from ideas.web.ideas.facts import APART, Fact, list_all_facts
from ideas.web.internal_notes import find_notes_url
from ideas.web.labels import profile_name, publication_name, tell_report, theme_name
from ideas.web.moderation.presentation import LIKELY, OpenDatasets, make_open
from ideas.web.moderation.queue import QueuePlace, ReviewQueue, is_claimed, is_newcomer
from ideas.web.moderation.resemblance import ClosePane, find_close_pane

LABELS = {
    "title": N_("Titre de votre idée"),
    "data_wanted": N_("Données souhaitées"),
    "planned_use": N_("Service ou usage imaginé"),
}

MARK_LENGTH = 16  # of what says which text was read


class Passage(NamedTuple):
    """A piece of a text, marked when it looks personal."""

    text: str
    is_flagged: bool


class LongText(NamedTuple):
    """A long text of an idea: its field, what it is called, and its pieces."""

    field: str
    label: str
    passages: list[Passage]


class SignalLine(NamedTuple):
    """Something to look at before deciding: a shape, the words, what goes with them, and a page that says more.

    `field` and `passage` are what could be taken out of the text.
    """

    icon: str
    title: str
    body: str = ""
    url: str = ""
    field: str = ""
    passage: str = ""


class ReadPane(NamedTuple):
    """What the reading pane shows of an idea."""

    idea: Idea
    lang: str
    state: str
    profile: str
    theme: str
    texts: list[LongText]
    facts: list[Fact]
    signals: list[SignalLine]
    reports: list[str]
    close: ClosePane | None
    similar: list[SimilarIdeaLine]
    open: OpenDatasets
    mark: str
    is_unread: bool
    is_claimed: bool
    can_claim: bool
    can_ask: bool
    notes_url: str
    note_count: int


def make_reading(idea: Idea, queue: ReviewQueue, place: QueuePlace) -> ReadPane:
    """Return what the reading pane shows of the chosen idea."""
    waits = _is_to_read(idea)
    close = find_close_pane(idea, place) if waits else None
    return ReadPane(
        idea=idea,
        lang=foreign(idea.language),
        state=publication_name(idea.publication),
        profile=profile_name(idea.profile),
        theme=theme_name(idea.theme),
        texts=[_read_text(name, getattr(idea, name)) for name in APART if name != "title" and getattr(idea, name)],
        facts=list_all_facts(idea),
        signals=_list_signals(idea, queue, place),
        reports=_tell_reports(idea),
        close=close,
        # What is very close says more than what is only like it, and is what the queue was sorted by.
        similar=_find_likely(idea) if close is None else [],
        open=_find_open(idea),
        mark=hash_answers(idea)[:MARK_LENGTH],
        is_unread=_is_unread(idea),
        is_claimed=bool(queue.chosen and is_claimed(queue.chosen)),
        can_claim=waits and bool(queue.chosen and queue.chosen.claimed_by_id is None),
        can_ask=idea.publication is Publication.AWAITING_REVIEW and idea.author_id is not None,
        notes_url=find_notes_url(None, idea.id),
        note_count=queue.chosen.note_count if queue.chosen else queries.internal_notes.count_on_idea(idea.id),
    )


def _is_to_read(idea: Idea) -> bool:
    """Tell whether an idea still waits for its first review, be it online."""
    return idea.publication is Publication.AWAITING_REVIEW or _is_unread(idea)


def _is_unread(idea: Idea) -> bool:
    """Tell whether an idea is online and nobody has read it."""
    return idea.publication is Publication.PUBLISHED and is_unread(idea.signals)


def _read_text(name: str, text: str) -> LongText:
    pieces, place = [], 0
    for one in find_personal(text):
        pieces += [Passage(text[place : one.start], False), Passage(text[one.start : one.end], True)]
        place = one.end
    pieces.append(Passage(text[place:], False))
    return LongText(name, gettext(LABELS[name]), [piece for piece in pieces if piece.text])


def name_field(name: str) -> str:
    """Return what a field of an idea is called on the pages of moderators."""
    return gettext(LABELS.get(name) or BY_NAME[name].label)


def _list_signals(idea: Idea, queue: ReviewQueue, place: QueuePlace) -> list[SignalLine]:
    lines = []
    for name in TYPED:
        for one in find_personal(getattr(idea, name)):
            where = gettext("dans « %(field)s » : « %(text)s »", field=name_field(name), text=one.text)
            kind = gettext(SIGNAL_NAMES[OF_PERSONAL[one.kind]])
            lines.append(SignalLine("late", kind, where, field=name, passage=one.text))
    if links := [link for name in TYPED for link in find_links(getattr(idea, name))]:
        words = ngettext("%(num)s lien", "%(num)s liens", len(links))
        lines.append(SignalLine("link", words, gettext("en clair, à ne pas suivre : %(all)s", all=" · ".join(links))))
    return [*lines, *_list_signals_of_person(idea, queue, place)]


def _tell_reports(idea: Idea) -> list[str]:
    """Return what readers said of an idea, in words."""
    reports = queries.moderation.list_reports(idea.id) if idea.signals & Signal.REPORTED else []
    return [tell_report(REPORT_REASONS[one.reason], one.note) for one in reports]


def _list_signals_of_person(idea: Idea, queue: ReviewQueue, place: QueuePlace) -> list[SignalLine]:
    lines: list[SignalLine] = []
    row = queue.chosen
    if row is None or not _is_to_read(idea):
        return lines
    if count := queue.bursts.get(idea.id):
        words = ngettext("%(num)s idée en une heure", "%(num)s idées en une heure", count)
        everything = place.url(auteur=str(idea.id), page=1)
        lines.append(SignalLine("copy", words, gettext("de la même personne"), everything))
    if is_newcomer(row):
        lines.append(SignalLine("bell", gettext("Compte du jour"), gettext("créé moins d’un jour avant cet envoi")))
    if row.is_asked:
        lines.append(SignalLine("promise", gettext("Question posée"), gettext("son auteur n’a pas encore répondu")))
    return lines


def _find_likely(idea: Idea) -> list[SimilarIdeaLine]:
    if not _is_to_read(idea):
        return []
    given = {"campaign_id": idea.campaign_id, "actor": find_actor(), "var": current_app.config["IDEAS"].var}
    return [
        SimilarIdeaLine(
            title=one.row.title,
            url=idea_url(one.row.id, one.row.title),
            likeness=one.likeness,
            words=one.words,
            support_count=one.row.vote_count,
            lang=foreign(one.row.language),
        )
        for one in find_similar_to_each([idea], least=LIKELY, **given)[idea.id]
    ]


def _find_open(idea: Idea) -> OpenDatasets:
    chosen = idea.dataset
    ticked = [TickedDataset(idea.id, chosen.id, chosen.title, chosen.organisation, chosen.url)] if chosen else []
    if not _is_to_read(idea):
        return make_open(ticked, [])
    found = find_open_for_each([idea], var=current_app.config["IDEAS"].var, least=ALREADY_OPEN)
    return make_open(ticked, found.get(idea.id, []))

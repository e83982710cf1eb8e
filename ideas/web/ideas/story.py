"""What became of an idea, as its page tells it: the official answer first, then every step, those to come included."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext

from ideas.domain.decisions import DECISION_NAMES, DecisionKind
from ideas.domain.handling import CLOSED, STATE_NAMES, Handling, ReplyState, days_late
from ideas.domain.publication import REASONS, Publication
from ideas.domain.refusals import CONFIRMED_BY_COUNSEL, NOT_HELD, REFUSALS, is_silent, last_appeal_day
from ideas.domain.signals import is_unread
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.languages import foreign, say_day
from ideas.store import queries
from ideas.store.models import Idea, Question
from ideas.store.queries.ideas import MergedIdea
from ideas.web.labels import OUTCOME_TONES

H = Handling
ENDS = {Publication.HIDDEN: DecisionKind.HIDE, Publication.REFUSED: DecisionKind.REFUSE}
WAITS_FOR_AUTHOR = (ReplyState.AWAITED, ReplyState.REFUSED)


class StoryStep(NamedTuple):
    """A step of the story of an idea; one that is to come has no date. `lang`: of the note, if not that of the page."""

    title: str
    at: datetime | None = None
    note: str = ""
    tone: str = ""
    is_to_come: bool = False
    lang: str = ""


class ShownAnswer(NamedTuple):
    """The official answer: its tone and verdict, who speaks and when, what it says, and the ways on."""

    tone: str
    verdict: str
    by: str
    on: str
    text: str
    basis: str
    is_to_be_confirmed: bool
    dataset_url: str
    passed_to: str
    redress: str
    letter_url: str


class ShownQuestion(NamedTuple):
    """A question to the author, the reply once it is published, and where its author replies."""

    text: str
    reply: str
    reply_url: str


def find_answer(idea: Idea) -> ShownAnswer | None:
    """Return the official answer to an idea, None while there is none."""
    answer = idea.answer
    if answer is None or not (answer.text or answer.dataset_url or answer.promised_on):
        return None
    day = answer.answered_on
    is_refused = idea.handling in (H.REFUSED, H.NOT_HELD)
    return ShownAnswer(
        _find_tone(idea),
        _tell_verdict(idea),
        answer.producer.name if answer.producer else "",
        say_day(day) if day else "",
        answer.text,
        answer.legal_basis,
        bool(answer.legal_basis) and not CONFIRMED_BY_COUNSEL,
        answer.dataset_url,
        answer.passed_to.name if answer.passed_to else "",
        _tell_redress(idea) if is_refused else "",
        url_for("handling.letter", idea_id=idea.id) if is_refused else "",
    )


def _find_tone(idea: Idea) -> str:
    promised = idea.answer.promised_on if idea.answer else None
    if idea.handling is H.SCHEDULED:
        return "late" if days_late(idea.handling, promised, now().date()) else "promise"
    return OUTCOME_TONES.get(idea.handling, "stone")


def _tell_verdict(idea: Idea) -> str:
    answer = idea.answer
    if idea.handling is H.SCHEDULED and answer and answer.promised_on:
        day = say_day(answer.promised_on)
        if days_late(idea.handling, answer.promised_on, now().date()):
            return gettext("Ouverture promise pour le %(day)s, en retard", day=day)
        return gettext("Ouverture promise pour le %(day)s", day=day)
    if idea.handling is H.REFUSED and answer and answer.reason in REFUSALS and answer.reason != NOT_HELD:
        return gettext("Refusée : %(reason)s", reason=gettext(REFUSALS[answer.reason].label))
    return gettext(STATE_NAMES[idea.handling])


def _tell_redress(idea: Idea) -> str:
    """Say what can be done after a refusal, and until when."""
    day = idea.answer.answered_on if idea.answer else None
    if day is None:
        return gettext("Vous pouvez demander ces documents à l’organisme, puis saisir la CADA dans les deux mois.")
    return gettext(
        "Une idée n’est pas une demande d’accès. Qui demande ces documents à l’organisme et se les voit refuser peut "
        "saisir la CADA dans les deux mois, soit avant le %(day)s pour un refus de ce jour-là.",
        day=say_day(last_appeal_day(day)),
    )


def list_story(idea: Idea, asked: Sequence[Question], merged: Sequence[MergedIdea]) -> list[StoryStep]:
    """Return what happened to an idea in order, and what is to come; the last change by its author stands for all."""
    steps = [StoryStep(gettext("Idée reçue"), idea.submitted_at)] if idea.submitted_at else []
    if idea.published_at:
        words = gettext("Idée mise en ligne avant relecture") if is_unread(idea.signals) else gettext("Idée publiée")
        steps.append(StoryStep(words, idea.published_at))
    if idea.publication is not Publication.PUBLISHED:
        return [*steps, *_tell_end(idea)]
    if idea.edited_at:
        steps.append(StoryStep(gettext("Texte modifié par son auteur"), idea.edited_at))
    joined = gettext("Une idée presque identique lui est réunie")
    steps += [_tell_merge(joined, one) for one in merged if one.merged_at]
    replied = [one.replied_at for one in asked if one.reply_state is ReplyState.PUBLISHED]
    steps += [StoryStep(gettext("Réponse de l’auteur"), at) for at in replied]
    return [*_order_steps([*steps, *_list_handled(idea)]), *_list_steps_to_come(idea)]


def _tell_end(idea: Idea) -> list[StoryStep]:
    """Return the step that took an idea out of the lists, and why."""
    if idea.publication is Publication.MERGED:
        into = queries.ideas.find_merge(idea.id)
        return [_tell_merge(gettext("Réunie à une autre idée"), into)] if into else []
    kind = ENDS.get(idea.publication)
    decision = queries.decisions.find_last(idea.id, kind) if kind else None
    if decision is None:
        return []
    reason = gettext(REASONS[decision.reason]) if decision.reason in REASONS else ""
    return [StoryStep(gettext(DECISION_NAMES[decision.kind]), decision.decided_at, reason, "no")]


def _tell_merge(words: str, other: MergedIdea) -> StoryStep:
    return StoryStep(words, other.merged_at, other.title, lang=foreign(other.language))


def _list_handled(idea: Idea) -> list[StoryStep]:
    if idea.handling is H.RECEIVED:
        return []
    told = [_tell_step(step) for step in queries.handling.list_steps(idea.id)]
    # What was gathered or loaded with its state has no steps of its own.
    return told or [StoryStep(gettext(STATE_NAMES[idea.handling]), tone=OUTCOME_TONES.get(idea.handling, ""))]


def _order_steps(steps: list[StoryStep]) -> list[StoryStep]:
    """Return steps by their day; one whose day nobody knows comes last."""
    return sorted(steps, key=lambda step: (step.at is None, step.at.timestamp() if step.at else 0))


def _list_steps_to_come(idea: Idea) -> list[StoryStep]:
    steps = [StoryStep(gettext("Relecture par l’équipe"), is_to_come=True)] if is_unread(idea.signals) else []
    if idea.handling is H.RECEIVED:
        steps.append(StoryStep(gettext("Transmission à l’organisme qui détient les données"), is_to_come=True))
    if idea.handling in (H.SCHEDULED, H.POSTPONED) and idea.answer and idea.answer.promised_on:
        note = say_day(idea.answer.promised_on)
        steps.append(StoryStep(gettext("Ouverture des données"), note=note, is_to_come=True))
    elif idea.handling not in CLOSED:
        steps.append(StoryStep(gettext("Réponse officielle"), is_to_come=True))
    return steps


def _tell_step(step: queries.handling.ShownStep) -> StoryStep:
    if step.handling is H.SCHEDULED and step.promised_on:
        words = gettext("Promise pour le %(day)s", day=say_day(step.promised_on))
    else:
        words = gettext(STATE_NAMES[step.handling])
    return StoryStep(words, step.taken_at, step.producer or "", OUTCOME_TONES.get(step.handling, ""), lang=foreign())


def list_asked(idea: Idea) -> list[Question]:
    """Return the questions put to the author that whoever reads the page may read."""
    if idea.publication not in (Publication.PUBLISHED, Publication.AWAITING_REVIEW):
        return []
    if idea.handling is H.RECEIVED and idea.publication is Publication.PUBLISHED:
        return []
    # What was asked before it was published stays between the team and the author.
    shown_since = idea.published_at
    asked = queries.handling.list_questions(idea.id)
    return [one for one in asked if shown_since is None or one.asked_at >= shown_since]


def show_question(one: Question, idea: Idea) -> ShownQuestion:
    """Return a question as the page shows it: its reply once it is reviewed."""
    is_theirs = find_actor().id is not None and find_actor().id == idea.author_id
    reply_url = url_for("handling.reply", idea_id=idea.id)
    return ShownQuestion(
        one.text,
        one.reply if one.reply_state is ReplyState.PUBLISHED else "",
        reply_url if is_theirs and one.reply_state in WAITS_FOR_AUTHOR else "",
    )


def is_silence(idea: Idea) -> bool:
    """Tell whether the body that was asked has said nothing for so long that the law takes it for a refusal."""
    waits = idea.handling in (H.ROUTED, H.AWAITING_PRODUCER)
    return waits and is_silent(idea.routed_at, now().date())

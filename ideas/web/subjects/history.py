"""What happened to a subject, in words, with the reasons that were given."""

from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import format_percent, gettext

from ideas.domain.accounts import ROLE_NAMES
from ideas.domain.clusters import Event
from ideas.domain.decisions import DECISION_NAMES, DecisionKind
from ideas.store import queries
from ideas.store.queries.subjects import HistoryStep


class HistoryLine(NamedTuple):
    """Something that happened; `url` is the page of the other subject, when there is one to show."""

    title: str
    at: datetime
    note: str
    url: str


def tell_history(cluster_id: int) -> list[HistoryLine]:
    """Return what runs and people did to a subject, the latest first."""
    return [_tell(step) for step in queries.subjects.list_history(cluster_id) if not _is_quiet(step)]


def _is_quiet(step: HistoryStep) -> bool:
    """Tell whether a run found the subject as it was: nobody needs to read that."""
    return step.event is Event.KEPT and step.overlap == 1


def _tell(step: HistoryStep) -> HistoryLine:
    url = url_for("subjects.show", cluster_id=step.other_id) if step.other_id and step.is_shown else ""
    is_machine = step.kind in (None, DecisionKind.ACCEPT_RUN)
    who = gettext("Proposé par la machine, passage n° %(run)s", run=step.run_id) if is_machine else ""
    return HistoryLine(_title(step), step.happened_at, _note(step, who), url)


def _title(step: HistoryStep) -> str:
    if step.event is None or (step.event is Event.BORN and step.kind is DecisionKind.ACCEPT_SUBJECT):
        return gettext(DECISION_NAMES[step.kind]) if step.kind else ""
    other = step.other_id
    titles = {
        (Event.BORN, True): gettext("Né"),
        (Event.KEPT, True): gettext("Ses idées ont changé"),
        (Event.SPLIT, True): gettext("Séparé du sujet n° %(other)s", other=other),
        (Event.SPLIT, False): gettext("Le sujet n° %(other)s s’en est séparé", other=other),
        (Event.JOINED, True): gettext("Réuni au sujet n° %(other)s", other=other),
        (Event.JOINED, False): gettext("Le sujet n° %(other)s l’a rejoint", other=other),
        (Event.DISSOLVED, True): gettext("Dissous : ses idées sont ailleurs ou sans sujet"),
    }
    return titles[step.event, step.is_own]


def _note(step: HistoryStep, who: str) -> str:
    if who and step.event is Event.KEPT and step.overlap is not None:
        kept = gettext("%(share)s de ses idées y étaient déjà", share=format_percent(step.overlap))
        return f"{who}. {kept}."
    if who:
        return f"{who}."
    role = gettext(ROLE_NAMES[step.role]) if step.role else ""
    if not step.note:
        return gettext("Par : %(role)s.", role=role)
    return gettext("Par : %(role)s. « %(note)s »", role=role, note=step.note)

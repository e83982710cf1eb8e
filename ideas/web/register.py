"""The public register: what staff decided, why and when, by role and never by name."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from ideas.domain.accounts import ROLE_NAMES
from ideas.domain.decisions import DECISION_NAMES, DecisionKind
from ideas.domain.handling import STATE_NAMES
from ideas.domain.high_value import HIGH_VALUE_NAMES
from ideas.domain.numbers import LAST_NUMBER, row_number
from ideas.domain.permissions import Permission
from ideas.domain.publication import REASONS
from ideas.domain.waves import LABEL_NAMES
from ideas.http import paging
from ideas.http.access import carries, public
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.etag import make_conditional
from ideas.http.languages import said_in
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, Decision
from ideas.web.labels import label_of
from ideas.web.page_context import find_campaign

bp = Blueprint("register", __name__)

PAGE_SIZE = 30
REASON_NAMES = (REASONS, STATE_NAMES, LABEL_NAMES, HIGH_VALUE_NAMES)


@bp.get("/registre")
@carries("genre", "idee", "page")
@public
def index() -> ResponseReturnValue:
    """The decisions of a campaign, the latest first, all kinds or one, on all ideas or one."""
    campaign = found(find_campaign())
    g.current = "registre"
    kind = request.args.get("genre", "") if request.args.get("genre") in set(DecisionKind) else ""
    idea_id = _read_idea(request.args.get("idee", ""))
    count = queries.decisions.count_all(campaign, kind=kind, idea_id=idea_id)
    page, pages = paging.read_page(count, PAGE_SIZE)
    rows = queries.decisions.list_page(campaign, kind=kind, idea_id=idea_id, page=page, size=PAGE_SIZE)
    return make_conditional(
        render_template(
            "register/index.html",
            lines=make_lines(rows, campaign),
            count=count,
            kind=kind,
            kinds=[(str(code), gettext(name)) for code, name in DECISION_NAMES.items()],
            idea_id=idea_id,
            page=page,
            head=queries.decisions.find_head(campaign.id),
            pages=pages,
            page_url=lambda number: url_for(
                ".index", genre=kind or None, idee=idea_id or None, page=number if number > 1 else None
            ),
        )
    )


def _read_idea(asked: str) -> int:
    """Return the number of the idea that is asked for, 0 for all; one that cannot be is none, and not all."""
    return row_number(asked) or (LAST_NUMBER if asked.lstrip("0").isdecimal() else 0)


class RegisterLine(NamedTuple):
    """A decision in words; `subjects` are (words, address or nothing)."""

    id: int
    title: str
    role: str
    subjects: list[tuple[str, str]]
    reason: str
    note: str
    at: datetime
    seal_url: str = ""


def make_lines(decisions: Iterable[Decision], campaign: Campaign) -> list[RegisterLine]:
    """Return each decision in words, with the titles that this reader may see and nothing of the others."""
    decisions, actor = list(decisions), find_actor()
    numbers = {number for one in decisions for number in (one.idea_id, one.other_idea_id) if number}
    titles = queries.moderation.list_with_titles(numbers, actor) if numbers else {}
    clusters = {one.cluster_id for one in decisions if one.cluster_id}
    names = queries.clusters.list_shown(clusters, campaign) if clusters else {}
    return [_make_line(one, titles, names) for one in decisions]


def _make_line(decision: Decision, titles: dict[int, tuple[str, str]], names: dict[int, str]) -> RegisterLine:
    subjects = [_idea(number, titles) for number in (decision.idea_id, decision.other_idea_id) if number]
    if decision.cluster_id:
        subjects.append(_cluster(decision.cluster_id, names))
    return RegisterLine(
        id=decision.id,
        title=gettext(DECISION_NAMES[decision.kind]),
        role=gettext(ROLE_NAMES[decision.role]),
        subjects=subjects,
        reason=next(filter(None, (label_of(names, decision.reason) for names in REASON_NAMES)), ""),
        note=gettext("Texte retiré du registre.") if _is_sealed(decision) else decision.note,
        at=decision.decided_at,
        seal_url=_seal_url(decision),
    )


def _seal_url(decision: Decision) -> str:
    """Return where whoever owns the campaign takes the note out."""
    may = decision.note and find_actor().can(Permission.OWN)
    return url_for("owner.seal", decision_id=decision.id) if may else ""


def _is_sealed(decision: Decision) -> bool:
    """Tell whether the whole note was taken out: one of which a passage was taken out has no salt either."""
    return bool(decision.note_hash) and not decision.note_salt and not decision.note


def _idea(number: int, titles: dict[int, tuple[str, str]]) -> tuple[str, str]:
    if number not in titles:
        return gettext("idée n° %(number)s", number=number), ""
    title, language = titles[number]
    words = Markup(gettext("idée n° %(number)s : %(title)s")) % {"number": number, "title": said_in(title, language)}  # noqa: S704
    return words, idea_url(number, title)


def _cluster(number: int, names: dict[int, str]) -> tuple[str, str]:
    words = gettext("sujet n° %(number)s", number=number)
    if number not in names:
        return words, ""
    if names[number]:
        sentence = gettext("sujet n° %(number)s : %(name)s")
        words = Markup(sentence) % {"number": number, "name": said_in(names[number])}  # noqa: S704
    return words, url_for("subjects.show", cluster_id=number)

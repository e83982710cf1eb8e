"""What a run proposes, as reviewers read it, accept it or leave it."""

from collections import Counter
from typing import NamedTuple

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from ideas.actions import proposals
from ideas.domain.clusters import Event
from ideas.domain.errors import N_
from ideas.domain.permissions import Permission
from ideas.http.access import needs
from ideas.http.addresses import idea_url
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.queries.runs import ProposedSubject
from ideas.web.page_context import find_campaign
from ideas.web.resending import does
from ideas.web.subjects.presentation import name_subject
from ideas.web.triage.acting import bench_url, decide
from ideas.web.triage.blueprint import bp
from ideas.web.undo_notice import find_done

SHOWN_IDEAS = 12


class MovingIdea(NamedTuple):
    """An idea that would join or leave a subject."""

    id: int
    title: str
    language: str
    url: str


class ChangeCard(NamedTuple):
    """What would become of a subject: in words, the ideas that move, and whether it can be accepted by itself."""

    cluster_id: int
    title: str
    what: str
    joining: list[MovingIdea]
    leaving: list[MovingIdea]
    more_count: int
    reason: list[str]
    is_alone_acceptable: bool


@bp.get("/triage/proposition")
@needs(Permission.TRIAGE)
def proposal() -> ResponseReturnValue:
    """The proposal that waits: what each subject would become, and why."""
    campaign = found(find_campaign())
    g.current = "triage"
    run = queries.runs.find_pending(campaign.id)
    changes = queries.runs.compare_proposal(run, campaign) if run is not None else []
    changed = [one for one in changes if not one.is_same]
    return render_template(
        "triage/proposal.html",
        run=run,
        is_stale=run is not None and run.base_run_id != campaign.current_run_id,
        cards=_make_cards(changed),
        summary=_sum_up(changes),
        done=find_done(),
    )


def _make_cards(changes: list[ProposedSubject]) -> list[ChangeCard]:
    names = {one.cluster_id: name_subject(one.cluster_id, one.name, []) for one in changes}
    numbers = {idea for one in changes for idea in (*one.joining[:SHOWN_IDEAS], *one.leaving[:SHOWN_IDEAS])}
    titles = queries.subjects.list_titles(numbers) if numbers else {}
    return [_make_card(one, names, titles) for one in changes]


def _make_card(change: ProposedSubject, names: dict[int, str], titles: dict[int, tuple[str, str]]) -> ChangeCard:
    joining, leaving = _show_ideas(change.joining, titles), _show_ideas(change.leaving, titles)
    return ChangeCard(
        cluster_id=change.cluster_id,
        title=names[change.cluster_id],
        what=_say_change(change, names),
        joining=joining,
        leaving=leaving,
        more_count=len(change.joining) + len(change.leaving) - len(joining) - len(leaving),
        reason=change.reason,
        is_alone_acceptable=change.event not in (Event.JOINED, Event.DISSOLVED),
    )


def _show_ideas(numbers: tuple[int, ...], titles: dict[int, tuple[str, str]]) -> list[MovingIdea]:
    shown = [number for number in numbers[:SHOWN_IDEAS] if number in titles]
    return [MovingIdea(number, *titles[number], idea_url(number, titles[number][0])) for number in shown]


def _say_change(change: ProposedSubject, names: dict[int, str]) -> str:
    others = [names.get(other) or gettext("sujet n° %(number)s", number=other) for other in change.others]
    other = others[0] if others else ""
    sentences = {
        Event.BORN: gettext("Nouveau sujet"),
        Event.SPLIT: gettext("Se sépare de « %(other)s »", other=other),
        Event.JOINED: gettext("Rejoint « %(other)s »", other=other),
        Event.DISSOLVED: gettext("Disparaît : ses idées vont ailleurs ou restent seules"),
    }
    if change.event in sentences:
        return sentences[change.event]
    arriving = ngettext("%(num)s idée arrive", "%(num)s idées arrivent", len(change.joining))
    leaving = ngettext("%(num)s idée part", "%(num)s idées partent", len(change.leaving))
    return ", ".join([*([arriving] if change.joining else []), *([leaving] if change.leaving else [])])


def _sum_up(changes: list[ProposedSubject]) -> list[str]:
    """Return in words how many subjects would become what."""
    counted = Counter("same" if one.is_same else str(one.event) for one in changes)
    told = (
        ("same", ngettext("%(num)s sujet inchangé", "%(num)s sujets inchangés", counted["same"])),
        ("kept", ngettext("%(num)s modifié", "%(num)s modifiés", counted["kept"])),
        ("born", ngettext("%(num)s nouveau", "%(num)s nouveaux", counted["born"])),
        ("split", ngettext("%(num)s séparé d’un autre", "%(num)s séparés d’un autre", counted["split"])),
        ("joined", ngettext("%(num)s réuni à un autre", "%(num)s réunis à un autre", counted["joined"])),
        ("dissolved", ngettext("%(num)s dissous", "%(num)s dissous", counted["dissolved"])),
    )
    return [words for key, words in told if counted[key]]


def _proposal_url() -> str:
    return url_for("triage.proposal")


@bp.post("/triage/propositions/<number:run_id>/acceptation")
@needs(Permission.TRIAGE)
@does(N_("Accepter tout"))
def accept(run_id: int) -> ResponseReturnValue:
    """Show what a run proposes, whole."""
    return decide(proposals.accept_run, run_id, then=bench_url)


@bp.post("/triage/propositions/<number:run_id>/sujets/<number:cluster_id>")
@needs(Permission.TRIAGE)
@does(N_("Accepter ce sujet"))
def accept_one(run_id: int, cluster_id: int) -> ResponseReturnValue:
    """Take one subject of a proposal."""
    return decide(proposals.accept_subject, run_id, cluster_id, then=_proposal_url)


@bp.post("/triage/propositions/<number:run_id>/rejet")
@needs(Permission.TRIAGE)
@does(N_("Écarter la proposition"))
def drop(run_id: int) -> ResponseReturnValue:
    """Leave a proposal aside."""
    return decide(proposals.drop_run, run_id, then=bench_url)

"""Triage: what reviewers see of clusters, and what they decide about them."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ideas.actions import proposals
from ideas.actions import subjects as acts
from ideas.actions.regrouping import ask_regroup
from ideas.actions.transaction import abandon_act
from ideas.actions.undoing import undo_decision
from ideas.domain.clusters import Standing
from ideas.domain.errors import ContradictsDecisions, NotFound, RuleBroken
from ideas.domain.jobs import Kind
from ideas.domain.permissions import Permission
from ideas.http import paging
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found, say
from ideas.retrieval.similar import find_similar_datasets
from ideas.store import queries
from ideas.store.models import Decision
from ideas.store.queries.clusters import ClusterMember
from ideas.web.clusters.presentation import name_clusters
from ideas.web.forms import comes_from_triage
from ideas.web.moderation.presentation import OpenDatasets, make_open
from ideas.web.page_context import find_campaign
from ideas.web.triage.constraints import make_standing
from ideas.web.triage.forms import ConstraintForm, PairForm, RenameForm, RunForm, make_empty
from ideas.web.triage.presentation import (
    PAIRS,
    QUEUE,
    choose,
    find_cluster,
    make_acts,
    make_figures,
    make_page,
    make_pair,
    make_queue,
    make_run_status,
)
from ideas.web.undo_notice import find_done

bp = Blueprint("triage", __name__)

OPEN = 0.15  # of likeness, from which a data set is shown beside a cluster, whose many words make it less like any one


@bp.get("/triage")
@needs(Permission.TRIAGE)
def show() -> ResponseReturnValue:
    """The triage page: what to review, the chosen cluster, why its members are together."""
    return _show(request.args.get("regroupement", type=int))


def _show(
    cluster_id: int | None,
    *,
    constraint: ConstraintForm | None = None,
    rename: RenameForm | None = None,
    new_run: RunForm | None = None,
) -> str:
    """Return the triage page, with the one form that was refused as it was typed."""
    campaign = found(find_campaign())
    g.current = "triage"
    rows = queries.clusters.list_current(campaign)
    names = name_clusters(rows, campaign)
    row = choose(rows, cluster_id)
    pair_count = queries.triage.count_near_pairs(campaign)
    pair_page, pair_pages = paging.read_page(pair_count, PAIRS, "paires")
    run = queries.runs.find(campaign.current_run_id)
    page: dict[str, Any] = {
        "queue": make_queue(rows, names, row.id if row else None, queries.clusters.count_unclustered(campaign)),
        "left_out": max(0, len(rows) - QUEUE),
        "reviewed": sum(one.standing == Standing.CONFIRMED for one in rows),
        "count": len(rows),
        "done": find_done(),
        "doubles": [make_pair(pair) for pair in queries.triage.list_near_pairs(campaign, page=pair_page, size=PAIRS)],
        "pair_count": pair_count,
        "pair_page": pair_page,
        "pair_pages": pair_pages,
        "pair_url": lambda number: url_for("triage.show", paires=number, _anchor="doublons"),
        "standing": make_standing(campaign),
        "run": run,
        "pending": queries.runs.find_pending(campaign.id),
        "figures": make_figures(run),
        "job": make_run_status(queries.jobs.find_latest(Kind.REGROUP, campaign.id), now()),
        "now": now(),
        "new_run": new_run or make_empty(RunForm),
        "refused": constraint or rename or new_run,
        "cluster": None,
        "open": None,
        "idea_url": idea_url,
    }
    if row is not None:
        chosen = make_page(row, campaign, lambda number: url_for("triage.show", regroupement=row.id, page=number))
        chosen["acts"] = make_acts(row, chosen["members"], names, campaign, constraint=constraint, rename=rename)
        page |= {**chosen, "open": _find_open(chosen["words"], chosen["members"])}
    return render_template("triage/show.html", **page)


def _find_open(words: list[str], members: list[ClusterMember]) -> OpenDatasets:
    """Return the data sets that authors of the members shown recognised, and those that the cluster is like."""
    ticked = {row.id: row for row in queries.ideas.list_ticked([member.id for member in members]).values()}
    text = " ".join([*words, *(member.title for member in members)])
    found = find_similar_datasets(text, var=current_app.config["IDEAS"].var, count=3)
    return make_open(list(ticked.values()), [one for one in found if one.likeness >= OPEN])


@bp.post("/regroupements/<number:cluster_id>/consignes")
@needs(Permission.TRIAGE)
def impose(cluster_id: int) -> ResponseReturnValue:
    """Keep the chosen ideas together or apart, move them, or pin them where they are."""
    find_cluster(cluster_id)
    form = ConstraintForm()
    if not form.validate():
        return _show(cluster_id, constraint=form), 400
    return _act(_impose(cluster_id, form), cluster_id)


@bp.post("/regroupements/<number:cluster_id>/confirmation")
@needs(Permission.TRIAGE)
def confirm(cluster_id: int) -> ResponseReturnValue:
    """Stand behind a cluster; on the triage page, the next one then opens."""
    find_cluster(cluster_id)
    decisions = _once(acts.confirm, cluster_id)
    return _act(decisions, None if comes_from_triage() else cluster_id)


@bp.post("/regroupements/<number:cluster_id>/nom")
@needs(Permission.TRIAGE)
def rename(cluster_id: int) -> ResponseReturnValue:
    """Name a cluster."""
    find_cluster(cluster_id)
    form = RenameForm()
    if not form.validate():
        return _show(cluster_id, rename=form), 400
    return _act(_once(acts.rename, cluster_id, form.name.data), cluster_id)


@bp.post("/triage/consignes/<number:constraint_id>/levee")
@needs(Permission.TRIAGE)
def lift(constraint_id: int) -> ResponseReturnValue:
    """Free later runs from a decision."""
    return _act(_once(acts.lift_constraint, constraint_id))


@bp.post("/triage/distinctes")
@needs(Permission.TRIAGE)
def set_apart() -> ResponseReturnValue:
    """Say that two nearly equal ideas are not duplicates."""
    form = PairForm()
    return _act(_once(acts.mark_distinct, form.first.data, form.second.data))


@bp.post("/triage/regroupement")
@needs(Permission.TRIAGE)
def regroup() -> ResponseReturnValue:
    """Ask the worker for a new run of the campaign; the page then says how far it is."""
    campaign, form = found(find_campaign()), RunForm()
    if not form.validate():
        return _show(None, new_run=form), 400
    ask_regroup(campaign.id, actor=find_actor(), now=now(), subject_cut=form.value)
    return redirect(url_for("triage.show", _anchor="passage"), 303)


@bp.post("/triage/propositions/<number:run_id>/acceptation")
@needs(Permission.TRIAGE)
def accept(run_id: int) -> ResponseReturnValue:
    """Show what a run proposes."""
    return _act(_once(proposals.accept_run, run_id))


@bp.post("/triage/propositions/<number:run_id>/rejet")
@needs(Permission.TRIAGE)
def drop(run_id: int) -> ResponseReturnValue:
    """Leave a proposal aside."""
    return _act(_once(proposals.drop_run, run_id))


@bp.post("/triage/decisions/<number:decision_id>/annulation")
@needs(Permission.TRIAGE)
def undo(decision_id: int) -> ResponseReturnValue:
    """Take back a decision about subjects."""
    return _act(_once(undo_decision, decision_id))


def _once(act: Any, *given: Any) -> Iterator[Decision]:
    yield act(*given, actor=find_actor(), now=now())


def _impose(cluster_id: int, form: ConstraintForm) -> Iterator[Decision]:
    given: dict[str, Any] = {"actor": find_actor(), "now": now(), "note": form.note.data}
    pairs = {"together": acts.keep_together, "apart": acts.keep_apart}
    places = {"move": (acts.move, form.target.data), "pin": (acts.pin, cluster_id)}
    if form.act.data in pairs:
        yield pairs[form.act.data](*form.idea_id.data, **given)
        return
    act, place = places[form.act.data]
    yield act(form.idea_id.data, place, **given)


def _act(deciding: Iterator[Decision], cluster_id: int | None = None) -> ResponseReturnValue:
    """Do what a reviewer asked and lead back with its notice, or say why nothing, or no more, was done."""
    decisions: list[Decision] = []
    try:
        decisions.extend(deciding)
    except NotFound:
        raise
    except ContradictsDecisions as refusal:
        abandon_act()
        return _show_contradiction(refusal)
    except RuleBroken as refusal:
        abandon_act()
        flash(say(refusal), "error")
    return _back(cluster_id, [decision.id for decision in decisions])


def _back(cluster_id: int | None, numbers: list[int]) -> Response:
    done = ",".join(map(str, numbers)) or None
    if cluster_id is not None and not comes_from_triage():
        return redirect(url_for("clusters.show", cluster_id=cluster_id, fait=done), 303)
    return redirect(url_for("triage.show", regroupement=cluster_id, fait=done), 303)


def _show_contradiction(refusal: ContradictsDecisions) -> ResponseReturnValue:
    g.current = "triage"
    standing = [one for one in make_standing(found(find_campaign())) if one.decision_id in refusal.decisions]
    return render_template("triage/contradiction.html", message=say(refusal), standing=standing), 409

"""Triage: what reviewers see of clusters, and what they decide about them."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.actions import clusters as acts
from ideas.actions.regrouping import ask_regroup
from ideas.actions.transaction import abandon_act
from ideas.domain.clusters import ClusterState, ConstraintKind
from ideas.domain.errors import N_, ContradictsDecisions, NotFound, RuleBroken
from ideas.domain.jobs import Kind
from ideas.domain.permissions import Permission
from ideas.http import paging
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found, say, say_each, status_of
from ideas.retrieval.similar import find_similar_datasets
from ideas.store import queries
from ideas.store.models import Decision
from ideas.store.queries.clusters import ClusterMember
from ideas.web.clusters.presentation import name_clusters
from ideas.web.forms import PageForm, comes_from_triage, form_status
from ideas.web.moderation.presentation import OpenDatasets, make_open
from ideas.web.page_context import find_campaign
from ideas.web.resending import does, read_sent, shows_again
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
@carries("regroupement", "page", "paires")
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
    run = queries.clusters.find_run(campaign.current_run_id)
    page: dict[str, Any] = {
        "queue": make_queue(rows, names, row.id if row else None, queries.clusters.count_unclustered(campaign)),
        "left_out": max(0, len(rows) - QUEUE),
        "reviewed": sum(one.state == ClusterState.CONFIRMED for one in rows),
        "count": len(rows),
        "done": find_done(),
        "doubles": [make_pair(pair) for pair in queries.triage.list_near_pairs(campaign, page=pair_page, size=PAIRS)],
        "pair_count": pair_count,
        "pair_page": pair_page,
        "pair_pages": pair_pages,
        "pair_url": lambda number: url_for("triage.show", paires=number, _anchor="doublons"),
        "standing": make_standing(campaign),
        "run": run,
        "figures": make_figures(run),
        "job": make_run_status(queries.jobs.find_latest(Kind.REGROUP, campaign.id), now()),
        "now": now(),
        "new_run": new_run or make_empty(RunForm),
        "refused": next((form for form in (constraint, rename, new_run) if form and form.errors), None),
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
@shows_again
def impose(cluster_id: int) -> ResponseReturnValue:
    """Keep the chosen ideas together or apart, move them, or pin them where they are."""
    find_cluster(cluster_id)
    form = ConstraintForm()
    if not form.validate():
        return _show(cluster_id, constraint=form), form_status(form)
    try:
        decisions = _impose(cluster_id, form)
    except NotFound:
        raise
    except ContradictsDecisions as refusal:
        abandon_act()
        return _show_contradiction(refusal)
    except RuleBroken as refusal:
        _give_back(form, refusal)
        return _show(cluster_id, constraint=form), status_of(refusal)
    return _back(cluster_id, [decision.id for decision in decisions])


@bp.post("/regroupements/<number:cluster_id>/confirmation")
@needs(Permission.TRIAGE)
@does(N_("Confirmer le regroupement"))
def confirm(cluster_id: int) -> ResponseReturnValue:
    """Stand behind a cluster; on the triage page, the next one then opens."""
    find_cluster(cluster_id)
    return _act(acts.confirm_cluster, cluster_id, cluster_id=None if comes_from_triage() else cluster_id)


@bp.post("/regroupements/<number:cluster_id>/nom")
@needs(Permission.TRIAGE)
@shows_again
def rename(cluster_id: int) -> ResponseReturnValue:
    """Name a cluster."""
    find_cluster(cluster_id)
    form = RenameForm()
    if not form.validate():
        return _show(cluster_id, rename=form), form_status(form)
    try:
        decision = acts.rename_cluster(cluster_id, form.name.data, actor=find_actor(), now=now())
    except NotFound:
        raise
    except RuleBroken as refusal:
        _give_back(form, refusal)
        return _show(cluster_id, rename=form), status_of(refusal)
    return _back(cluster_id, [decision.id])


@bp.post("/triage/consignes/<number:constraint_id>/levee")
@needs(Permission.TRIAGE)
@does(N_("Lever la consigne"))
def lift(constraint_id: int) -> ResponseReturnValue:
    """Free later runs from a decision."""
    return _act(acts.lift_constraint, constraint_id)


@bp.post("/triage/distinctes")
@needs(Permission.TRIAGE)
@does(N_("Dire que ces idées ne sont pas des doublons"))
def set_apart() -> ResponseReturnValue:
    """Say that two nearly equal ideas are not duplicates."""
    form = PairForm()
    return _act(acts.keep_apart, form.first.data, form.second.data)


@bp.post("/triage/regroupement")
@needs(Permission.TRIAGE)
@shows_again
def regroup() -> ResponseReturnValue:
    """Ask the worker for a new run of the campaign; the page then says how far it is."""
    campaign, form = found(find_campaign()), RunForm()
    if not form.validate():
        return _show(None, new_run=form), form_status(form)
    ask_regroup(campaign.id, actor=find_actor(), now=now(), resolution=form.value)
    return redirect(url_for("triage.show", _anchor="passage"), 303)


def _impose(cluster_id: int, form: ConstraintForm) -> list[Decision]:
    given: dict[str, Any] = {"actor": find_actor(), "now": now(), "note": form.note.data}
    pairs = {"together": acts.keep_together, "apart": acts.keep_apart}
    places = {"move": (ConstraintKind.MOVED, form.target.data), "pin": (ConstraintKind.PINNED, cluster_id)}
    if form.act.data in pairs:
        return [pairs[form.act.data](*form.idea_id.data, **given)]
    kind, place = places[form.act.data]
    return acts.place_ideas(kind, form.idea_id.data, place, **given)


def _give_back(form: PageForm, refusal: RuleBroken) -> None:
    """Say in a form why nothing was done: what was typed and ticked stays."""
    abandon_act()
    form.form_errors = [gettext("Rien n’a été changé."), *say_each(refusal)]


def _act(act: Callable[..., Decision], *given: Any, cluster_id: int | None = None) -> ResponseReturnValue:
    """Do what a button alone asks and lead back with its notice, or say why it was not done."""
    decisions: list[Decision] = []
    try:
        decisions.append(act(*given, actor=find_actor(), now=now()))
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
    return render_template("triage/contradiction.html", message=say(refusal), standing=standing, sent=read_sent()), 409

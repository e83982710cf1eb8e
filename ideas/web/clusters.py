"""Clusters as everybody sees them, and the addresses of the bench where reviewers correct them."""

from typing import Any

from flask import Blueprint, g, render_template, url_for

from ideas.domain.accounts import Act
from ideas.store import queries
from ideas.web import bench, portraits, triage
from ideas.web.actor import find_actor, public
from ideas.web.cards import idea_url
from ideas.web.done import find_done
from ideas.web.errors import found
from ideas.web.frame import find_campaign
from ideas.web.fresh import fresh

bp = Blueprint("clusters", __name__)

PAGE_SIZE = 30


@bp.get("/regroupements")
@public
def index() -> Any:
    """The clusters of the current run, the most supported first."""
    campaign = found(find_campaign())
    g.current = "regroupements"
    rows = queries.list_clusters(campaign)
    page, pages = bench.read_page(len(rows), PAGE_SIZE)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    words = portraits.list_words(shown, campaign)
    return fresh(
        render_template(
            "clusters/index.html",
            cards=[portraits.make_card(row, words[row.id]) for row in shown],
            count=len(rows),
            alone_count=queries.count_unclustered(campaign),
            run=queries.find_run(campaign.current_run_id),
            page=page,
            pages=pages,
            page_url=lambda number: url_for(".index", page=number if number > 1 else None),
        )
    )


@bp.get("/regroupements/sans")
@public
def alone() -> Any:
    """The published ideas that no run has put in a cluster."""
    campaign = found(find_campaign())
    g.current = "regroupements"
    count = queries.count_unclustered(campaign)
    page, pages = bench.read_page(count, bench.MEMBERS)
    return fresh(
        render_template(
            "clusters/alone.html",
            ideas=queries.list_unclustered(campaign, page=page, size=bench.MEMBERS),
            count=count,
            page=page,
            pages=pages,
            page_url=lambda number: url_for(".alone", page=number if number > 1 else None),
            idea_url=idea_url,
        )
    )


@bp.get("/regroupements/<number:cluster_id>")
@public
def show(cluster_id: int) -> Any:
    """One cluster: its words, its members and how alike they are, its past; for reviewers, what they may do."""
    cluster = bench.find_cluster(cluster_id)
    g.current = "regroupements"
    if cluster.dissolved_run_id is not None:
        lineage = portraits.tell_lineage(cluster_id, g.campaign)
        return fresh(render_template("clusters/dissolved.html", cluster=cluster, lineage=lineage))
    can_triage = find_actor().can(Act.TRIAGE)
    rows = queries.list_clusters(g.campaign, only=None if can_triage else [cluster_id])
    row = found(next((one for one in rows if one.id == cluster_id), None))
    page = bench.make_page(row, g.campaign, lambda number: url_for(".show", cluster_id=cluster_id, page=number))
    if can_triage:
        names = portraits.name_clusters(rows, g.campaign)
        page |= {"acts": bench.make_acts(row, page["members"], names, g.campaign), "done": find_done()}
    return fresh(render_template("clusters/show.html", **page))


bp.get("/triage")(triage.triage)
bp.post("/regroupements/<number:cluster_id>/consignes")(triage.impose)
bp.post("/regroupements/<number:cluster_id>/confirmation")(triage.confirm)
bp.post("/regroupements/<number:cluster_id>/nom")(triage.rename)
bp.post("/triage/consignes/<number:constraint_id>/levee")(triage.lift)
bp.post("/triage/distinctes")(triage.set_apart)
bp.post("/triage/regroupement")(triage.regroup)

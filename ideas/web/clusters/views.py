"""Clusters as everybody sees them."""

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from ideas.domain.permissions import Permission
from ideas.http import paging
from ideas.http.access import carries, public
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.etag import fresh
from ideas.http.refusals import found
from ideas.store import queries
from ideas.web.clusters.presentation import list_words, make_card, name_clusters, tell_lineage
from ideas.web.page_context import find_campaign
from ideas.web.triage.presentation import MEMBERS, find_cluster, make_acts, make_page
from ideas.web.undo_notice import find_done

bp = Blueprint("clusters", __name__)

PAGE_SIZE = 30


@bp.get("/regroupements")
@carries("page")
@public
def index() -> ResponseReturnValue:
    """The clusters of the current run, the most supported first."""
    campaign = found(find_campaign())
    g.current = "regroupements"
    rows = queries.clusters.list_current(campaign)
    page, pages = paging.read_page(len(rows), PAGE_SIZE)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    words = list_words(shown, campaign)
    return fresh(
        render_template(
            "clusters/index.html",
            cards=[make_card(row, words[row.id]) for row in shown],
            count=len(rows),
            alone_count=queries.clusters.count_unclustered(campaign),
            run=queries.clusters.find_run(campaign.current_run_id),
            page=page,
            pages=pages,
            page_url=lambda number: url_for(".index", page=number if number > 1 else None),
        )
    )


@bp.get("/regroupements/sans")
@carries("page")
@public
def alone() -> ResponseReturnValue:
    """The published ideas that no run has put in a cluster."""
    campaign = found(find_campaign())
    g.current = "regroupements"
    count = queries.clusters.count_unclustered(campaign)
    page, pages = paging.read_page(count, MEMBERS)
    return fresh(
        render_template(
            "clusters/alone.html",
            ideas=queries.clusters.list_unclustered(campaign, page=page, size=MEMBERS),
            count=count,
            page=page,
            pages=pages,
            page_url=lambda number: url_for(".alone", page=number if number > 1 else None),
            idea_url=idea_url,
        )
    )


@bp.get("/regroupements/<number:cluster_id>")
@carries("page")
@public
def show(cluster_id: int) -> ResponseReturnValue:
    """One cluster: its words, its members and how alike they are, its past; for reviewers, what they may do."""
    cluster = find_cluster(cluster_id)
    g.current = "regroupements"
    if cluster.dissolved_run_id is not None:
        lineage = tell_lineage(cluster_id, g.campaign)
        return fresh(render_template("clusters/dissolved.html", cluster=cluster, lineage=lineage))
    can_triage = find_actor().can(Permission.TRIAGE)
    rows = queries.clusters.list_current(g.campaign, only=None if can_triage else [cluster_id])
    row = found(next((one for one in rows if one.id == cluster_id), None))
    page = make_page(row, g.campaign, lambda number: url_for(".show", cluster_id=cluster_id, page=number))
    if can_triage:
        names = name_clusters(rows, g.campaign)
        page["acts"], page["done"] = make_acts(row, page["members"], names, g.campaign), find_done()
    return fresh(render_template("clusters/show.html", **page))

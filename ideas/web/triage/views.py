"""Triage as reviewers read it: the bench, what is alone, and a subject cut finer before anybody decides."""

from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ideas.domain.clusters import Standing
from ideas.domain.jobs import Kind
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.http import paging
from ideas.http.access import carries, needs
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.retrieval.branches import find_parts
from ideas.retrieval.similar import find_similar_datasets
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.clusters import ClusterMember, CurrentCluster
from ideas.web.moderation.presentation import OpenDatasets, make_open
from ideas.web.page_context import find_campaign
from ideas.web.subjects.history import tell_history
from ideas.web.subjects.presentation import count_words, list_near_subjects, list_words, name_subjects, state_tag
from ideas.web.triage.blueprint import bp
from ideas.web.triage.constraints import make_standing
from ideas.web.triage.forms import PARTS, MembersForm, PlaceForm, RenameForm, RunForm, TargetForm, make_empty
from ideas.web.triage.presentation import (
    MEMBERS,
    PAIRS,
    QUEUE,
    choose,
    load_subject,
    make_figures,
    make_members,
    make_pair,
    make_queue,
    make_run_status,
    name_living,
)
from ideas.web.undo_notice import find_done

OPEN = 0.15  # of likeness, from which a data set is shown beside a subject, whose many words make it less like any one


@bp.get("/triage")
@carries("sujet", "regroupement", "page", "paires")
@needs(Permission.TRIAGE)
def show() -> ResponseReturnValue:
    """The triage page: what to review, the chosen subject, why its ideas are together."""
    asked = request.args.get("sujet", request.args.get("regroupement"))
    return show_bench(row_number(asked) if asked else None)


def show_bench(
    cluster_id: int | None,
    *,
    members: MembersForm | None = None,
    rename: RenameForm | None = None,
    joining: TargetForm | None = None,
    new_run: RunForm | None = None,
    problem: str = "",
) -> str:
    """Return the triage page, with the one form that was refused as it was typed, and why."""
    campaign = found(find_campaign())
    g.current = "triage"
    rows = queries.clusters.list_current(campaign)
    names = name_subjects(rows, campaign)
    row = choose(rows, cluster_id)
    run = queries.runs.find(campaign.current_run_id)
    page: dict[str, Any] = {
        "queue": make_queue(rows, names, row.id if row else None, queries.clusters.count_unclustered(campaign)),
        "left_out": max(0, len(rows) - QUEUE),
        "reviewed": sum(one.standing is Standing.CONFIRMED for one in rows),
        "count": len(rows),
        "new_count": sum(one.unseen_count for one in rows),
        "names": names,
        "done": find_done(),
        "problem": problem,
        "pending": queries.runs.find_pending(campaign.id),
        "job": make_run_status(queries.jobs.find_latest(Kind.REGROUP, campaign.id), now()),
        "run": run,
        "figures": make_figures(run),
        "standing": make_standing(campaign),
        "new_run": new_run or make_empty(RunForm),
        "refused": next((form for form in (members, rename, joining, new_run) if form and form.errors), None),
        "subject": None,
        "idea_url": idea_url,
        **_list_doubles(campaign),
    }
    if row is not None:
        page |= _show_subject(row, names[row.id], campaign)
        page["members_form"] = members or make_empty(MembersForm)
        page["rename"] = rename or make_empty(RenameForm, name=row.name)
        page["joining"] = joining or make_empty(TargetForm)
    return render_template("triage/show.html", **page)


def _list_doubles(campaign: Campaign) -> dict[str, Any]:
    count = queries.triage.count_near_pairs(campaign)
    page, pages = paging.read_page(count, PAIRS, "paires")
    return {
        "doubles": [make_pair(pair) for pair in queries.triage.list_near_pairs(campaign, page=page, size=PAIRS)],
        "pair_count": count,
        "pair_page": page,
        "pair_pages": pages,
        "pair_url": lambda number: url_for("triage.show", paires=number, _anchor="doublons"),
    }


def _show_subject(row: CurrentCluster, title: str, campaign: Campaign) -> dict[str, Any]:
    words = list_words([row], campaign)[row.id]
    page, pages = paging.read_page(row.idea_count, MEMBERS)
    members = queries.clusters.list_members(row.id, campaign.current_run_id, page=page, size=MEMBERS)
    evidence = queries.subjects.list_evidence(row.id, campaign.current_run_id)
    return {
        "subject": row,
        "title": title,
        "state": state_tag(row.standing),
        "members": make_members(members, row, campaign),
        "words": count_words(words, evidence),
        "near": list_near_subjects(row.id, evidence, campaign.current_run_id),
        "history": tell_history(row.id),
        "own_doubles": [make_pair(one) for one in queries.triage.list_near_pairs(campaign, cluster_id=row.id)],
        "open": _find_open(words, members),
        "page": page,
        "pages": pages,
        "page_url": lambda number: url_for("triage.show", sujet=row.id, page=number if number > 1 else None),
    }


def _find_open(words: list[str], members: list[ClusterMember]) -> OpenDatasets:
    """Return the data sets that authors of the members shown recognised, and those that the subject is like."""
    ticked = {row.id: row for row in queries.ideas.list_ticked([member.id for member in members]).values()}
    text = " ".join([*words, *(member.title for member in members)])
    alike = find_similar_datasets(text, var=current_app.config["IDEAS"].var, count=3)
    return make_open(list(ticked.values()), [one for one in alike if one.likeness >= OPEN])


@bp.get("/triage/sans")
@carries("page")
@needs(Permission.TRIAGE)
def alone() -> ResponseReturnValue:
    """The published ideas that are in no subject, to be placed in one."""
    return show_alone()


def show_alone(form: PlaceForm | None = None, *, problem: str = "") -> str:
    """Return the page of ideas without subject, with the form that was refused as it was typed."""
    campaign = found(find_campaign())
    g.current = "triage"
    count = queries.clusters.count_unclustered(campaign)
    page, pages = paging.read_page(count, MEMBERS)
    return render_template(
        "triage/alone.html",
        ideas=queries.clusters.list_unclustered(campaign, page=page, size=MEMBERS),
        count=count,
        form=form or make_empty(PlaceForm),
        names=name_living(campaign),
        problem=problem,
        done=find_done(),
        idea_url=idea_url,
        page=page,
        pages=pages,
        page_url=lambda number: url_for("triage.alone", page=number if number > 1 else None),
    )


@bp.get("/triage/sujets/<number:cluster_id>/partage")
@carries("parts")
@needs(Permission.TRIAGE)
def preview(cluster_id: int) -> ResponseReturnValue:
    """What a finer cut of a subject would make: its parts, before anybody decides."""
    campaign = load_subject(cluster_id).campaign
    g.current = "triage"
    row = found(next(iter(queries.clusters.list_current(campaign, only=[cluster_id])), None))
    asked = row_number(request.args.get("parts"))
    count = asked if asked in PARTS else PARTS[0]
    parts = find_parts(cluster_id, campaign, count)
    titles = queries.subjects.list_titles([idea for part in parts for idea in part])
    return render_template(
        "triage/preview.html",
        subject=row,
        title=name_subjects([row], campaign)[row.id],
        count=count,
        counts=PARTS,
        parts=[[(idea, *titles[idea], idea_url(idea, titles[idea][0])) for idea in part] for part in parts],
    )

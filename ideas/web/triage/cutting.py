"""A subject cut finer, as a preview: its parts, before anybody decides."""

from typing import NamedTuple

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.http.access import carries, needs
from ideas.http.addresses import idea_url
from ideas.http.refusals import found
from ideas.retrieval.branches import find_parts
from ideas.store import queries
from ideas.web.subjects.presentation import name_subjects
from ideas.web.triage.blueprint import bp
from ideas.web.triage.forms import PARTS
from ideas.web.triage.presentation import load_subject
from ideas.web.triage.queue import read_view


class PartIdea(NamedTuple):
    """An idea of a part."""

    id: int
    title: str
    language: str
    url: str


@bp.get("/triage/sujets/<number:cluster_id>/partage")
@carries("parts", "filtre", "q", "suite")
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
    sought = read_view()
    return render_template(
        "triage/preview.html",
        subject=row,
        title=name_subjects([row], campaign)[row.id],
        count=count,
        counts=PARTS,
        parts=[[PartIdea(idea, *titles[idea], idea_url(idea, titles[idea][0])) for idea in part] for part in parts],
        carried={"filtre": sought.filter, "q": sought.words, "suite": request.args.get("suite", "")},
        back_url=sought.lead(sujet=cluster_id),
    )

"""A subject cut finer: what each notch of the slider makes, as a preview, before anybody decides."""

from typing import NamedTuple

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from ideas.domain.branches import Parts, list_levels
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.http.access import carries, needs
from ideas.http.addresses import idea_url
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.web.subjects.presentation import name_subjects
from ideas.web.triage.blueprint import bp
from ideas.web.triage.presentation import load_subject
from ideas.web.triage.queue import read_view


class Notch(NamedTuple):
    """A place of the slider: into how many subjects it cuts, and what is said of it."""

    parts: int
    words: str


class PartIdea(NamedTuple):
    """An idea of a part."""

    id: int
    title: str
    language: str
    url: str


class CutPart(NamedTuple):
    """One of the subjects that a cut would make, and how many different people support it."""

    ideas: list[PartIdea]
    people_count: int


def read_levels(cluster_id: int, campaign: Campaign) -> list[Parts]:
    """Return the parts of a subject at each level, one part more each time: they were found with the public picture."""
    rows = queries.branches.list_branch(cluster_id, campaign.current_run_id)
    return list_levels([row.id for row in rows if row.is_member], [row.joining for row in rows if row.joining])


def make_notches(levels: list[Parts]) -> list[Notch]:
    """Return the places of the slider, from the whole on; none when nothing can be cut."""
    return [Notch(len(parts), _say_parts(parts)) for parts in levels] if len(levels) > 1 else []


def _say_parts(parts: Parts) -> str:
    *sizes, last = [len(part) for part in parts]
    if not sizes:
        return ngettext("sujet entier : %(num)s idée", "sujet entier : %(num)s idées", last)
    said = gettext("%(several)s et %(last)s", several=", ".join(map(str, sizes)), last=last)
    return gettext("%(count)s sujets : %(sizes)s idées", count=len(parts), sizes=said)


@bp.get("/triage/sujets/<number:cluster_id>/partage")
@carries("parts", "filtre", "q", "suite")
@needs(Permission.TRIAGE)
def preview(cluster_id: int) -> ResponseReturnValue:
    """What a finer cut of a subject would make: its parts, before anybody decides."""
    campaign = load_subject(cluster_id).campaign
    g.current = "triage"
    row = found(next(iter(queries.clusters.list_current(campaign, only=[cluster_id])), None))
    levels, sought = found(read_levels(cluster_id, campaign) or None), read_view()
    count = min(max(row_number(request.args.get("parts")), 2), len(levels))
    return render_template(
        "triage/preview.html",
        subject=row,
        title=name_subjects([row], campaign)[row.id],
        count=count,
        notches=make_notches(levels),
        parts=_make_parts(levels[count - 1], campaign),
        carried={"filtre": sought.filter, "q": sought.words, "suite": request.args.get("suite", "")},
        back_url=sought.lead(sujet=cluster_id),
    )


def _make_parts(parts: Parts, campaign: Campaign) -> list[CutPart]:
    titles = queries.subjects.list_titles([idea for part in parts for idea in part])
    people = queries.supports.count_people_of(parts, campaign.current_run_id)
    return [
        CutPart([PartIdea(idea, *titles[idea], idea_url(idea, titles[idea][0])) for idea in part], count)
        for part, count in zip(parts, people, strict=True)
    ]

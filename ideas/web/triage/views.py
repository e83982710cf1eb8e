"""The bench: the queue of subjects, the chosen one with the texts of its ideas, and where these may go."""

from collections import Counter
from datetime import datetime
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from ideas.domain.clusters import ReviewStatus
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission, Subject, can
from ideas.domain.waves import LOOKED_BACK, RUSHING, find_rush
from ideas.http import paging
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.triage import OwnAct
from ideas.web.handling_acts import ACTS, QUICK
from ideas.web.internal_notes import find_notes_url
from ideas.web.page_context import find_campaign
from ideas.web.subjects.presentation import count_high_values, count_words, name_subjects, state_tag
from ideas.web.triage.blueprint import bp
from ideas.web.triage.cutting import make_notches, read_levels
from ideas.web.triage.forms import GiveForm, MembersForm, RenameForm, TargetForm, make_empty
from ideas.web.triage.lonely import READ, list_lonely
from ideas.web.triage.members import MEMBERS, MOST_PAIRS, count_lines, make_members
from ideas.web.triage.queue import Queue, is_own, make_queue, offer_filters, say_taken
from ideas.web.triage.targets import list_neighbours, list_outer_links, list_targets
from ideas.web.undo_notice import find_act_notice, list_own_acts

WAVES = 3
CUT_FROM = 4  # ideas: fewer make no two subjects
WHOLE = "entiers"  # asked of `textes`: no text is cut


@bp.get("/triage")
@carries("sujet", "regroupement", "suite", "page", "file", "filtre", "q", "textes")
@needs(Permission.TRIAGE)
def show() -> ResponseReturnValue:
    """The bench, at the subject that is asked for or at the next to review."""
    asked = request.args.get("sujet", request.args.get("regroupement"))
    return show_bench(row_number(asked) if asked else None)


def show_bench(
    cluster_id: int | None,
    *,
    members: MembersForm | None = None,
    rename: RenameForm | None = None,
    joining: TargetForm | None = None,
    giving: GiveForm | None = None,
    problem: str = "",
) -> str:
    """Return the bench, with the one form that was refused as it was typed, and why."""
    campaign = found(find_campaign())
    g.current = "triage"
    rows = queries.clusters.list_current(campaign)
    names = name_subjects(rows, campaign)
    queue = make_queue(rows, names, queries.supports.count_people(campaign), cluster_id)
    waiting = queries.triage.count_waiting(campaign, queue.chosen and queue.chosen.id)
    queue = queue.admit_alone(waiting)
    lines, page = queue.list_page()
    own_acts = list_own_acts(campaign)
    shown: dict[str, Any] = {
        "queue": lines,
        "queue_page": page,
        "queue_url": lambda number: queue.sought.lead(sujet=queue.chosen and queue.chosen.id, file=number),
        "sought": queue.sought,
        "filters": offer_filters(rows, queue.sought),
        "reviewed_count": sum(one.review_status is ReviewStatus.CONFIRMED for one in rows),
        "count": len(rows),
        "new_count": sum(one.unseen_count for one in rows),
        "waiting": waiting,
        "done": find_act_notice(own_acts),
        "problem": problem,
        "refused": next((form for form in (members, rename, joining, giving) if form and form.errors), None),
        "subject": None,
    }
    if queue.chosen is not None:
        shown |= _show_subject(queue, campaign, own_acts)
        shown["names"] = tuple(names.items())
        shown["members_form"] = members or make_empty(MembersForm)
        shown["rename"] = rename or make_empty(RenameForm, name=queue.chosen.name)
        shown["giving"] = giving or make_empty(GiveForm)
        shown["joining"] = joining or make_empty(TargetForm)
    return render_template("triage/show.html", **shown)


def _list_first_votes(campaign: Campaign, cluster_id: int, people_count: int) -> list[datetime]:
    if people_count < RUSHING:  # too few for a rush, however close: not worth a question
        return []
    return queries.moderation.list_first_votes(campaign, since=now() - LOOKED_BACK, cluster_id=cluster_id)


def _show_subject(queue: Queue, campaign: Campaign, own_acts: list[OwnAct]) -> dict[str, Any]:
    row, names, run_id = found(queue.chosen), queue.names, campaign.current_run_id
    page, pages = paging.read_page(row.idea_count, MEMBERS)
    members = queries.members.list_members(row.id, run_id, page=page, size=MEMBERS)
    evidence = queries.subjects.list_evidence(row.id, run_id)
    words = count_words(row.keywords, evidence)  # a word that nobody published says any more is counted no more
    pairs = queries.triage.list_near_pairs(campaign, cluster_id=row.id, size=MOST_PAIRS)
    links = list_outer_links(evidence)
    nearby = queries.triage.list_nearby(campaign, {link.other_id for link in links}, most=READ)
    near = list_neighbours(row.id, links, {one.id: one.cluster_id for one in nearby}, names)
    is_whole, sought = request.args.get("textes") == WHOLE, queue.sought
    lines = 0 if is_whole else count_lines(len(members))
    following, previous = queue.find_beside(1), queue.find_beside(-1)
    return {
        "subject": row,
        "title": names[row.id],
        "people_count": queue.people.get(row.id, 0),
        "state": state_tag(row.review_status),
        "taken": say_taken(row),
        "is_own": is_own(row),
        "rush": find_rush(_list_first_votes(campaign, row.id, queue.people.get(row.id, 0))),
        "high_values": count_high_values(row.id, evidence),
        "waves": Counter(one.wave_id for one in evidence if one.wave_id is not None).most_common(WAVES),
        "members": make_members(members, row, campaign, pairs, [one.word for one in words], lines=lines),
        "lines": lines,
        "texts_url": sought.lead(sujet=row.id, page=page, textes=None if is_whole else WHOLE),
        "words": words,
        "notches": make_notches(read_levels(row.id, campaign)) if row.idea_count >= CUT_FROM else [],
        "quick_acts": [(code, ACTS[code]) for code in QUICK],
        "near": near,
        "lonely": list_lonely({one.idea_id for one in evidence}, links, nearby),
        "targets": list_targets(own_acts, names, near, row.id),
        "notes_url": find_notes_url(row.id, 0) if can(find_actor(), Permission.MODERATE, Subject(campaign.id)) else "",
        "carried": {"filtre": sought.filter, "q": sought.words, "suite": following or ""},
        "next_url": queue.lead_to(following) if following else "",
        "previous_url": queue.lead_to(previous) if previous else "",
        "page": page,
        "pages": pages,
        "page_url": lambda number: sought.lead(sujet=row.id, page=number if number > 1 else None),
    }

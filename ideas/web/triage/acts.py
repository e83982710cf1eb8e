"""What reviewers do with a subject: one act, one decision, one notice to undo it."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions import membership, pairing, subjects
from ideas.actions.merging import undo_merge
from ideas.actions.undoing import undo_decision
from ideas.domain.errors import N_
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.http.access import needs
from ideas.http.refusals import found
from ideas.store import queries
from ideas.web.forms import form_status
from ideas.web.page_context import find_campaign
from ideas.web.resending import does, shows_again
from ideas.web.triage.acting import Act, bench_url, decide
from ideas.web.triage.alone import follow_alone_url, show_alone
from ideas.web.triage.blueprint import bp
from ideas.web.triage.cutting import read_levels
from ideas.web.triage.forms import (
    BringForm,
    CutForm,
    MembersForm,
    PlaceForm,
    RenameForm,
    TargetForm,
    VersionedForm,
)
from ideas.web.triage.pairs import pair_url
from ideas.web.triage.presentation import load_subject, name_living
from ideas.web.triage.queue import find_next_url
from ideas.web.triage.views import show_bench
from ideas.web.triage.waves import wave_url


def _expected(cluster_id: int, form: VersionedForm) -> dict[int, int]:
    return {cluster_id: form.version.data}


def _decide_whole(act: Act, cluster_id: int) -> ResponseReturnValue:
    """Do an act about a subject as it was read, which needs nothing else; the next one then opens."""
    load_subject(cluster_id)
    return decide(
        act,
        cluster_id,
        expected=_expected(cluster_id, VersionedForm()),
        then=bench_url,
        refused=lambda why: show_bench(cluster_id, problem=why),
    )


@bp.post("/triage/sujets/<number:cluster_id>/confirmation")
@needs(Permission.TRIAGE)
@does(N_("Confirmer le sujet"))
def confirm(cluster_id: int) -> ResponseReturnValue:
    """Stand behind a subject; the next one then opens."""
    return _decide_whole(subjects.confirm, cluster_id)


@bp.post("/triage/sujets/<number:cluster_id>/dissolution")
@needs(Permission.TRIAGE)
@does(N_("Dissoudre le sujet"))
def dissolve(cluster_id: int) -> ResponseReturnValue:
    """End a subject: its ideas are left without one."""
    return _decide_whole(subjects.dissolve, cluster_id)


@bp.post("/triage/sujets/<number:cluster_id>/nom")
@needs(Permission.TRIAGE)
@shows_again
def rename(cluster_id: int) -> ResponseReturnValue:
    """Name a subject."""
    load_subject(cluster_id)
    form = RenameForm()
    if not form.validate():
        return show_bench(cluster_id, rename=form), form_status(form)
    return decide(
        subjects.rename,
        cluster_id,
        form.name.data,
        expected=_expected(cluster_id, form),
        then=lambda: bench_url(cluster_id),
        refused=lambda why: show_bench(cluster_id, rename=form, problem=why),
    )


@bp.post("/triage/sujets/<number:cluster_id>/reunion")
@needs(Permission.TRIAGE)
@shows_again
def join(cluster_id: int) -> ResponseReturnValue:
    """Put all the ideas of another subject in this one."""
    campaign = load_subject(cluster_id).campaign
    form = TargetForm()
    form.target.offer(name_living(campaign, but=cluster_id))
    if not form.validate():
        return show_bench(cluster_id, joining=form), form_status(form)
    return decide(
        subjects.join,
        cluster_id,
        [form.target.number],
        expected=_expected(cluster_id, form),
        then=lambda: bench_url(cluster_id),
        refused=lambda why: show_bench(cluster_id, joining=form, problem=why),
    )


@bp.post("/triage/sujets/<number:cluster_id>/idees")
@needs(Permission.TRIAGE)
@shows_again
def sort(cluster_id: int) -> ResponseReturnValue:
    """Move, split, take out, pin, keep together or apart the ideas that are ticked."""
    campaign = load_subject(cluster_id).campaign
    form = MembersForm()
    form.target.offer(name_living(campaign, but=cluster_id))
    if not form.validate():
        return show_bench(cluster_id, members=form), form_status(form)
    act, given, facts = _read_act(cluster_id, form)
    return decide(
        act,
        *given,
        **facts,
        note=form.note.data,
        expected=_expected(cluster_id, form),
        then=lambda: bench_url(cluster_id),
        refused=lambda why: show_bench(cluster_id, members=form, problem=why),
    )


def _read_act(cluster_id: int, form: MembersForm) -> tuple[Any, list[Any], dict[str, Any]]:
    ticked = form.idea_id.data
    known: dict[str, tuple[Any, list[Any], dict[str, Any]]] = {
        "move": (membership.move, [ticked, form.target.number], {}),
        "pin": (membership.pin, [ticked, cluster_id], {}),
        "take_out": (membership.take_out, [ticked], {}),
        "split": (subjects.split, [cluster_id, [ticked]], {"name": form.name.data}),
        "together": (pairing.keep_together, form.pair, {}),
        "apart": (pairing.keep_apart, form.pair, {}),
    }
    return known[form.act.data]


@bp.post("/triage/sujets/<number:cluster_id>/venues")
@needs(Permission.TRIAGE)
@does(N_("Faire venir"))
def bring(cluster_id: int) -> ResponseReturnValue:
    """Put in a subject ideas that have none, those shown as near it."""
    load_subject(cluster_id)
    form = BringForm()
    return decide(
        membership.move,
        form.idea_id.data,
        cluster_id,
        expected=_expected(cluster_id, form),
        then=lambda: bench_url(cluster_id),
        refused=lambda why: show_bench(cluster_id, problem=why),
    )


@bp.post("/triage/sujets/<number:cluster_id>/partage")
@needs(Permission.TRIAGE)
@does(N_("Couper ainsi"))
def cut(cluster_id: int) -> ResponseReturnValue:
    """Split a subject as a finer cut of its branch does, the one that was previewed."""
    campaign = load_subject(cluster_id).campaign
    form = CutForm()
    levels = read_levels(cluster_id, campaign)
    if not 1 < form.parts.data <= len(levels):
        return show_bench(cluster_id, problem=gettext("Cette coupe n’existe plus : le sujet a changé.")), 409
    _larger, *leaving = levels[form.parts.data - 1]
    return decide(
        subjects.split,
        cluster_id,
        leaving,
        expected=_expected(cluster_id, form),
        then=lambda: bench_url(cluster_id),
        refused=lambda why: show_bench(cluster_id, problem=why),
    )


@bp.post("/triage/sans")
@needs(Permission.TRIAGE)
@shows_again
def place() -> ResponseReturnValue:
    """Put ideas without subject in one, make one of them, or leave them alone whatever runs find."""
    campaign = found(find_campaign())
    form = PlaceForm()
    form.target.offer(name_living(campaign))
    if not form.validate():
        return show_alone(form), form_status(form)
    known: dict[str, tuple[Act, list[Any], dict[str, Any]]] = {
        "gather": (subjects.gather, [], {"name": form.name.data}),
        "leave": (membership.leave_alone, [], {}),
    }
    act, given, facts = known.get(form.act.data, (membership.move, [form.target.number], {}))
    return decide(
        act,
        form.idea_id.data,
        *given,
        **facts,
        then=lambda: follow_alone_url(len(form.idea_id.data)) or find_next_url(campaign),
        refused=lambda why: show_alone(form, problem=why),
    )


@bp.post("/triage/consignes/<number:constraint_id>/levee")
@needs(Permission.TRIAGE)
@does(N_("Lever la consigne"))
def lift(constraint_id: int) -> ResponseReturnValue:
    """Free later runs from a decision."""
    return decide(pairing.lift_constraint, constraint_id, then=lambda: url_for("triage.runs"))


@bp.post("/triage/decisions/<number:decision_id>/annulation")
@needs(Permission.TRIAGE)
@does(N_("Annuler cette décision"))
def undo(decision_id: int) -> ResponseReturnValue:
    """Take back a decision about subjects, and come back to the subject that it was about."""
    merged = queries.triage.find_merged(decision_id)
    return decide(
        undo_decision if merged is None else undo_merge,
        decision_id if merged is None else merged,
        then=lambda: _back_from(decision_id),
        refused=lambda why: show_bench(None, problem=why),
    )


def _back_from(decision_id: int) -> str:
    """Return where one was: among the ideas alone, at the subject that the decision was about, at the pairs."""
    if request.form.get("depuis") == "sans" or queries.alone.is_about_alone(decision_id):
        return url_for("triage.alone")
    if request.form.get("depuis") == "vagues":
        return wave_url()
    about = queries.triage.find_cluster_of(decision_id) or row_number(request.form.get("sujet")) or None
    is_of_pair = about is None and request.form.get("depuis") == "doublons"
    return pair_url() if is_of_pair else bench_url(about)

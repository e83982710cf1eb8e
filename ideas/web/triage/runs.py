"""Runs and what binds them: what is public, what people decided that the next one obeys, asking for another."""

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from ideas.actions.regrouping import ask_regroup
from ideas.domain.jobs import Kind
from ideas.domain.permissions import Permission
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.web.forms import form_status
from ideas.web.page_context import find_campaign
from ideas.web.resending import shows_again
from ideas.web.triage.acting import lead_to
from ideas.web.triage.blueprint import bp
from ideas.web.triage.constraints import list_constraint_lines
from ideas.web.triage.forms import RunForm, make_empty
from ideas.web.triage.presentation import make_figures, make_run_status
from ideas.web.undo_notice import find_done

USUAL_CUT = 0.21  # of a picture that no run with a tree has made


@bp.get("/triage/passages")
@carries()
@needs(Permission.TRIAGE)
def runs() -> ResponseReturnValue:
    """What is public and where it comes from, what binds the next run, and the way to ask for one."""
    return _show_runs()


def _show_runs(new_run: RunForm | None = None) -> str:
    campaign = found(find_campaign())
    g.current = "triage"
    run = queries.runs.find(campaign.current_run_id)
    return render_template(
        "triage/runs.html",
        run=run,
        pending=queries.runs.find_pending(campaign.id),
        job=make_run_status(queries.jobs.find_latest(Kind.REGROUP, campaign.id), now()),
        figures=make_figures(run),
        constraints=list_constraint_lines(campaign),
        new_run=new_run or make_empty(RunForm),
        done=find_done(),
    )


@bp.post("/triage/passage")
@needs(Permission.TRIAGE)
@shows_again
def regroup() -> ResponseReturnValue:
    """Ask the worker for another proposal; the page then says how far it is."""
    form = RunForm()
    if not form.validate():
        return _show_runs(form), form_status(form)
    campaign = found(find_campaign())
    shown = queries.runs.find(campaign.current_run_id)
    usual = shown.parameters.get("subjects", USUAL_CUT) if shown else USUAL_CUT
    ask_regroup(campaign.id, actor=find_actor(), now=now(), subject_cut=form.cut_from(usual))
    return lead_to(url_for("triage.runs", _anchor="passage"))

"""Who is to review which subject: taken, given to a colleague, left to whoever comes."""

from flask.typing import ResponseReturnValue

from ideas.actions import assigning
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import N_, WrongState
from ideas.domain.permissions import Permission
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import say, status_of
from ideas.web.forms import form_status
from ideas.web.resending import does, shows_again
from ideas.web.triage.acting import bench_url, lead_to
from ideas.web.triage.blueprint import bp
from ideas.web.triage.forms import GiveForm
from ideas.web.triage.presentation import load_subject
from ideas.web.triage.views import show_bench


@bp.post("/triage/sujets/<number:cluster_id>/prise")
@needs(Permission.TRIAGE)
@does(N_("Prendre ce sujet"))
def take(cluster_id: int) -> ResponseReturnValue:
    """Be the one who is to review a subject."""
    load_subject(cluster_id)
    assigning.take(cluster_id, actor=find_actor(), now=now())
    return lead_to(bench_url(cluster_id))


@bp.post("/triage/sujets/<number:cluster_id>/partant")
@needs(Permission.TRIAGE)
@does(N_("Laisser aux autres"))
def release(cluster_id: int) -> ResponseReturnValue:
    """Leave a subject to whoever comes first."""
    load_subject(cluster_id)
    assigning.release(cluster_id, actor=find_actor())
    return lead_to(bench_url(cluster_id))


@bp.post("/triage/sujets/<number:cluster_id>/attribution")
@needs(Permission.TRIAGE)
@shows_again
def give(cluster_id: int) -> ResponseReturnValue:
    """Make a colleague the one who is to review a subject."""
    load_subject(cluster_id)
    form = GiveForm()
    if not form.validate():
        return show_bench(cluster_id, giving=form), form_status(form)
    try:
        assigning.give(cluster_id, form.email.data or "", actor=find_actor(), now=now())
    except WrongState as refusal:
        abandon_act()
        return show_bench(cluster_id, giving=form, problem=say(refusal)), status_of(refusal)
    return lead_to(bench_url(cluster_id))

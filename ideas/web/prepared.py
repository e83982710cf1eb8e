"""The answers that are written and not yet published: their list, the preview, and the one act that publishes them."""

from typing import Any, NamedTuple

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.handled import About
from ideas.actions.prepared import prepare_answer, publish_prepared, remove_prepared
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import N_, Invalid, NotFound, RefusedAmongSeveral, RuleBroken
from ideas.domain.handling import Handling
from ideas.domain.permissions import Permission
from ideas.domain.publication import Publication
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found, say, status_of
from ideas.store import queries
from ideas.store.models import Idea, PreparedAnswer
from ideas.web.forms import MOST_TICKED, PageForm, TickedField, form_status
from ideas.web.handling_forms import PreparedForm
from ideas.web.moments import SeenAtField
from ideas.web.page_context import find_campaign
from ideas.web.prepared_lines import list_prepared, part_by_readiness
from ideas.web.request_states import list_states
from ideas.web.resending import does, shows_again
from ideas.web.triage.datasets import find_open_to
from ideas.web.triage.presentation import name_living
from ideas.web.undo_notice import list_each_done, read_numbers

bp = Blueprint("prepared", __name__)

REPLY_FIELDS = (
    "producer_id",
    "text",
    "promised_on",
    "dataset_url",
    "reason",
    "legal_basis",
    "passed_to_id",
    "dataset_id",
    "high_value",
)


class PublishForm(PageForm):
    """The prepared answers to publish, and when what they say was read; `left_id`: those ticked that cannot be yet."""

    prepared_id = TickedField(id="prepared_id")
    left_id = TickedField()
    seen_at = SeenAtField()

    def list_faults(self) -> list[str]:
        """Ask for one answer at least."""
        return [] if self.prepared_id.data else [gettext("Cochez une réponse au moins.")]


@bp.get("/reponses-preparees")
@carries("fait", "choisies")
@needs(Permission.ANSWER)
def index() -> ResponseReturnValue:
    """The prepared answers of the campaign, what each would do, and which are ticked."""
    return _show_list(PublishForm(formdata=None), ticked=read_numbers("choisies"))


def _show_list(form: PublishForm, *, ticked: list[int]) -> str:
    g.current = "bureau"
    rows = list_prepared(found(find_campaign()))
    return render_template(
        "prepared/index.html",
        form=form,
        rows=rows,
        ticked=ticked,
        all_url=_list_url([row.line.id for row in rows[:MOST_TICKED]]),
        done=list_each_done(),
        most=MOST_TICKED,
    )


def _list_url(ticked: list[int], fait: str | None = None) -> str:
    """Return the address of the list with these answers ticked."""
    return url_for(".index", choisies=",".join(map(str, ticked)) or None, fait=fait)


@bp.post("/reponses-preparees/apercu")
@needs(Permission.ANSWER)
@shows_again
def preview() -> ResponseReturnValue:
    """Say what publishing the ticked answers would do, and how many people would hear of it."""
    form = PublishForm()
    if not form.validate():
        return _show_list(form, ticked=form.prepared_id.data), form_status(form)
    return _show_preview(form)


def _show_preview(form: PublishForm) -> str:
    g.current = "bureau"
    numbers, seen_at = [*form.prepared_id.data, *form.left_id.data], now()
    rows = list_prepared(found(find_campaign()), only=numbers)
    ready, left = part_by_readiness(rows)
    return render_template(
        "prepared/preview.html",
        form=form,
        seen_at=seen_at.isoformat(),
        ready=ready,
        left=left,
        gone_count=len(numbers) - len(rows),
        idea_count=sum(len(one.titles) for one in ready),
        hearer_count=queries.prepared.count_all_hearers([one.line.id for one in ready], find_actor()),
        back=_list_url(numbers),
    )


@bp.post("/reponses-preparees/publication")
@needs(Permission.ANSWER)
@shows_again
def publish() -> ResponseReturnValue:
    """Publish the ticked answers in one act: when one cannot be, none is, and each says why."""
    form = PublishForm()
    if not form.validate():
        return _show_list(form, ticked=form.prepared_id.data), form_status(form)
    try:
        decisions = publish_prepared(
            form.prepared_id.data, actor=find_actor(), now=now(), seen_at=form.seen_at.data or None
        )
    except RefusedAmongSeveral as refusal:
        abandon_act()
        form.form_errors = [gettext("Rien n’a été publié."), *_say_each(refusal)]
        return _show_preview(form), status_of(refusal)
    return redirect(_list_url(form.left_id.data, fait=",".join(str(one.id) for one in decisions)), 303)


def _say_each(refusal: RefusedAmongSeveral) -> list[str]:
    titles = {row.line.id: row.title for row in list_prepared(found(find_campaign()), only=refusal.refusals)}
    lost = gettext("Réponse préparée")
    return [
        gettext("« %(title)s » : %(why)s", title=titles.get(number, lost), why=say(one))
        for number, one in refusal.refusals.items()
    ]


class Read(NamedTuple):
    """A prepared answer and the ideas that it may be for, as they are now; `gone` are those that it cannot be for."""

    row: PreparedAnswer
    ideas: list[Idea]
    own: set[int]
    gone: list[tuple[int, str]]
    title: str
    back: str
    cluster_id: int | None
    version: int | None


@bp.route("/reponses-preparees/<number:prepared_id>", methods=["GET", "POST"])
@needs(Permission.ANSWER)
@shows_again
def edit(prepared_id: int) -> ResponseReturnValue:
    """Read a prepared answer again with its ideas as they are now, and write it anew or give it an hour."""
    read = _read(prepared_id)
    g.current = "bureau"
    form = _make_form(read)
    if form.validate_on_submit():
        kept = [idea.id for idea in read.ideas if idea.id not in form.aside.data]
        about = About(kept, read.cluster_id, form.version.data if read.cluster_id else None, form.seen_step.data)
        given: dict[str, Any] = {
            "actor": find_actor(),
            "now": now(),
            "due_at": form.due_at.data,
            "replacing": prepared_id,
        }
        try:
            prepare_answer(about, Handling(form.act.data), form.read_reply(), **given)
        except NotFound:
            raise
        except RuleBroken as refusal:
            abandon_act()
            form.show_refusal(refusal)
            status = 400 if isinstance(refusal, Invalid) else status_of(refusal)
        else:
            flash(gettext("La réponse préparée est enregistrée : rien n’est publié."), "success")
            return redirect(url_for(".index"), 303)
    else:
        status = form_status(form)
        form.use_template()
    read = _read(prepared_id)
    open_datasets = find_open_to(read.title, read.ideas)
    form.offer_datasets(open_datasets.named)
    page = render_template(
        "prepared/edit.html",
        form=form,
        read=read,
        states=list_states(read.ideas),
        new_count=sum(idea.id not in read.own for idea in read.ideas),
        open=open_datasets,
    )
    return page, status


def _read(prepared_id: int) -> Read:
    actor = find_actor()
    row = found(queries.prepared.find(prepared_id, actor))
    campaign = g.campaign = found(queries.campaigns.find_of(row))
    members = queries.prepared.list_members([prepared_id])[prepared_id]
    subject = queries.subjects.find(row.cluster_id) if row.cluster_id else None
    is_living = subject is not None and subject.cluster.dissolved_run_id is None
    if is_living and subject is not None and row.cluster_id is not None:
        ideas = queries.subjects.list_published(row.cluster_id, campaign.current_run_id)
        title = name_living(campaign).get(row.cluster_id, "")
        back, version = url_for("subjects.show", cluster_id=row.cluster_id), subject.cluster.version
    else:
        seen = (queries.ideas.find(one.idea_id, actor) for one in members)
        ideas = [idea for idea in seen if idea is not None and idea.publication is Publication.PUBLISHED]
        title = ideas[0].title if ideas else gettext("Aucune idée")
        back, version = (idea_url(ideas[0].id, title) if ideas else url_for(".index")), None
    here = {idea.id for idea in ideas}
    gone = [(one.idea_id, one.title) for one in members if one.idea_id not in here]
    own = {one.idea_id for one in members}
    return Read(row, ideas, own, gone, title, back, row.cluster_id if is_living else None, version)


def _make_form(read: Read) -> PreparedForm:
    row, numbers = read.row, [idea.id for idea in read.ideas]
    said = {name: getattr(row, name) for name in (*REPLY_FIELDS, "due_at")}
    if row.dataset_id is not None:
        said["dataset_url"] = ""  # the address of the one that was chosen, which would win over another choice
    now_read = {"seen_step": queries.handling.find_last_step(numbers), "version": read.version}
    aside = [number for number in numbers if number not in read.own]
    form = PreparedForm(data={**said, **now_read, "act": row.outcome.value, "aside": aside})
    form.offer(read.ideas)
    return form


@bp.post("/reponses-preparees/<number:prepared_id>/suppression")
@needs(Permission.ANSWER)
@does(N_("Supprimer cette réponse préparée"))
def remove(prepared_id: int) -> ResponseReturnValue:
    """Throw a prepared answer away."""
    remove_prepared(prepared_id, actor=find_actor())
    flash(gettext("La réponse préparée est supprimée."), "success")
    return redirect(url_for(".index"), 303)

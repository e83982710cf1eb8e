"""What staff and bodies do about the request of an idea, or of all those of a subject; what authors reply."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from ideas.actions.answers import answer, correct_answer, withdraw_answer
from ideas.actions.handled import About
from ideas.actions.handling import LONGEST_QUESTION, ask_author, decide_reply, reopen, reply_to_question, route
from ideas.actions.high_value import flag_high_value
from ideas.actions.prepared import prepare_answer
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import N_, Invalid, NotFound, RuleBroken
from ideas.domain.handling import OUTCOMES, Handling
from ideas.domain.high_value import HighValue
from ideas.domain.permissions import Permission
from ideas.domain.publication import REASONS
from ideas.http.access import carries, needs, public
from ideas.http.actor import READER, find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.refusals import found, say, status_of
from ideas.store import queries
from ideas.store.models import Decision, Idea
from ideas.web.forms import Fits, PageForm, comes_from_triage, form_status
from ideas.web.handling_acts import ASK, CORRECT, FLAG, REOPEN, ROUTE, TAKE_BACK, UNFLAG
from ideas.web.handling_forms import HandlingForm, read_number
from ideas.web.ideas.story import WAITS_FOR_AUTHOR, is_silence
from ideas.web.internal_notes import find_notes_url
from ideas.web.page_context import find_campaign
from ideas.web.request_states import list_states
from ideas.web.resending import does, shows_again
from ideas.web.triage.acting import bench_url, lead_to
from ideas.web.triage.datasets import find_open_to
from ideas.web.triage.presentation import load_subject, name_living
from ideas.web.undo_notice import find_done

bp = Blueprint("handling", __name__)

PREPARE = "preparer"  # the button that keeps an answer rather than publishes it


class ReplyForm(PageForm):
    """What an author replies to a question."""

    text = TextAreaField(_l("Votre réponse"), [Fits(LONGEST_QUESTION)])


def _do(form: HandlingForm, about: About) -> Decision:
    given: dict[str, Any] = {"actor": find_actor(), "now": now()}
    acts: dict[str, Callable[[], Decision]] = {
        ROUTE: lambda: route(about, read_number(form.producer_id), **given),
        ASK: lambda: ask_author(about, form.text.data or "", **given),
        REOPEN: lambda: reopen(about, **given),
        CORRECT: lambda: correct_answer(about, form.read_reply(), **given),
        TAKE_BACK: lambda: withdraw_answer(about, **given),
        FLAG: lambda: flag_high_value(about, _read_flag(form), **given),
        UNFLAG: lambda: flag_high_value(about, None, **given),
    }
    if form.act.data in acts:
        return acts[form.act.data]()
    return answer(about, Handling(form.act.data), form.read_reply(), **given)


def _read_flag(form: HandlingForm) -> HighValue:
    """Return the theme that ideas are flagged with, or raise `Invalid`."""
    theme = form.read_theme()
    if theme is None:
        raise Invalid({"high_value": RuleBroken(N_("Choisissez un thème de la liste."))})
    return theme


def _prepare(form: HandlingForm, about: About) -> None:
    """Keep the answer that was typed, to be published later."""
    if form.act.data not in OUTCOMES:
        raise Invalid({"outcome": RuleBroken(N_("Seule une réponse se prépare : choisissez ce qu’elle conclut."))})
    prepare_answer(about, Handling(form.act.data), form.read_reply(), actor=find_actor(), now=now())
    flash(gettext("La réponse est préparée : rien n’est publié."), "success")


@bp.route("/traitement/<number:idea_id>", methods=["GET", "POST"])
@carries("fait")
@needs(Permission.ANSWER)
@shows_again
def show(idea_id: int) -> ResponseReturnValue:
    """Lead the request of one idea: route, ask, promise, answer."""
    idea = found(queries.ideas.find(idea_id, find_actor()))
    g.campaign, g.current = found(queries.campaigns.find_of(idea)), "triage"
    return _lead([idea], back=idea_url(idea.id, idea.title), title=idea.title)


@bp.route("/traitement/sujets/<number:cluster_id>", methods=["GET", "POST"])
@carries("fait", "depuis", "acte", "suite", "filtre", "q")
@needs(Permission.ANSWER)
@shows_again
def show_subject(cluster_id: int) -> ResponseReturnValue:
    """Lead the requests of all the ideas of a subject at once, some left aside."""
    subject = load_subject(cluster_id)
    g.current = "triage"
    ideas = queries.subjects.list_published(cluster_id, subject.campaign.current_run_id)
    found(ideas or None)
    name = name_living(subject.campaign).get(cluster_id, "")
    back = url_for("subjects.show", cluster_id=cluster_id)
    if comes_from_triage():
        back = url_for("triage.show", sujet=cluster_id)
    return _lead(ideas, back=back, title=name, cluster_id=cluster_id, version=subject.cluster.version)


def _lead(
    ideas: list[Idea], *, back: str, title: str, cluster_id: int | None = None, version: int | None = None
) -> ResponseReturnValue:
    """Show the form about these ideas, and do what was chosen."""
    numbers = [idea.id for idea in ideas]
    form = HandlingForm(seen_step=queries.handling.find_last_step(numbers), version=version)
    form.offer(ideas)
    if form.validate_on_submit():
        kept = [number for number in numbers if number not in form.aside.data]
        about = About(kept, cluster_id, form.version.data if cluster_id else None, form.seen_step.data)
        try:
            decision = None
            if PREPARE in request.form:
                _prepare(form, about)
            else:
                decision = _do(form, about)
        except NotFound:
            raise
        except RuleBroken as refusal:
            abandon_act()
            form.show_refusal(refusal)
            status = 400 if isinstance(refusal, Invalid) else status_of(refusal)
        else:
            here = bench_url() if comes_from_triage() else request.path
            return lead_to(here, decision.id if decision else None)
    else:
        status = form_status(form)
        form.use_template()
        if (chosen := request.args.get("acte")) in [one.value for one in form.act.choices] and not form.act.data:
            form.act.data = chosen
    open_datasets = find_open_to(title, ideas)
    form.offer_datasets(open_datasets.named)
    page = render_template(
        "handling/show.html",
        carried={name: request.values.get(name, "") for name in ("depuis", "suite", "filtre", "q")},
        form=form,
        ideas=ideas,
        idea=ideas[0] if cluster_id is None else None,
        title=title,
        back=back,
        states=list_states(ideas),
        answer=ideas[0].answer if cluster_id is None else None,
        open=open_datasets,
        done=find_done(),
        prepared_count=queries.prepared.count_about(numbers),
        notes_url=find_notes_url(cluster_id, ideas[0].id) if find_actor().is_staff else "",
    )
    return page, status


@bp.route("/idees/<number:idea_id>/reponse", methods=["GET", "POST"])
@needs()
@shows_again
def reply(idea_id: int) -> ResponseReturnValue:
    """Let an author reply to the question put to them."""
    author_id = found(find_actor().id)
    idea = found(queries.ideas.find(idea_id, find_actor()))
    asked = [one for one in queries.handling.list_questions(idea_id) if one.reply_state in WAITS_FOR_AUTHOR]
    g.current, g.campaign = "idees", found(queries.campaigns.find_of(idea))
    if idea.author_id != author_id or not asked:
        return redirect(idea_url(idea_id, idea.title), 303)
    question, form = asked[-1], ReplyForm()
    if not form.is_submitted():
        form.text.data = question.reply
    if form.validate_on_submit():
        try:
            reply_to_question(question.id, form.text.data or "", author_id=author_id, now=now())
        except Invalid as refusal:
            abandon_act()
            form.text.errors = [say(one) for one in refusal.errors.values()]
        else:
            flash(gettext("Votre réponse est reçue. Elle paraît après relecture."), "success")
            return redirect(idea_url(idea_id, idea.title), 303)
    page = render_template("handling/reply.html", idea=idea, question=question, form=form)
    return page, form_status(form)


@bp.get("/idees/<number:idea_id>/lettre")
@public
def letter(idea_id: int) -> ResponseReturnValue:
    """A letter to the commission (CADA), ready to be copied: for a request that was refused, or met with silence."""
    idea = found(queries.ideas.find(idea_id, READER))
    is_refused = idea.handling in (Handling.REFUSED, Handling.NOT_HELD)
    if not (is_refused or is_silence(idea)):
        return redirect(idea_url(idea_id, idea.title), 303)
    g.current, g.campaign = "idees", found(queries.campaigns.find_of(idea))
    body = idea.answer.producer if is_refused and idea.answer else None
    return render_template(
        "handling/letter.html", idea=idea, body=body or idea.producer, is_refused=is_refused, answer=idea.answer
    )


@bp.get("/moderation/precisions")
@needs(Permission.MODERATE)
def replies() -> ResponseReturnValue:
    """The replies of authors that wait for review."""
    g.current = "moderation"
    waiting = queries.handling.list_waiting_replies(found(find_campaign()))
    return render_template("handling/replies.html", replies=waiting, reasons=REASONS)


@bp.post("/moderation/precisions/<number:question_id>")
@needs(Permission.MODERATE)
@does(N_("Décider de la précision"))
def review_reply(question_id: int) -> ResponseReturnValue:
    """Publish a reply, or refuse it with a reason."""
    is_published = request.form.get("verdict") == "publish"
    try:
        decide_reply(
            question_id,
            is_published=is_published,
            reason=request.form.get("reason", ""),
            actor=find_actor(),
            now=now(),
        )
    except NotFound:
        raise
    except RuleBroken as refusal:
        abandon_act()
        flash(say(refusal), "warning")
    else:
        told = gettext("La précision est publiée.") if is_published else gettext("La précision n’est pas publiée.")
        flash(told, "success")
    return redirect(url_for(".replies"), 303)

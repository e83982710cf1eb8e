"""Writing an idea, and taking it back: who writes is asked afterwards."""

from typing import Any, TypedDict

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.correcting import correct_idea
from ideas.actions.ideas import check_submission, save_draft, submit_idea
from ideas.actions.typed_ideas import forget_typed, keep_typed
from ideas.actions.voting import cast_vote
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.campaigns import check_takes_ideas
from ideas.domain.errors import N_, Closed, Invalid, RuleBroken, TooOften
from ideas.domain.numbers import row_number
from ideas.domain.publication import REASONS, Publication
from ideas.domain.texts import clean_text, without_refused
from ideas.http.access import carries, needs, public
from ideas.http.actor import find_actor
from ideas.http.addresses import address_of, idea_url
from ideas.http.clock import now
from ideas.http.languages import foreign
from ideas.http.refusals import found, headers_of, say, status_of
from ideas.http.security_log import Event, log_event, log_refusal
from ideas.http.sources import find_source
from ideas.retrieval.similar import (
    ALREADY_OPEN,
    FoundDataset,
    FoundIdea,
    Similar,
    find_similar_datasets,
    find_similar_ideas,
)
from ideas.store import queries
from ideas.store.models import Campaign, Idea
from ideas.web.accounts import EmailForm, answer_with, send_sign_in
from ideas.web.elsewhere import list_buttons
from ideas.web.forms import TRAPPED, is_shown_again, is_stale
from ideas.web.ideas.blueprint import bp
from ideas.web.ideas.cards import PanelVote, SimilarDatasetLine, SimilarIdeaLine, VoteLink
from ideas.web.ideas.forms import IdeaForm, read_key
from ideas.web.ideas.personal import list_unseen
from ideas.web.ideas.reading import is_correctable, is_withdrawable
from ideas.web.page_context import find_campaign, takes_ideas
from ideas.web.resending import does, shows_again

COMPARE = "comparer"


@bp.route("/idees/nouvelle", methods=["GET", "POST"])
@carries(COMPARE)
@public
@shows_again
def new() -> ResponseReturnValue:
    """Write an idea; who writes is asked afterwards."""
    campaign = found(find_campaign())
    g.current = "nouvelle"
    typed = queries.ideas.find_typed(session.get("typed_id"))
    form = IdeaForm.of(queries.ideas.find_draft(session.get("draft_id")), typed.values if typed else None)
    if request.method != "POST":
        return _show(form, campaign)
    if is_stale():
        form.validate()
        return _show(form, campaign), 400
    supported = row_number(request.form.get("soutenir"))
    if is_shown_again() or form.compare.data or supported:
        _keep(form)
        if supported:
            _support(supported)
        is_compared = form.compare.data or supported or COMPARE in request.args
        return redirect(url_for(".new", comparer=1 if is_compared else None), 303)
    return _send(form, campaign)


def _send(form: IdeaForm, campaign: Campaign) -> ResponseReturnValue:
    """Receive what was typed, or keep it and show it again with what is to be looked at."""
    if form.website.is_sprung():
        log_event(Event.TRAP)
        _keep(form)
        return _show(form, campaign, refusal=gettext(TRAPPED)), 400
    personal = list_unseen(form.values())
    status, headers, why = 200, {}, ""
    try:
        if not personal:
            return _receive(form, campaign)
        check_submission(form.values())
    except Invalid as invalid:
        form.show_refusal(invalid)
        status = 400
    except (Closed, TooOften) as refusal:
        log_refusal(refusal)
        status, headers, why = status_of(refusal), headers_of(refusal), say(refusal)
    _keep(form)
    return _show(form, campaign, refusal=why, personal=personal), status, headers


def _show(form: IdeaForm, campaign: Campaign, *, refusal: str = "", **given: Any) -> str:
    """Return the page of the form; what is like it too when it is asked for, for a browser without scripts."""
    is_open, refusal = takes_ideas(campaign), refusal or _why_closed(campaign)
    if COMPARE in request.args:
        typed = (form.title.data, form.data_wanted.data, form.planned_use.data)
        near = _find_near("\n".join(filter(None, typed)), campaign)
        shown = [str(found.row.id) for found in near["datasets"]]
        given |= {"shown": shown, "ticked": form.dataset_id.data, **near}
    return render_template("ideas/new.html", form=form, is_open=is_open, refusal=refusal, **given)


def _keep(form: IdeaForm) -> None:
    """Keep what is typed, valid or not, before the page is left."""
    values = form.values() | {"form_key": form.form_key.data}
    session["typed_id"] = keep_typed(values, now=now(), typed_id=session.get("typed_id"))


def _forget() -> None:
    if typed_id := session.pop("typed_id", None):
        forget_typed(typed_id)


def _support(idea_id: int) -> None:
    """Support an idea like the one being written, which stays as it is; whoever is not known keeps their text too."""
    person_id = find_actor().id
    if person_id is None:
        flash(gettext("Identifiez-vous pour soutenir cette idée : votre texte reste ici."), "info")
        return
    try:
        cast_vote(idea_id, person_id=person_id, now=now())
        flash(gettext("Votre soutien est compté : votre texte reste ici."), "success")
    except RuleBroken as refusal:
        flash(say(refusal), "info")


def _why_closed(campaign: Campaign) -> str:
    try:
        check_takes_ideas(campaign, now())
    except Closed as closed:
        return say(closed)
    return ""


def _receive(form: IdeaForm, campaign: Campaign) -> ResponseReturnValue:
    given: dict[str, Any] = {"campaign": campaign, "now": now(), "key": form.form_key.data}
    author_id = find_actor().id
    if author_id is not None:
        idea = submit_idea(form.values(), author_id=author_id, **given)
        session.pop("draft_id", None)
        _forget()
        return redirect(url_for(".received", idea_id=idea.id), 303)
    draft = save_draft(form.values(), draft_id=session.get("draft_id"), source=find_source(), **given)
    _forget()
    if draft.author_id is not None:
        flash(gettext("Cette idée est déjà reçue. Connectez-vous pour la retrouver dans votre compte."), "info")
        return redirect(url_for("accounts.sign_in"), 303)
    session["draft_id"] = draft.id
    return redirect(url_for(".identify"), 303)


@bp.route("/idees/nouvelle/identification", methods=["GET", "POST"])
@public
@shows_again
def identify() -> ResponseReturnValue:
    """Ask for the address of whoever wrote the draft of this session, or of this page when the session was lost."""
    draft = queries.ideas.find_draft(session.get("draft_id"))
    draft = draft or queries.ideas.find_draft_of_form(read_key(request.form.get("form_key")))
    if draft is None:
        return redirect(url_for(".new"), 303)
    session["draft_id"] = draft.id
    form = EmailForm(email=session.get("sign_in_email"))
    if form.validate_on_submit() and send_sign_in(form, draft_id=draft.id):
        return redirect(url_for("accounts.code"), 303)
    return answer_with(
        form, render_template("ideas/identify.html", form=form, draft=draft, buttons=list_buttons(brouillon=1))
    )


@bp.get("/idees/recue")
@carries("idea_id")
@needs()
def received() -> ResponseReturnValue:
    """Say what happens next to the idea that was just received."""
    idea = queries.ideas.find(row_number(request.args.get("idea_id")), find_actor())
    if idea is None or idea.author_id != find_actor().id:
        return redirect(url_for("accounts.show"), 303)
    return render_template("ideas/received.html", idea=idea)


@bp.route("/idees/<number:idea_id>/corriger", methods=["GET", "POST"])
@needs()
@shows_again
def correct(idea_id: int) -> ResponseReturnValue:
    """Correct an idea that waits for review or was refused, and send it again."""
    author_id = found(find_actor().id)
    idea = found(queries.ideas.find(idea_id, find_actor()))
    if not is_correctable(idea):
        return redirect(url_for(".show", idea_id=idea_id), 303)
    g.current, g.campaign = "idees", found(queries.campaigns.find_of(idea))
    form, personal, status = IdeaForm.of(idea), [], 200
    if request.method == "POST" and not is_shown_again():
        personal = list_unseen(form.values())
        try:
            if not personal:
                correct_idea(idea_id, form.values(), author_id=author_id, now=now())
                return redirect(url_for(".received", idea_id=idea_id), 303)
            check_submission(form.values())
        except Invalid as invalid:
            form.show_refusal(invalid)
            status = 400
    page = render_template(
        "ideas/new.html",
        form=form,
        is_open=True,
        personal=personal,
        action=url_for(".correct", idea_id=idea_id),
        heading=gettext("Corriger mon idée"),
        why=_why_refused(idea),
    )
    return page, 400 if is_stale() else status


def _why_refused(idea: Idea) -> list[str]:
    """Return what the moderators said when they did not publish an idea."""
    decision = queries.decisions.find_refusal(idea.id) if idea.publication is Publication.REFUSED else None
    if decision is None:
        return []
    return [text for text in (gettext(REASONS[decision.reason]) if decision.reason else "", decision.note) if text]


@bp.get("/idees/similaires")
@public
def similar() -> ResponseReturnValue:
    """What is like the text being typed: ideas to support, data sets already open; a fragment for the form."""
    return render_template("ideas/similar.html", **_find_near(request.args.get("texte", ""), find_campaign()))


class Near(TypedDict):
    """What the fragment of similar ideas takes, by name."""

    ideas: list[SimilarIdeaLine]
    datasets: list[Similar[FoundDataset]]
    opened: list[SimilarDatasetLine]
    text: str


def _find_near(typed: str, campaign: Campaign | None) -> Near:
    text = without_refused(clean_text(typed))
    ideas: list[Similar[FoundIdea]] = []
    datasets: list[Similar[FoundDataset]] = []
    if text and campaign is not None:
        var = current_app.config["IDEAS"].var
        ideas = find_similar_ideas(text, campaign_id=campaign.id, actor=find_actor(), var=var)
        datasets = find_similar_datasets(text, var=var, count=3, least=ALREADY_OPEN)
    supported = queries.ideas.list_supported([one.row.id for one in ideas], find_actor().id)
    return {
        "ideas": [_show_idea(one, campaign, is_supported=one.row.id in supported) for one in ideas],
        "datasets": datasets,
        "opened": [_show_dataset(one) for one in datasets],
        "text": text,
    }


def _show_idea(one: Similar[FoundIdea], campaign: Campaign | None, *, is_supported: bool) -> SimilarIdeaLine:
    row = one.row
    support: VoteLink | PanelVote | None = None
    if campaign is not None and takes_ideas(campaign):
        is_known = find_actor().is_signed_in
        support = PanelVote(is_supported) if is_known else VoteLink(address_of("accounts.sign_in", "soutenir", row.id))
    return SimilarIdeaLine(
        row.title,
        idea_url(row.id, row.title),
        one.likeness,
        one.words,
        row.vote_count,
        foreign(row.language),
        row.id,
        support,
    )


def _show_dataset(one: Similar[FoundDataset]) -> SimilarDatasetLine:
    title = f"{one.row.title} — {one.row.organisation}"
    return SimilarDatasetLine(title, one.row.url, one.likeness, one.words, foreign())


@bp.route("/idees/<number:idea_id>/retrait", methods=["GET", "POST"])
@needs()
@does(N_("Retirer mon idée"))
def withdraw(idea_id: int) -> ResponseReturnValue:
    """Ask an author to confirm that they take their idea back, and do it."""
    if request.method == "POST":
        withdraw_idea(idea_id, author_id=found(find_actor().id), now=now())
        flash(gettext("Votre idée est retirée."), "success")
        return redirect(url_for("accounts.show"), 303)
    idea = found(queries.ideas.find(idea_id, find_actor()))
    if not is_withdrawable(idea):
        return redirect(url_for(".show", idea_id=idea_id), 303)
    g.current = "idees"
    g.campaign = found(queries.campaigns.find_of(idea))
    return render_template("ideas/withdraw.html", idea=idea, merged=queries.ideas.list_merged_into(idea))

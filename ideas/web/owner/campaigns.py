"""Campaigns as their owner sees them: announcing one, its texts in both languages, its dates."""

from typing import NamedTuple

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.campaigns import change_dates, change_grain, change_moderation, create_campaign, write_campaign_texts
from ideas.domain.campaign_texts import LANGUAGES, TextKind, text_key
from ideas.domain.campaigns import Season, find_phase
from ideas.domain.clusters import GRAIN_NAMES, Grain
from ideas.domain.errors import N_
from ideas.domain.jobs import JobState, Kind
from ideas.domain.permissions import EVERYWHERE, Permission, Subject, can, check_can
from ideas.domain.publication import Moderation
from ideas.http.access import needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.web.forms import form_status
from ideas.web.owner.blueprint import bp, find_owned
from ideas.web.owner.forms import (
    TEXTS_TO_WRITE,
    GrainForm,
    MovedDatesForm,
    NewCampaignForm,
    ReviewForm,
    make_texts_form,
    name_text,
)
from ideas.web.resending import shows_again

SEASON_NAMES = {
    Season.TO_COME: (N_("À venir"), "plain"),
    Season.OPEN: (N_("En cours"), "good"),
    Season.SUPPORT: (N_("Soutiens seulement"), "promise"),
    Season.CLOSED: (N_("Close"), "plain"),
}
JOB_NAMES = {
    JobState.WAITING: N_("Demandée, pas encore commencée"),
    JobState.RUNNING: N_("Commencée, pas encore finie"),
    JobState.DONE: N_("Faite"),
    JobState.FAILED: N_("N’a pas abouti : demandez-la de nouveau"),
}


class CampaignLine(NamedTuple):
    """A campaign in the list of those that somebody owns: `season` in words and its tone."""

    campaign: Campaign
    season: str
    tone: str
    url: str


@bp.get("/gestion")
@needs(Permission.OWN)
def index() -> ResponseReturnValue:
    """The campaigns that somebody owns."""
    g.current = "gestion"
    is_everywhere = can(find_actor(), Permission.OWN, EVERYWHERE)
    return render_template("owner/index.html", lines=[_tell(one) for one in list_owned()], may_create=is_everywhere)


def list_owned() -> list[Campaign]:
    """Return the campaigns that whoever asks owns."""
    actor = find_actor()
    return [one for one in queries.campaigns.list_all() if can(actor, Permission.OWN, Subject(one.id))]


def _tell(campaign: Campaign) -> CampaignLine:
    name, tone = SEASON_NAMES[find_phase(campaign, now())]
    return CampaignLine(campaign, gettext(name), tone, url_for(".show", slug=campaign.slug))


@bp.get("/gestion/campagnes/<slug>")
@needs(Permission.OWN)
def show(slug: str) -> ResponseReturnValue:
    """A campaign, where it stands, and what its owner may do."""
    campaign = find_owned(slug)
    job = queries.jobs.find_latest(Kind.PUBLISH_EDITION, campaign.id)
    return render_template(
        "owner/show.html",
        line=_tell(campaign),
        is_closed=find_phase(campaign, now()) is Season.CLOSED,
        figures=queries.ideas.count_figures(campaign),
        edition_state=gettext(JOB_NAMES[job.state]) if job else "",
        edition_asked_at=job.asked_at if job else None,
        languages=LANGUAGES,
        grain=gettext(GRAIN_NAMES[campaign.grain]),
    )


@bp.route("/gestion/campagnes/nouvelle", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def new() -> ResponseReturnValue:
    """Announce a campaign."""
    check_can(find_actor(), Permission.OWN, EVERYWHERE)
    g.current = "gestion"
    form = NewCampaignForm()
    if form.validate_on_submit():
        asked = {name: text for name, text in form.data.items() if name != "csrf_token"}
        campaign = create_campaign(now=now(), actor=find_actor(), **asked)
        flash(gettext("La campagne est créée. Écrivez maintenant ses règles et son aide."), "success")
        return redirect(url_for(".show", slug=campaign.slug), 303)
    return render_template("owner/new.html", form=form), form_status(form)


@bp.route("/gestion/campagnes/<slug>/dates", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def dates(slug: str) -> ResponseReturnValue:
    """Move the dates of a campaign."""
    campaign = find_owned(slug)
    form = MovedDatesForm(campaign)
    if form.validate_on_submit():
        moments = {name: form[name].data for name in ("opens_at", "ideas_close_at", "closes_at")}
        changed = change_dates(campaign.id, actor=find_actor(), now=now(), **moments)
        flash(gettext("Les dates sont changées.") if changed else gettext("Les dates sont les mêmes."), "success")
        return redirect(url_for(".show", slug=slug), 303)
    return render_template("owner/dates.html", form=form, slug=slug), form_status(form)


@bp.route("/gestion/campagnes/<slug>/relecture", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def review(slug: str) -> ResponseReturnValue:
    """Choose whether the ideas of a campaign are read before they are public, or after."""
    campaign = find_owned(slug)
    form = ReviewForm(campaign)
    if form.validate_on_submit():
        moderation, reason = Moderation(form.moderation.data), form.reason.data or ""
        changed = change_moderation(campaign.id, moderation, reason=reason, actor=find_actor(), now=now())
        flash(gettext("La relecture est changée.") if changed else gettext("La relecture est la même."), "success")
        return redirect(url_for(".show", slug=slug), 303)
    return render_template("owner/review.html", form=form, slug=slug), form_status(form)


@bp.route("/gestion/campagnes/<slug>/finesse", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def grain(slug: str) -> ResponseReturnValue:
    """Choose how wide the subjects of the next runs are."""
    campaign = find_owned(slug)
    run = queries.runs.find_last(campaign.id)
    form = GrainForm(campaign, run.parameters.get("by_grain", {}) if run else {})
    if form.validate_on_submit():
        changed = change_grain(campaign.id, Grain(form.grain.data), actor=find_actor(), now=now())
        flash(gettext("La finesse est changée.") if changed else gettext("La finesse est la même."), "success")
        return redirect(url_for(".show", slug=slug), 303)
    return render_template("owner/grain.html", form=form, slug=slug, run=run), form_status(form)


@bp.route("/gestion/campagnes/<slug>/textes/<language>", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def texts(slug: str, language: str) -> ResponseReturnValue:
    """Write the texts of a campaign in one language."""
    campaign = find_owned(slug)
    found(language in LANGUAGES or None)
    said = {text: _read(campaign, language, *text) for text in TEXTS_TO_WRITE}
    form = make_texts_form(language, said)
    if form.validate_on_submit():
        written = {text: form[name_text(*text)].data or "" for text in TEXTS_TO_WRITE}
        write_campaign_texts(campaign.id, language, written, actor=find_actor())
        flash(gettext("Les textes sont enregistrés : ils sont en ligne."), "success")
        return redirect(url_for(".show", slug=slug), 303)
    fields = [form[name_text(*text)] for text in TEXTS_TO_WRITE]
    page = render_template("owner/texts.html", form=form, fields=fields, slug=slug, language=language)
    return page, form_status(form)


def _read(campaign: Campaign, language: str, kind: TextKind, is_plain: bool) -> str:  # noqa: FBT001 - as it is kept
    is_own = language == "fr" and not is_plain and kind in (TextKind.TITLE, TextKind.QUESTION, TextKind.INTRODUCTION)
    if is_own:
        return str(getattr(campaign, kind.value))
    return (campaign.texts or {}).get(text_key(kind, language, is_plain=is_plain), "")

"""News of what one wrote, supports or follows: read by the link of a mail, without signing in; following; mails."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from ideas.actions.decisions import Author
from ideas.actions.following import follow_idea, follow_subject, unfollow_idea, unfollow_subject
from ideas.actions.merging import leave_merge
from ideas.actions.news import (
    choose_mails,
    note_news_seen,
    stop_mails,
)
from ideas.domain.errors import N_, RuleBroken
from ideas.domain.events import (
    ABOUT_COMMENTS,
    MOST_AT_ONCE,
    OUR_WORDS,
    EventKind,
    Part,
    Rhythm,
    describe,
    introduce_others,
    list_details,
    name_outcome,
)
from ideas.http.access import needs, public
from ideas.http.actor import find_actor
from ideas.http.addresses import idea_url
from ideas.http.clock import now
from ideas.http.languages import say_day
from ideas.http.refusals import found, say
from ideas.store import queries
from ideas.store.models import Person
from ideas.store.queries.news import NewsLine
from ideas.web.forms import PageForm
from ideas.web.resending import does, shows_again

bp = Blueprint("news", __name__)

RHYTHMS = {
    Rhythm.AT_ONCE: _l("Tout de suite, %(most)s courriels par jour au plus", most=MOST_AT_ONCE),
    Rhythm.DAILY: _l("Chaque jour où il y a du nouveau"),
    Rhythm.WEEKLY: _l("Une fois par semaine au plus"),
    Rhythm.NEVER: _l("Jamais"),
}
KINDS = {"mes-idees": Part.AUTHOR, "suivis": Part.SUPPORTER}


class MailsForm(PageForm):
    """Which mails somebody wants."""

    own = BooleanField(_l("Sur mes idées, dès qu’il se passe quelque chose"))
    rhythm = RadioField(
        _l("Sur les idées que je soutiens ou suis, et ce que d’autres feraient des données des miennes"),
        choices=[SelectChoice(one.value, words) for one, words in RHYTHMS.items()],
    )


class OtherNews(NamedTuple):
    """Another idea that the same act was about, and what came of it."""

    title: str
    language: str
    outcome: str
    url: str


class ToldNews(NamedTuple):
    """An event as a page tells it."""

    sentence: str
    details: list[str]
    happened_at: datetime
    url: str
    is_new: bool
    leave_url: str = ""
    others_are: str = ""
    others: Sequence[OtherNews] = ()


@bp.route("/nouvelles/<key>", methods=["GET", "POST"])
@public
@shows_again
def show(key: str) -> ResponseReturnValue:
    """What changed since somebody came, and which mails they want; the link of a mail is enough."""
    # The address of this page is a secret, as that of a sign-in link is.
    g.referrer_policy = "strict-origin"
    person = found(queries.news.find_person(key))
    form = MailsForm(own=person.mails_own, rhythm=person.mail_rhythm.value)
    if form.validate_on_submit():
        choose_mails(person.id, own=form.own.data, rhythm=Rhythm(form.rhythm.data))
        flash(gettext("Vos choix sont enregistrés."), "success")
        return redirect(url_for(".show", key=key), 303)
    page = render_template("news/show.html", key=key, form=form, news=list_news(person, key))
    return page, 400 if form.errors else 200


@bp.post("/nouvelles/<key>/lues")
@public
@does(N_("Tout marquer comme lu"))
def mark_read(key: str) -> ResponseReturnValue:
    """Note that all news were read."""
    note_news_seen(found(queries.news.find_person(key)).id, now=now())
    return redirect(url_for(".show", key=key), 303)


@bp.route("/nouvelles/<key>/arret/<kind>", methods=["GET", "POST"])
@public
@does(N_("Ne plus recevoir ces messages"))
def stop(key: str, kind: str) -> ResponseReturnValue:
    """Stop the mails of a kind: one press, in a mail program or on this page, without signing in."""
    g.referrer_policy = "strict-origin"
    part, _person = found(KINDS.get(kind)), found(queries.news.find_person(key))
    is_done = request.method == "POST"
    if is_done:
        stop_mails(key, part)
    return render_template("news/stop.html", key=key, kind=kind, is_own=part is Part.AUTHOR, is_done=is_done)


@bp.route("/nouvelles/<key>/reunion/<number:idea_id>", methods=["GET", "POST"])
@public
@does(N_("Séparer mon idée"))
def leave(key: str, idea_id: int) -> ResponseReturnValue:
    """Let an author take their idea out of the one it was merged into."""
    g.referrer_policy = "strict-origin"
    person = found(queries.news.find_person(key))
    idea = found(queries.ideas.find(idea_id, Author(person.id)))
    if request.method == "POST":
        try:
            leave_merge(idea_id, author=Author(person.id), now=now())
        except RuleBroken as refusal:
            flash(say(refusal), "warning")
        else:
            flash(gettext("Votre idée n’est plus réunie à une autre : elle a de nouveau sa page."), "success")
        return redirect(idea_url(idea_id, idea.title), 303)
    canonical = queries.ideas.find(idea.canonical_id, Author(person.id)) if idea.canonical_id else None
    return render_template("news/leave.html", key=key, idea=idea, canonical=canonical, idea_url=idea_url)


@bp.post("/idees/<number:idea_id>/suivre")
@needs()
@does(N_("Suivre cette idée"))
def follow(idea_id: int) -> ResponseReturnValue:
    """Have the news of an idea."""
    follow_idea(idea_id, person_id=found(find_actor().id), now=now())
    flash(gettext("Vous suivez cette idée : ses nouvelles vous attendent sur votre compte."), "success")
    return redirect(url_for("ideas.show", idea_id=idea_id), 303)


@bp.post("/idees/<number:idea_id>/suivre/arret")
@needs()
@does(N_("Ne plus suivre cette idée"))
def unfollow(idea_id: int) -> ResponseReturnValue:
    """No longer have the news of an idea."""
    unfollow_idea(idea_id, person_id=found(find_actor().id))
    flash(gettext("Vous ne suivez plus cette idée."), "success")
    return redirect(url_for("ideas.show", idea_id=idea_id), 303)


@bp.post("/sujets/<number:cluster_id>/suivre")
@needs()
@does(N_("Suivre ce sujet"))
def follow_a_subject(cluster_id: int) -> ResponseReturnValue:
    """Have the news of all the ideas of a subject."""
    follow_subject(cluster_id, person_id=found(find_actor().id), now=now())
    flash(gettext("Vous suivez ce sujet : les nouvelles de ses idées vous attendent sur votre compte."), "success")
    return redirect(url_for("subjects.show", cluster_id=cluster_id), 303)


@bp.post("/sujets/<number:cluster_id>/suivre/arret")
@needs()
@does(N_("Ne plus suivre ce sujet"))
def unfollow_a_subject(cluster_id: int) -> ResponseReturnValue:
    """No longer have the news of a subject."""
    unfollow_subject(cluster_id, person_id=found(find_actor().id))
    flash(gettext("Vous ne suivez plus ce sujet."), "success")
    return redirect(url_for("subjects.show", cluster_id=cluster_id), 303)


def list_news(person: Person, key: str, *, count: int = 60) -> list[ToldNews]:
    """Return what somebody hears of, the latest first; `key` is that of their links."""
    lines = queries.news.list_lines(person.id, count=count)
    return [
        _tell(line, key, is_new=person.news_seen_at is None or line.happened_at > person.news_seen_at) for line in lines
    ]


def _tell(line: NewsLine, key: str, *, is_new: bool) -> ToldNews:
    sentence, facts = describe(line)
    details = [gettext(label, text=_write(fact)) for label, fact in list_details(line)]
    is_merged = line.part is Part.AUTHOR and line.publication == "merged" and line.kind == "merged"
    leave_url = url_for("news.leave", key=key, idea_id=line.idea_id) if is_merged else ""
    url = idea_url(line.idea_id, line.title)
    if line.kind is EventKind.USE_REFUSED:
        url = url_for("ideas.use", idea_id=line.idea_id)
    elif line.kind in ABOUT_COMMENTS:
        url = url_for("ideas.comments", idea_id=line.idea_id)
    others = [
        OtherNews(one.title, one.language, gettext(outcome) if outcome else "", idea_url(one.idea_id, one.title))
        for one, outcome in ((one, name_outcome(line.kind, one.handling)) for one in line.others)
    ]
    introduced = gettext(introduce_others(line.kind))
    return ToldNews(gettext(sentence, **facts), details, line.happened_at, url, is_new, leave_url, introduced, others)


def _write(fact: str | date) -> str:
    if isinstance(fact, str):
        return gettext(fact) if fact in OUR_WORDS else fact
    return say_day(fact)

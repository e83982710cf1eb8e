"""Ideas: the list, one idea, writing one, supporting it."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext

from ideas.actions.ideas import save_draft, search_stems, submit_idea
from ideas.actions.similar import find_similar_datasets, find_similar_ideas
from ideas.actions.voting import cast_vote
from ideas.actions.voting import withdraw_vote as take_vote_back
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.campaigns import check_open
from ideas.domain.errors import N_, AlreadyDone, Closed, Gone, Invalid
from ideas.domain.handling import STATE_NAMES
from ideas.domain.ideas import FORMATS, NAMES_PEOPLE, OBSTACLES, PROFILES, THEMES, USE_KINDS
from ideas.domain.publication import Publication, can_withdraw
from ideas.domain.texts import clean_text, one_line, without_refused
from ideas.store import queries
from ideas.store.models import Campaign, Idea
from ideas.web.accounts import EmailForm, send_sign_in, status_of
from ideas.web.actor import find_actor, needs, public
from ideas.web.addresses import own_path, row_number
from ideas.web.campaigns import takes_ideas
from ideas.web.cards import handling_state, idea_url, make_cards, make_vote
from ideas.web.errors import found, say
from ideas.web.forms import IdeaForm
from ideas.web.frame import find_campaign, now
from ideas.web.fresh import fresh
from ideas.web.languages import foreign
from ideas.web.texts import label_of, profile_name, publication_name, theme_name

bp = Blueprint("ideas", __name__)

PAGE_SIZE = 20
LAST_PAGE = 100_000
ORDERS = ("populaires", "recentes")
LONGEST_QUERY = 200


@bp.get("/idees")
@public
def index() -> Any:
    """The list of published ideas."""
    campaign = found(find_campaign())
    g.current = "idees"
    query = one_line(without_refused(request.args.get("q", "")))[:LONGEST_QUERY]
    order = request.args.get("tri", "") if request.args.get("tri") in ORDERS else ORDERS[0]
    wanted = _read_wanted(query)
    count = queries.count_ideas(campaign, wanted)
    pages = max(1, -(-count // PAGE_SIZE))
    page = min(request.args.get("page", 1, type=int) or 1, LAST_PAGE)
    page = max(1, min(page, pages))
    rows = queries.list_ideas(campaign, wanted, order=order, voter_id=find_actor().id, page=page, size=PAGE_SIZE)
    return fresh(
        render_template(
            "ideas/index.html",
            cards=make_cards(rows, campaign),
            count=count,
            query=query,
            order=order,
            orders=[(gettext("Les plus soutenues"), "populaires"), (gettext("Les plus récentes"), "recentes")],
            facets=_make_facets(wanted),
            tags=_make_tags(wanted, query),
            page=page,
            pages=pages,
            page_url=lambda number: _list_url(page=number if number > 1 else None),
            order_url=lambda name: _list_url(tri=name if name != ORDERS[0] else None, page=None),
            is_open=takes_ideas(campaign),
        )
    )


@bp.get("/idees/<number:idea_id>")
@bp.get("/idees/<number:idea_id>-<slug>")
@public
def show(idea_id: int, slug: str = "") -> Any:  # noqa: ARG001 - the words of the address are for people
    """One idea, with all that is known of it."""
    actor = find_actor()
    idea = _find_shown(idea_id)
    g.current = "idees"
    campaign = g.campaign = found(queries.find_campaign_of(idea))
    is_public = idea.publication == "published"
    pressed = queries.has_voted(idea.id, actor.id)
    return fresh(
        render_template(
            "ideas/show.html",
            idea=idea,
            canonical_url=url_for("ideas.show", idea_id=idea.id, slug=None, _external=False),
            merged_url=_find_merged_url(idea),
            merged=queries.list_merged_into(idea) if is_public else [],
            fellows=queries.list_fellows(idea, campaign.current_run_id) if is_public else [],
            vote=make_vote(idea.id, campaign, pressed=pressed, in_list=False) if is_public else None,
            state=handling_state(idea.handling, idea.promised_on),
            publication=publication_name(idea.publication) if idea.publication != "published" else "",
            facts=_list_facts(idea),
            idea_url=idea_url,
            withdraw_url=url_for(".withdraw", idea_id=idea.id) if _can_withdraw(idea) else "",
        )
    )


def _find_shown(idea_id: int) -> Idea:
    """Return an idea that this reader may see; whoever kept the address of one that was withdrawn is told so."""
    idea = queries.find_idea(idea_id, find_actor())
    if idea is None and queries.was_withdrawn(idea_id):
        raise Gone(N_("Cette idée a été retirée par son auteur."))
    return found(idea)


def _can_withdraw(idea: Idea) -> bool:
    actor = find_actor()
    return actor.is_signed_in and idea.author_id == actor.id and can_withdraw(Publication(idea.publication))


@bp.route("/idees/<number:idea_id>/retrait", methods=["GET", "POST"])
@needs()
def withdraw(idea_id: int) -> Any:
    """Ask an author to confirm that they take their idea back, and do it."""
    if request.method == "POST":
        withdraw_idea(idea_id, author_id=found(find_actor().id), now=now())
        flash(gettext("Votre idée est retirée."), "success")
        return redirect(url_for("accounts.show"), 303)
    idea = found(queries.find_idea(idea_id, find_actor()))
    if not _can_withdraw(idea):
        return redirect(url_for(".show", idea_id=idea_id), 303)
    g.current = "idees"
    g.campaign = found(queries.find_campaign_of(idea))
    return render_template("ideas/withdraw.html", idea=idea, merged=queries.list_merged_into(idea))


def _find_merged_url(idea: Idea) -> str:
    """Return the address of the canonical idea, if this reader may see it."""
    canonical = queries.find_idea(idea.canonical_id, find_actor()) if idea.canonical_id else None
    return idea_url(canonical.id, canonical.title) if canonical else ""


@bp.route("/idees/nouvelle", methods=["GET", "POST"])
@public
def new() -> Any:
    """Write an idea; who writes is asked afterwards."""
    campaign = found(find_campaign())
    g.current = "nouvelle"
    form = IdeaForm.of(queries.find_draft(session.get("draft_id")))
    if "compare" in request.form:
        return _compare(form, campaign)
    if request.method == "POST":
        try:
            return _receive(form, campaign)
        except Invalid as invalid:
            form.show_refusal(invalid)
            return render_template("ideas/new.html", form=form, is_open=True), 400
        except Closed as closed:
            return render_template("ideas/new.html", form=form, is_open=False, refusal=say(closed)), 409
    return render_template("ideas/new.html", form=form, is_open=takes_ideas(campaign), refusal=_why_closed(campaign))


def _compare(form: IdeaForm, campaign: Campaign) -> str:
    """Show the form again as it was, with what is like it: for a browser without scripts."""
    near = _find_near(f"{form.title.data or ''}\n{form.data_wanted.data or ''}", campaign)
    shown = [str(found.row.id) for found in near["datasets"]]
    return render_template(
        "ideas/new.html",
        form=form,
        is_open=takes_ideas(campaign),
        refusal=_why_closed(campaign),
        shown=shown,
        ticked=form.dataset_id.data,
        **near,
    )


def _why_closed(campaign: Campaign) -> str:
    try:
        check_open(campaign, now())
    except Closed as closed:
        return say(closed)
    return ""


def _receive(form: IdeaForm, campaign: Campaign) -> Any:
    actor = find_actor()
    if actor.id is not None:
        idea = submit_idea(form.values(), campaign=campaign, author_id=actor.id, now=now())
        session.pop("draft_id", None)
        return redirect(url_for(".received", idea_id=idea.id), 303)
    draft = save_draft(form.values(), campaign=campaign, now=now(), draft_id=session.get("draft_id"))
    session["draft_id"] = draft.id
    return redirect(url_for(".identify"), 303)


@bp.route("/idees/nouvelle/identification", methods=["GET", "POST"])
@public
def identify() -> Any:
    """Ask for the address of whoever wrote the draft of this session."""
    draft = queries.find_draft(session.get("draft_id"))
    if draft is None:
        return redirect(url_for(".new"), 303)
    form = EmailForm(email=session.get("sign_in_email"))
    if form.validate_on_submit() and send_sign_in(form, draft_id=draft.id):
        return redirect(url_for("accounts.code"), 303)
    return render_template("ideas/identify.html", form=form, draft=draft), status_of(form)


@bp.get("/idees/recue")
@needs()
def received() -> Any:
    """Say what happens next to the idea that was just received."""
    idea = queries.find_idea(row_number(request.args.get("idea_id")), find_actor())
    if idea is None or idea.author_id != find_actor().id:
        return redirect(url_for("accounts.show"), 303)
    return render_template("ideas/received.html", idea=idea)


@bp.post("/idees/<number:idea_id>/vote")
@needs()
def vote(idea_id: int) -> Any:
    """Support an idea."""
    try:
        cast_vote(idea_id, person_id=found(find_actor().id), now=now())
    except AlreadyDone as already:
        if not request.headers.get("X-Fragment"):
            flash(say(already), "info")
    return _after_vote(idea_id)


@bp.post("/idees/<number:idea_id>/vote/retrait")
@needs()
def withdraw_vote(idea_id: int) -> Any:
    """Take one's support back."""
    take_vote_back(idea_id, person_id=found(find_actor().id), now=now())
    return _after_vote(idea_id)


def _after_vote(idea_id: int) -> Any:
    """Answer the button alone to a script that asked for it, else lead back to the page it was pressed on."""
    if request.headers.get("X-Fragment") == f"v{idea_id}":
        actor = find_actor()
        idea = found(queries.find_idea(idea_id, actor))
        campaign = found(queries.find_campaign_of(idea))
        pressed = queries.has_voted(idea.id, actor.id)
        state = make_vote(idea.id, campaign, pressed=pressed, in_list="liste" in request.args)
        return render_template("ideas/vote.html", idea=idea, vote=state)
    return redirect(own_path(request.referrer) or url_for(".show", idea_id=idea_id), 303)


@bp.get("/idees/similaires")
@public
def similar() -> Any:
    """What is like the text being typed: ideas to support, data sets already open; a fragment for the form."""
    return render_template("ideas/similar.html", **_find_near(request.args.get("texte", ""), find_campaign()))


def _find_near(typed: str, campaign: Campaign | None) -> dict[str, Any]:
    text = without_refused(clean_text(typed))
    ideas, datasets = [], []
    if text and campaign is not None:
        var = current_app.config["IDEAS"].var
        ideas = find_similar_ideas(text, campaign_id=campaign.id, actor=find_actor(), var=var)
        datasets = find_similar_datasets(text, var=var, count=3)
    return {"ideas": ideas, "datasets": datasets, "idea_url": idea_url, "text": text}


def _read_wanted(query: str) -> queries.Wanted:
    known = {"theme": set(THEMES), "profil": set(PROFILES), "etat": {str(state) for state in STATE_NAMES}}
    read = {name: request.args.get(name, "") for name in known}
    chosen = {name: value if value in known[name] else "" for name, value in read.items()}
    return queries.Wanted(
        stems=tuple(search_stems(query)),
        theme=chosen["theme"],
        profile=chosen["profil"],
        handling=chosen["etat"],
        producer=request.args.get("producteur", "")[:80],
        territory=request.args.get("territoire", "")[:10],
    )


def _list_url(**changed: Any) -> str:
    kept = {name: value for name, value in request.args.items() if value}
    return url_for(".index", **{name: value for name, value in (kept | changed).items() if value})


def _make_facets(wanted: queries.Wanted) -> list[tuple[str, str, list[tuple[str, str, None, bool]]]]:
    sides = (
        ("theme", gettext("Thème"), THEMES, wanted.theme),
        ("etat", gettext("Où en est la demande"), STATE_NAMES, wanted.handling),
        ("profil", gettext("Qui propose"), PROFILES, wanted.profile),
    )
    return [
        (title, name, [("", gettext("Tous"), None, not chosen), *_options(words, chosen)])
        for name, title, words, chosen in sides
    ]


def _options(words: Any, chosen: str) -> list[tuple[str, str, None, bool]]:
    return [(str(code), gettext(label), None, code == chosen) for code, label in words.items()]


def _make_tags(wanted: queries.Wanted, query: str) -> list[tuple[str, str]]:
    shown = (
        ("q", f"« {query} »" if query else ""),
        ("theme", theme_name(wanted.theme)),
        ("profil", profile_name(wanted.profile)),
        ("etat", label_of(STATE_NAMES, wanted.handling)),
        ("producteur", wanted.producer),
        ("territoire", wanted.territory),
    )
    return [(label, _list_url(**{name: None}, page=None)) for name, label in shown if label]


def _list_facts(idea: Idea) -> list[tuple[str, ...]]:
    own = foreign(idea.language)
    producer = idea.producer.name if idea.producer else idea.holder_text
    return [
        (gettext("Profil"), profile_name(idea.profile)),
        (gettext("Organisme"), idea.organisation if idea.show_organisation else ""),
        (gettext("Genre d’usage"), ", ".join(label_of(USE_KINDS, code) for code in idea.use_kinds)),
        (gettext("Thème"), theme_name(idea.theme)),
        (gettext("À qui cela servirait"), idea.beneficiaries, own),
        (gettext("Détenteur"), producer, foreign() if idea.producer else own),
        (gettext("Territoire"), idea.territory.name if idea.territory else "", foreign()),
        (gettext("Période"), idea.period, own),
        (gettext("Niveau de détail"), idea.detail_level, own),
        (gettext("Mise à jour"), idea.freshness, own),
        (gettext("Forme"), label_of(FORMATS, idea.format)),
        (gettext("Obstacles rencontrés"), ", ".join(label_of(OBSTACLES, code) for code in idea.obstacles)),
        (gettext("Nomme des personnes"), label_of(NAMES_PEOPLE, idea.names_people)),
    ]

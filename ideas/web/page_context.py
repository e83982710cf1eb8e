"""What surrounds every page: site, campaign, navigation, and the words waiting to be shown."""

from typing import Any, NamedTuple

from flask import Flask, current_app, g, get_flashed_messages, has_request_context, request, url_for
from flask_babel import gettext
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from ideas.domain.campaign_texts import Said, TextKind, find_text
from ideas.domain.campaigns import Season, find_clock, find_phase, is_slug
from ideas.domain.permissions import Permission
from ideas.http.actor import find_actor, has_session
from ideas.http.clock import now
from ideas.http.languages import find_language, other_language_url
from ideas.http.refusals import found
from ideas.http.typography import typeset
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.web.fragments import draw, keep
from ideas.web.labels import accessibility_name, tell_closeness
from ideas.web.resending import comes_from_elsewhere, read_sent
from ideas.web.sessions import find_current_campaign


class NavigationItem(NamedTuple):
    """A link of a menu; it is marked on the page whose `current` is its key."""

    key: str
    label: str
    url: str


def find_campaign() -> Campaign | None:
    """Return the campaign of this page: the one that `?campagne=` names, else the one that opened last."""
    if "campaign" not in g:
        slug = request.args.get("campagne")
        g.campaign = found(queries.campaigns.find(slug)) if slug else find_current_campaign()
    return g.campaign


def takes_ideas(campaign: Campaign) -> bool:
    """Tell whether the campaign takes ideas at this request's time."""
    return find_phase(campaign, now()) is Season.OPEN


def takes_votes(campaign: Campaign) -> bool:
    """Tell whether the campaign takes votes at this request's time."""
    return find_phase(campaign, now()) in (Season.OPEN, Season.SUPPORT)


def find_facts(campaign: Campaign) -> tuple[object, ...]:
    """Return what all the public pages of a campaign are made of, but for the counts that votes change."""
    return campaign.id, campaign.version, find_clock(campaign, now()), find_phase(campaign, now()), now().date()


def open_page_context(app: Flask) -> None:
    """Give every template what `base.html` shows."""
    theme = app.config["IDEAS"].theme
    if theme:
        app.jinja_loader = ChoiceLoader([FileSystemLoader(f"{theme}/templates"), app.jinja_loader])  # type: ignore[list-item]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_surroundings)
    app.add_template_filter(tell_closeness, "closeness")
    app.add_template_filter(typeset)
    app.jinja_env.globals["campaign_says"] = campaign_says
    app.url_defaults(_keep_campaign)


def _keep_campaign(endpoint: str, values: dict[str, Any]) -> None:
    """Stay, from link to link, in the campaign that the address names."""
    slug = request.args.get("campagne", "") if has_request_context() and endpoint != "static" else ""
    if is_slug(slug):
        values.setdefault("campagne", slug)


def campaign_says(kind: str, *, is_plain: bool = False) -> Said:
    """Return what the campaign of this page says in its language, else in French; nothing without a campaign."""
    campaign = g.get("campaign")
    return find_text(campaign, TextKind(kind), find_language(), is_plain=is_plain) if campaign else Said("")


def draw_clock(campaign: Campaign) -> Markup:
    """Return the time left of a campaign, in words."""
    closes_at = campaign.closed_at or campaign.closes_at
    given = {"opens_at": campaign.opens_at, "closes_at": closes_at, "now": now()}
    return draw("time_left", (campaign.opens_at, closes_at, find_clock(campaign, now())), lambda: given)


def draw_phase(campaign: Campaign) -> Markup:
    """Return the line at the head of a campaign's pages."""
    where, closes_at = find_phase(campaign, now()), campaign.closed_at or campaign.closes_at
    given = {
        "name": where,
        "opens_at": campaign.opens_at,
        "ideas_close_at": campaign.ideas_close_at,
        "closes_at": closes_at,
    }
    return draw("phase", tuple(given.values()), lambda: given)


def _surroundings() -> dict[str, object]:
    campaign = g.get("campaign")
    links = keep("surroundings", _make_links)
    proposes = g.get("current") != "nouvelle" and (campaign is None or takes_ideas(campaign))
    actor, sent_here = find_actor(), _read_sent_here()
    return {
        **links,
        "lang": find_language(),
        "site_name": current_app.config["IDEAS"].site_name,
        "campaign": campaign,
        "phase": draw_phase(campaign) if campaign else "",
        "actor": actor,
        "current": g.get("current", ""),
        "propose_url": links["propose_url"] if proposes else "",
        "now": now(),
        "staff_nav": _staff_navigation() if actor.can(Permission.ANSWER) else (),
        "flashes": get_flashed_messages(with_categories=True) if has_session() else [],
        "other_language_url": other_language_url(keeps_form=sent_here is not None),
        "sent_here": sent_here,
    }


def _make_links() -> dict[str, object]:
    """Return the links that every page of a language has, and who signs it."""
    config = current_app.config["IDEAS"]
    audited = accessibility_name(config.accessibility_state)
    return {
        "organiser": config.organiser,
        "logo_url": url_for("static", filename=config.logo),
        "feedback_url": config.feedback_url,
        "nav": (
            NavigationItem("idees", gettext("Idées"), url_for("ideas.index")),
            NavigationItem("sujets", gettext("Sujets"), url_for("subjects.index")),
            NavigationItem("stats", gettext("Résultats"), url_for("statistics.show")),
            NavigationItem("donnees", gettext("Données"), url_for("editions.index")),
        ),
        "legal_nav": (
            NavigationItem("aide", gettext("Aide"), url_for("advice.show")),
            NavigationItem("regles", gettext("Règles"), url_for("advice.rules")),
            NavigationItem("contact", gettext("Contact"), url_for("advice.contact")),
            NavigationItem("producteurs", gettext("Organismes"), url_for("producers.index")),
            NavigationItem("registre", gettext("Registre des décisions"), url_for("register.index")),
            NavigationItem("qualite", gettext("Qualité et algorithme"), url_for("quality.show")),
            NavigationItem("accessibilite", audited, url_for("legal.accessibility")),
            NavigationItem("mentions-legales", gettext("Mentions légales"), url_for("legal.notice")),
            NavigationItem("donnees-personnelles", gettext("Données personnelles"), url_for("legal.personal_data")),
            NavigationItem("plan-du-site", gettext("Plan du site"), url_for("legal.site_map")),
        ),
        "propose_url": url_for("ideas.new"),
        "sign_out_url": url_for("accounts.sign_out"),
        "home_url": url_for("campaigns.show"),
        "sign_in_url": url_for("accounts.sign_in"),
        "account_url": url_for("accounts.show"),
        "theme_stylesheets": [url_for("static", filename=name) for name in current_app.extensions["theme_stylesheets"]],
    }


def _read_sent_here() -> list[tuple[str, str]] | None:
    """Return the form that this page answers, which must not be lost by reading the page in the other language."""
    view = current_app.view_functions.get(request.endpoint or "")
    sent = read_sent() if getattr(view, "shows_again", False) and not comes_from_elsewhere() else None
    return sent.fields if sent else None


def _staff_navigation() -> tuple[NavigationItem, ...]:
    actor = find_actor()
    entries = [
        (Permission.MODERATE, "moderation", gettext("Modération"), "moderation.index"),
        (Permission.TRIAGE, "triage", gettext("Triage"), "triage.show"),
        (Permission.ANSWER, "bureau", gettext("Bureau des organismes"), "producers.desk"),
        (Permission.MODERATE, "chiffres", gettext("Chiffres"), "staff_figures.show"),
        (Permission.OWN, "gestion", gettext("Gestion"), "owner.index"),
    ]
    return tuple(
        NavigationItem(key, label, url_for(endpoint)) for act, key, label, endpoint in entries if actor.can(act)
    )

"""What the law and good manners ask of a site: notices, maps, feeds, and whether it is well."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ideas.domain import retention
from ideas.http.access import public
from ideas.http.addresses import idea_url, origin
from ideas.http.clock import now
from ideas.http.etag import make_conditional
from ideas.store import queries
from ideas.web.labels import accessibility_name
from ideas.web.page_context import find_campaign
from ideas.web.plain_texts import read_parts

bp = Blueprint("legal", __name__)

PAGES = ("campaigns.show", "ideas.index", "subjects.index", "editions.index", "register.index")
NOTICES = (
    "advice.show",
    "advice.rules",
    "advice.contact",
    "statistics.show",
    "quality.show",
    ".accessibility",
    ".notice",
    ".personal_data",
    ".site_map",
)
SECURITY_TXT_LIFETIME = timedelta(days=180)


def _page(template: str, current: str, **given: Any) -> ResponseReturnValue:
    g.current = current
    return make_conditional(render_template(f"legal/{template}.html", config=current_app.config["IDEAS"], **given))


@bp.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    """The statement that the law asks for, with both plans."""
    config = current_app.config["IDEAS"]
    return _page(
        "accessibility",
        "accessibilite",
        state=accessibility_name(config.accessibility_state),
        scheme=read_parts(config.accessibility_scheme),
        plan=read_parts(config.accessibility_plan),
    )


@bp.get("/mentions-legales")
@public
def notice() -> ResponseReturnValue:
    """Who publishes the site, and who hosts it."""
    return _page("notice", "mentions-legales")


@bp.get("/donnees-personnelles")
@public
def personal_data() -> ResponseReturnValue:
    """What is kept of people, why and how long."""
    return _page("personal_data", "donnees-personnelles", retention=retention)


@bp.get("/plan-du-site")
@public
def site_map() -> ResponseReturnValue:
    """Every page a reader can open."""
    return _page("site_map", "plan-du-site")


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """What search engines may read."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/connexion", "/compte", "/moderation", "/triage"))
    return make_conditional(f"User-agent: *\n{closed}Sitemap: {origin()}/sitemap.xml\n", "text/plain; charset=utf-8")


@bp.get("/sitemap.xml")
@public
def sitemap() -> ResponseReturnValue:
    """Every public page, for search engines."""
    campaign = find_campaign()
    ideas = queries.ideas.list_published_numbers(campaign) if campaign else ()
    pages = [url_for(endpoint) for endpoint in (*PAGES, *NOTICES)]
    addresses = [*pages, *(idea_url(idea.id, idea.title) for idea in ideas)]
    page = render_template("legal/sitemap.xml", addresses=addresses, origin=origin())
    return make_conditional(page, "application/xml; charset=utf-8")


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> ResponseReturnValue:
    """How to report a flaw (RFC 9116); the date of expiry moves on by itself, well before its end."""
    contact = current_app.config["IDEAS"].contact
    first = (now() + SECURITY_TXT_LIFETIME).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    who = f"mailto:{contact}" if "@" in contact else contact or f"{origin()}/mentions-legales"
    lines = f"Contact: {who}\nExpires: {first.isoformat()}\nPreferred-Languages: fr, en\n"
    return make_conditional(f"{lines}Canonical: {origin()}/.well-known/security.txt\n", "text/plain; charset=utf-8")


@bp.get("/favicon.ico")
@public
def icon() -> ResponseReturnValue:
    """Where browsers look for the icon."""
    return redirect(url_for("static", filename="icons/mark.svg"), 301)


@bp.get("/sante")
@public
def alive() -> ResponseReturnValue:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@bp.get("/sante/pret")
@public
def ready() -> ResponseReturnValue:
    """The database answers too, is of this version, and can be written; else the reason."""
    fault = queries.readiness.find_fault(current_app.config["IDEAS"].var)
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "30"} if fault else {})
    return Response(f"not ready: {fault}\n" if fault else "ok\n", 503 if fault else 200, headers, "text/plain")

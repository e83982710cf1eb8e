"""Help and contact: how it works, what an idea is not, the closing hour overseas, and whom to write to."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext

from ideas.domain.errors import N_
from ideas.http.access import public
from ideas.http.etag import fresh
from ideas.web.campaigns import say_organiser
from ideas.web.page_context import find_campaign

bp = Blueprint("advice", __name__)

# Where the closing hour is another one than in Paris, from west to east.
OVERSEAS = {
    "Pacific/Tahiti": N_("Polynésie française"),
    "America/Guadeloupe": N_("Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin"),
    "America/Cayenne": N_("Guyane"),
    "America/Miquelon": N_("Saint-Pierre-et-Miquelon"),
    "Indian/Mayotte": N_("Mayotte"),
    "Indian/Reunion": N_("La Réunion"),
    "Pacific/Noumea": N_("Nouvelle-Calédonie"),
    "Pacific/Wallis": N_("Wallis-et-Futuna"),
}


class LocalHour(NamedTuple):
    """A place and what its clock says."""

    place: str
    hour: str


@bp.get("/aide")
@public
def show() -> ResponseReturnValue:
    """How to take part, and the questions that people ask."""
    campaign = find_campaign()
    g.current = "aide"
    return fresh(
        render_template(
            "advice/show.html",
            hours=list_hours(campaign.closed_at or campaign.closes_at) if campaign else [],
            config=current_app.config["IDEAS"],
        )
    )


@bp.get("/contact")
@public
def contact() -> ResponseReturnValue:
    """Whom to write to, about what."""
    find_campaign()
    g.current = "contact"
    config = current_app.config["IDEAS"]
    return fresh(render_template("advice/contact.html", config=config, about=say_organiser(config)))


def list_hours(at: datetime) -> list[LocalHour]:
    """Return what clocks overseas say at an instant."""
    pattern = gettext("EEEE d MMMM 'à' H 'h' mm")
    hours = {place: at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone, place in OVERSEAS.items()}
    return [LocalHour(gettext(place), format_datetime(hour, pattern, rebase=False)) for place, hour in hours.items()]

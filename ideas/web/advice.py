"""Help and contact: how it works, what an idea is not, the closing hour overseas, and whom to write to."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext

from ideas.domain.errors import N_
from ideas.http.access import public
from ideas.http.etag import make_conditional
from ideas.web.campaigns import read_text, say_organiser
from ideas.web.page_context import find_campaign
from ideas.web.plain_texts import TextPart

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


# In plain words, where a campaign has written none of its own.
HELP_IN_SHORT = (
    N_("Vous écrivez quelles données vous manquent."),
    N_("Une équipe lit votre idée, puis la met en ligne."),
    N_("Les autres peuvent dire qu’ils en ont besoin aussi."),
    N_("L’administration répond sur la page de l’idée."),
)
RULES_IN_SHORT = (
    N_("Parlez de données, pas de personnes."),
    N_("Restez poli. Pas de publicité."),
    N_("Vous pouvez soutenir chaque idée une fois."),
    N_("Si votre idée est refusée, nous vous disons pourquoi."),
)


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
    return make_conditional(
        render_template(
            "advice/show.html",
            more=read_text("help"),
            plain=_read_plain("help", HELP_IN_SHORT),
            hours=list_hours(campaign.closed_at or campaign.closes_at) if campaign else [],
            config=current_app.config["IDEAS"],
        )
    )


@bp.get("/regles")
@public
def rules() -> ResponseReturnValue:
    """What is published, what is refused, how support counts."""
    find_campaign()
    g.current = "regles"
    return make_conditional(
        render_template("advice/rules.html", rules=read_text("rules"), plain=_read_plain("rules", RULES_IN_SHORT))
    )


@bp.get("/contact")
@public
def contact() -> ResponseReturnValue:
    """Whom to write to, about what."""
    find_campaign()
    g.current = "contact"
    config = current_app.config["IDEAS"]
    return make_conditional(render_template("advice/contact.html", config=config, about=say_organiser(config)))


def _read_plain(kind: str, ours: tuple[str, ...]) -> tuple[list[TextPart], str]:
    """Return the short version of a campaign's text, else ours."""
    parts, language = read_text(kind, is_plain=True)
    return (parts, language) if parts else ([TextPart(tuple(map(gettext, ours)), is_list=True)], "")


def list_hours(at: datetime) -> list[LocalHour]:
    """Return what clocks overseas say at an instant."""
    pattern = gettext("EEEE d MMMM 'à' H 'h' mm")
    hours = {place: at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone, place in OVERSEAS.items()}
    return [LocalHour(gettext(place), format_datetime(hour, pattern, rebase=False)) for place, hour in hours.items()]

"""Ideas as a list shows them."""

from typing import Any

from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from ideas.domain.campaigns import is_open
from ideas.domain.handling import Handling, days_late
from ideas.domain.texts import excerpt
from ideas.http.actor import find_actor
from ideas.http.addresses import address_of, idea_url
from ideas.http.clock import now
from ideas.http.languages import foreign
from ideas.store.models import Campaign
from ideas.web.labels import handling_tag, profile_name

SHORT = 160


def make_cards(rows: list[Any], campaign: Campaign) -> list[dict[str, Any]]:
    """Return what `idea_card` takes for each row of `queries.ideas.list_page`."""
    return [_make_card(row, campaign) for row in rows]


def make_vote(idea_id: int, campaign: Campaign, *, pressed: bool, in_list: bool = True) -> dict[str, Any] | None:
    """Return what `vote_button` takes: None once support is closed, a link for readers, a button for people."""
    if not is_open(campaign, now()):
        return None
    if not find_actor().is_signed_in:
        return {"sign_in_url": address_of("accounts.sign_in", "soutenir", idea_id)}
    where: dict[str, Any] = {"liste": 1} if in_list else {}
    action = address_of("ideas.withdraw_vote" if pressed else "ideas.vote", "idea_id", idea_id, **where)
    form = {"form": "votes"} if in_list else {"csrf_token": generate_csrf()}
    return {"action": action, "pressed": pressed, **form}


def _make_card(row: Any, campaign: Campaign) -> dict[str, Any]:
    cluster: tuple[str, ...] | None = None
    if row.cluster_id:
        # No number here: the run counted ideas that may be hidden since.
        where = address_of("clusters.show", "cluster_id", row.cluster_id)
        name = row.cluster_name
        cluster = (name, where, foreign()) if name else (gettext("Idées semblables"), where)
    return {
        "id": row.id,
        "title": row.title,
        "url": idea_url(row.id, row.title),
        "excerpt": excerpt(row.beginning, SHORT),
        "support_count": row.vote_count,
        "vote": make_vote(row.id, campaign, pressed=row.voted),
        "state": handling_state(row.handling, row.promised_on),
        "profile": profile_name(row.profile),
        "holder": row.producer_name or row.holder_text,
        "cluster": cluster,
        "lang": foreign(row.language),
    }


def handling_state(code: str, promised_on: Any) -> tuple[str, str]:
    """Return the words for where a request stands; a promise that is late says by how much."""
    late = days_late(Handling(code), promised_on, now().date())
    if late:
        return gettext("En retard de %(days)s jours", days=late), "warn"
    return handling_tag(code)

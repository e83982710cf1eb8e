"""Ideas as a list shows them."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple, TypedDict

from flask_babel import gettext, ngettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from ideas.domain.campaigns import is_open
from ideas.domain.handling import Handling, days_late
from ideas.domain.texts import excerpt
from ideas.http.actor import find_actor
from ideas.http.addresses import address_of, idea_url
from ideas.http.clock import now
from ideas.http.languages import foreign
from ideas.store.models import Campaign
from ideas.store.queries.lists import IdeaCount, ListedIdea
from ideas.web.fragments import draw
from ideas.web.labels import Outcome, StateTag, find_outcome, handling_tag, profile_name

SHORT = 130


class VoteLink(NamedTuple):
    """For a reader: support leads to signing in."""

    sign_in_url: str


class VoteForm(NamedTuple):
    """For somebody known, on the page of the idea: the button has a form of its own."""

    action: str
    pressed: bool
    csrf_token: str


class VoteButton(NamedTuple):
    """For somebody known, in a list: the button belongs to the one form of the page."""

    action: str
    pressed: bool
    form: str = "votes"


class PanelVote(NamedTuple):
    """For somebody known, beside what they write: the button sends the form of the page, which comes back as it was."""

    pressed: bool


Vote = VoteLink | VoteForm | VoteButton


class ClusterLink(NamedTuple):
    """The cluster of an idea: its name, its page, and the language of the name when it is not that of the page."""

    name: str
    url: str
    lang: str = ""


class IdeaCard(TypedDict):
    """What `idea_card` takes, by name."""

    id: int
    title: str
    url: str
    excerpt: str
    support_count: int
    vote: Vote | None
    state: StateTag | None
    outcome: Outcome | None
    profile: str
    holder: str
    cluster: ClusterLink | None
    lang: str
    level: int
    mark: str


class SimilarIdeaLine(NamedTuple):
    """An idea like another or like a text, as `similar_ideas` takes it."""

    title: str
    url: str
    likeness: float
    words: list[str]
    support_count: int
    lang: str = ""
    id: int = 0
    support: "VoteLink | PanelVote | None" = None


class SimilarDatasetLine(NamedTuple):
    """A data set like an idea or a text, as `similar_ideas` takes it."""

    title: str
    url: str
    likeness: float
    words: list[str]
    lang: str = ""


def draw_cards(
    rows: Sequence[ListedIdea],
    campaign: Campaign,
    *,
    level: int = 2,
    unseen: Collection[int] | None = None,
    change: Callable[[IdeaCard, ListedIdea], IdeaCard] | None = None,
    by: Hashable = None,
) -> list[Markup]:
    """Return the card of each row of `queries.lists.list_page`, drawn once as long as nothing that it shows changes.

    In the page of a subject, `unseen` says which of its ideas came since it was reviewed. `change` is what a search
    makes of each card, and `by` is all that this depends on beside the row.
    """
    around = (is_open(campaign, now()), find_actor().is_signed_in, now().date(), level, by)

    def tell(row: ListedIdea, *, is_new: bool | None) -> IdeaCard:
        card = _make_card(row, campaign, level, is_new=is_new)
        return change(card, row) if change else card

    return [
        draw("idea_card", (row, around, place), partial(tell, row, is_new=place))
        for row in rows
        for place in [None if unseen is None else row.id in unseen]
    ]


def list_counts_of(rows: Iterable[ListedIdea]) -> list[IdeaCount]:
    """Return what votes may change in a list."""
    return [IdeaCount(row.id, row.vote_count) for row in rows]


def make_vote(idea_id: int, campaign: Campaign, *, pressed: bool, in_list: bool = True) -> Vote | None:
    """Return what `vote_button` takes: None once support is closed, a link for readers, a button for people."""
    if not is_open(campaign, now()):
        return None
    if not find_actor().is_signed_in:
        return VoteLink(address_of("accounts.sign_in", "soutenir", idea_id))
    return make_button(idea_id, pressed=pressed, in_list=in_list)


def make_button(idea_id: int, *, pressed: bool, in_list: bool) -> VoteForm | VoteButton:
    """Return the button of somebody known, while support is open."""
    endpoint = "ideas.withdraw_vote" if pressed else "ideas.vote"
    if in_list:
        return VoteButton(address_of(endpoint, "idea_id", idea_id, liste=1), pressed)
    return VoteForm(address_of(endpoint, "idea_id", idea_id), pressed, generate_csrf())


def _make_card(row: ListedIdea, campaign: Campaign, level: int, *, is_new: bool | None) -> IdeaCard:
    """Return what a card shows; `is_new` in the page of a subject, None elsewhere: there the card leads to it."""
    cluster = None
    if row.cluster_id and is_new is None:
        # No number here: the run counted ideas that may be hidden since.
        where = address_of("subjects.show", "cluster_id", row.cluster_id)
        name = row.cluster_name or row.cluster_title
        cluster = ClusterLink(name, where, foreign()) if name else ClusterLink(gettext("Voir son sujet"), where)
    outcome = find_outcome(row.handling, row.promised_on, now().date())
    return {
        "id": row.id,
        "title": row.title,
        "url": idea_url(row.id, row.title),
        "excerpt": excerpt(row.beginning, SHORT),
        "support_count": row.vote_count,
        "vote": make_vote(row.id, campaign, pressed=row.voted),
        "state": None if outcome or row.handling is Handling.RECEIVED else handling_tag(row.handling),
        "outcome": outcome,
        "profile": profile_name(row.profile),
        "holder": row.producer_name or row.holder_text,
        "cluster": cluster,
        "lang": foreign(row.language),
        "level": level,
        "mark": gettext("Arrivée depuis la relecture") if is_new else "",
    }


def handling_state(state: Handling, promised_on: date | None) -> StateTag:
    """Return the words for where a request stands; a promise that is late says by how much."""
    late = days_late(state, promised_on, now().date())
    if late:
        return StateTag(ngettext("En retard de %(num)s jour", "En retard de %(num)s jours", late), "warn")
    return handling_tag(state)

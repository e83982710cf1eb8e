"""A cluster in words: its title, the words that its published members say, its closest pair, its past."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from flask import url_for
from flask_babel import format_percent, gettext

from ideas.domain.clusters import ClusterState, Event
from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.retrieval.search import is_said
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.clusters import CurrentCluster, LineageStep
from ideas.web.labels import StateTag

SHOWN_WORDS = 3


def list_words(rows: Iterable[CurrentCluster], campaign: Campaign) -> dict[int, list[str]]:
    """Return the keywords of each row of `clusters.list_current`, without those that only ideas since hidden had."""
    rows = list(rows)
    torn = [row.id for row in rows if not row.is_whole]
    said = queries.clusters.list_member_stems(torn, campaign.current_run_id) if torn else {}
    return {
        row.id: row.keywords if row.is_whole else [word for word in row.keywords if is_said(word, said.get(row.id, []))]
        for row in rows
    }


def name_cluster(number: int, name: str, words: list[str]) -> str:
    """Return what a cluster is called: its name, else its first words, else its number."""
    title = name or ", ".join(words[:SHOWN_WORDS])
    return title[:1].upper() + title[1:] if title else gettext("Regroupement n° %(number)s", number=number)


def name_clusters(rows: Iterable[CurrentCluster], campaign: Campaign) -> dict[int, str]:
    """Return what each cluster of `clusters.list_current` is called, in their order."""
    rows = list(rows)
    words = list_words([row for row in rows if not row.name], campaign)
    return {row.id: name_cluster(row.id, row.name, words.get(row.id, [])) for row in rows}


class ClusterCard(TypedDict):
    """What `cluster_card` takes, by name."""

    title: str
    url: str
    idea_count: int
    support_count: int
    words: list[str]
    state: StateTag
    lang: str


def make_card(row: CurrentCluster, words: list[str]) -> ClusterCard:
    """Return what is shown of a cluster in a list."""
    return {
        "title": name_cluster(row.id, row.name, words),
        "url": url_for("clusters.show", cluster_id=row.id),
        "idea_count": row.idea_count,
        "support_count": row.vote_count,
        "words": words if row.name else words[SHOWN_WORDS:],
        "state": state_tag(row.state),
        "lang": foreign(),
    }


def state_tag(state: ClusterState) -> StateTag:
    """Return who stands behind a cluster, in words, with their tone."""
    if state is ClusterState.CONFIRMED:
        return StateTag(gettext("Confirmé par l’équipe"), "good")
    return StateTag(gettext("Proposé par la machine"), "")


class ClosestPair(NamedTuple):
    """The two members most alike, as (title, language, address), and the words behind the likeness."""

    ideas: list[tuple[str, str, str]]
    likeness: float
    words: list[str]


def make_closest(closest: dict[str, Any]) -> ClosestPair | None:
    """Return the two members that are most alike and why; None when one of them is no longer published."""
    numbers = [closest.get("first", 0), closest.get("second", 0)]
    titles = queries.clusters.list_published_titles(numbers)
    if len(titles) < len(numbers):
        return None
    return ClosestPair(
        ideas=[(*titles[number], idea_url(number, titles[number][0])) for number in numbers],
        likeness=closest["likeness"],
        words=make_shared(closest["shared"]),
    )


def make_shared(shared: Iterable[tuple[str, float]]) -> list[str]:
    """Return shared words with their part of the likeness, as text."""
    return [f"{word} {format_percent(part)}" for word, part in shared]


class LineageLine(NamedTuple):
    """What a run did to a cluster, in words; `url` is the page of the other cluster, when there is one to show."""

    title: str
    at: datetime
    note: str
    url: str


def tell_lineage(cluster_id: int, campaign: Campaign) -> list[LineageLine]:
    """Return what runs did to a cluster, the latest first."""
    rows = queries.clusters.list_lineage(cluster_id)
    others = {other for row in rows if (other := _other(row, cluster_id))}
    shown = queries.clusters.list_shown(others, campaign) if others else {}
    return [_tell(row, cluster_id, shown) for row in rows]


def _other(row: LineageStep, cluster_id: int) -> int | None:
    return row.from_cluster_id if row.cluster_id == cluster_id else row.cluster_id


def _tell(row: LineageStep, cluster_id: int, shown: dict[int, str]) -> LineageLine:
    other = _other(row, cluster_id)
    sentences = {
        Event.BORN: gettext("Né au passage n° %(run)s", run=row.run_id),
        Event.KEPT: gettext("Gardé au passage n° %(run)s", run=row.run_id),
        Event.SPLIT: gettext("Séparé du regroupement n° %(other)s au passage n° %(run)s", other=other, run=row.run_id),
        Event.JOINED: gettext("Réuni au regroupement n° %(other)s au passage n° %(run)s", other=other, run=row.run_id),
        Event.DISSOLVED: gettext(
            "Dissous au passage n° %(run)s : ses idées se sont réparties ailleurs ou sont restées seules",
            run=row.run_id,
        ),
    }
    title = sentences[row.event]
    if row.cluster_id != cluster_id and row.event == Event.SPLIT:
        title = gettext(
            "Le regroupement n° %(other)s s’en est séparé au passage n° %(run)s", other=other, run=row.run_id
        )
    elif row.cluster_id != cluster_id:
        title = gettext("Le regroupement n° %(other)s l’a rejoint au passage n° %(run)s", other=other, run=row.run_id)
    kept = gettext("%(share)s de ses idées y étaient déjà", share=format_percent(row.overlap))
    return LineageLine(
        title=title,
        at=row.started_at,
        note=kept if row.event is Event.KEPT else "",
        url=url_for("clusters.show", cluster_id=other) if other in shown else "",
    )

"""What the triage page shows: the queue of clusters, the chosen one, nearly equal ideas, decisions that stand."""

from collections.abc import Callable
from typing import Any

from flask import g, url_for
from flask_babel import gettext, ngettext

from ideas.domain.clusters import ClusterState
from ideas.domain.errors import N_, WrongState
from ideas.http import paging
from ideas.http.addresses import idea_url
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign, Cluster, Run
from ideas.web.clusters.presentation import list_words, make_closest, make_shared, name_cluster, state_tag, tell_lineage
from ideas.web.triage.constraints import list_bonds

QUEUE = 40
MEMBERS = 25
PAIRS = 10
MOST_REGROUPED = 2_000  # published ideas: a run in a request must end before the person thinks it is lost
RESOLUTIONS = (0.2, 5.0)

FIGURES = (
    ("pair_precision", N_("Paires proposées que l’équipe accepte (précision)")),
    ("pair_recall", N_("Paires acceptées que la machine trouve (rappel)")),
    ("adjusted_rand", N_("Accord au-delà du hasard (Rand ajusté)")),
    ("acts_per_text", N_("Gestes par idée pour arriver au classement accepté")),
)


def make_page(row: Any, campaign: Campaign, page_url: Callable[[int | None], str]) -> dict[str, Any]:
    """Return what is shown of a living cluster, `row` being of `clusters.list_current`."""
    words = list_words([row], campaign)[row.id]
    page, pages = paging.read_page(row.idea_count, MEMBERS)
    members = queries.clusters.list_members(row.id, campaign.current_run_id, page=page, size=MEMBERS)
    return {
        "cluster": row,
        "title": name_cluster(row.id, row.name, words),
        "words": words,
        "state": state_tag(row.state),
        "members": members,
        "closest": make_closest(row.closest),
        "lineage": tell_lineage(row.id, campaign),
        "page": page,
        "pages": pages,
        "page_url": lambda number: page_url(number if number > 1 else None),
        "idea_url": idea_url,
    }


def make_acts(row: Any, members: list[Any], names: dict[int, str], campaign: Campaign) -> dict[str, Any]:
    """Return what reviewers need to act on a cluster: where to move an idea, what binds it, what it doubles."""
    pairs = queries.triage.list_near_pairs(campaign, cluster_id=row.id)
    return {
        "targets": [(number, name) for number, name in names.items() if number != row.id],
        "bound": list_bonds([member.id for member in members], campaign),
        "pairs": [make_pair(pair) for pair in pairs],
    }


def make_queue(
    rows: list[Any], names: dict[int, str], chosen: int | None, alone_count: int
) -> list[tuple[str, str, str, bool]]:
    """Return the beginning of the queue, what is not confirmed, much supported and uncertain first."""
    waiting = [
        (names[row.id], url_for("triage.show", regroupement=row.id), _detail(row), row.id == chosen)
        for row in rank(rows)[:QUEUE]
    ]
    alone = ngettext("%(num)s idée", "%(num)s idées", alone_count)
    return [*waiting, (gettext("Sans regroupement"), url_for("clusters.alone"), alone, False)]


def rank(rows: list[Any]) -> list[Any]:
    """Return clusters in the order to review them.

    >>> from types import SimpleNamespace as a
    >>> sure, torn = (
    ...     a(id=1, state="proposed", vote_count=9, cohesion=0.9),
    ...     a(id=2, state="proposed", vote_count=9, cohesion=0.2),
    ... )
    >>> [row.id for row in rank([a(id=3, state="confirmed", vote_count=99, cohesion=0.1), sure, torn])]
    [2, 1, 3]
    """
    return sorted(
        rows, key=lambda row: (row.state == ClusterState.CONFIRMED, -row.vote_count * (1 - row.cohesion), row.id)
    )


def _detail(row: Any) -> str:
    ideas = ngettext("%(num)s idée", "%(num)s idées", row.idea_count)
    votes = ngettext("%(num)s soutien", "%(num)s soutiens", row.vote_count)
    seen = gettext("confirmé") if row.state == ClusterState.CONFIRMED else gettext("à revoir")
    return f"{ideas} · {votes} · {seen}"


def make_pair(pair: Any) -> dict[str, Any]:
    """Return two nearly equal ideas, the more supported one first: it is kept by default."""
    first = (pair.first_id, pair.first_title, pair.first_votes)
    second = (pair.second_id, pair.second_title, pair.second_votes)
    kept, other = (second, first) if second[2] > first[2] else (first, second)
    return {
        "kept": kept,
        "other": other,
        "likeness": pair.likeness,
        "words": make_shared(pair.shared.get("words", [])),
    }


def make_figures(run: Run | None) -> list[tuple[str, float]]:
    """Return how near a run came to what reviewers had accepted, when they had accepted anything."""
    quality = run.quality if run else {}
    return [(gettext(name), quality[key]) for key, name in FIGURES if key in quality]


def command(campaign: Campaign) -> str:
    """Return what to type when a run is too long for a page."""
    return f"ideas regroup --campaign {campaign.slug}"


def read_resolution(given: str) -> float:
    """Return the resolution that was asked for, or raise why it cannot be."""
    least, most = RESOLUTIONS
    try:
        value = float(given.replace(",", ".").strip())
    except ValueError:
        value = 0.0
    if not least <= value <= most:
        raise WrongState(N_("La finesse est un nombre entre 0,2 et 5."))
    return value


def choose(rows: list[Any], asked: int | None) -> Any | None:
    """Return the cluster that the address asks for, else the next to review."""
    if asked is not None:
        return found(next((row for row in rows if row.id == asked), None))
    return next(iter(rank(rows)), None)


def find_cluster(cluster_id: int) -> Cluster:
    """Return a cluster, the page being of its campaign, or answer 404; its page may still have nothing to show."""
    cluster: Cluster = found(queries.clusters.find(cluster_id))
    g.campaign = found(queries.campaigns.find_of(cluster))
    return cluster

"""Ideas that nearly say the same, side by side: one press makes them one, another says that they are two."""

from typing import NamedTuple

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ideas.actions import pairing
from ideas.actions.merging import merge_ideas
from ideas.domain.errors import N_
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.http import paging
from ideas.http.access import carries, needs
from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.triage import NearPairLine
from ideas.web.forms import form_status
from ideas.web.labels import Closeness, tell_closeness
from ideas.web.page_context import find_campaign
from ideas.web.resending import does, shows_again
from ideas.web.triage.acting import bench_url, decide
from ideas.web.triage.blueprint import bp
from ideas.web.triage.forms import MergeForm, PairForm
from ideas.web.triage.members import PairCard, make_pair
from ideas.web.undo_notice import find_act_notice, list_own_acts

PAIRS = 5


class PairedIdea(NamedTuple):
    """One of two ideas, whole."""

    id: int
    title: str
    url: str
    lang: str
    text: str
    use: str
    vote_count: int
    is_kept: bool


class ReadPair(NamedTuple):
    """Two ideas side by side, the one that would be kept first."""

    card: PairCard
    ideas: list[PairedIdea]
    closeness: Closeness


@bp.get("/triage/doublons")
@carries("page")
@needs(Permission.TRIAGE)
def pairs() -> ResponseReturnValue:
    """The ideas that nearly say the same, the most alike first."""
    return _show_pairs()


def _show_pairs(problem: str = "") -> str:
    campaign = found(find_campaign())
    g.current = "triage"
    count = queries.triage.count_near_pairs(campaign)
    page, pages = paging.read_page(count, PAIRS)
    return render_template(
        "triage/pairs.html",
        pairs=_read_pairs(queries.triage.list_near_pairs(campaign, page=page, size=PAIRS), campaign),
        count=count,
        problem=problem,
        done=find_act_notice(list_own_acts(campaign)),
        page=page,
        pages=pages,
        page_url=lambda number: url_for("triage.pairs", page=number if number > 1 else None),
    )


def _read_pairs(found_pairs: list[NearPairLine], campaign: Campaign) -> list[ReadPair]:
    cards = [make_pair(pair) for pair in found_pairs]
    texts = {row.id: row for row in queries.triage.list_texts({one.id for card in cards for one in card[:2]}, campaign)}
    return [
        ReadPair(
            card,
            [
                PairedIdea(
                    one.id,
                    one.title,
                    idea_url(one.id, one.title),
                    foreign(texts[one.id].language),
                    texts[one.id].data_wanted,
                    texts[one.id].planned_use,
                    one.vote_count,
                    one is card.kept,
                )
                for one in (card.kept, card.other)
            ],
            tell_closeness(card.likeness),
        )
        for card in cards
    ]


def pair_url() -> str:
    """Return where to read on: at the subject whose pair it was, else at the next pair."""
    cluster_id = row_number(request.form.get("sujet"))
    return bench_url(cluster_id) if cluster_id else url_for("triage.pairs", page=request.form.get("page") or None)


@bp.post("/triage/fusion")
@needs(Permission.MODERATE)
@shows_again
def merge_pair() -> ResponseReturnValue:
    """Make one idea of two that say the same; no vote moves, and it is taken back by one press."""
    form = MergeForm()
    if not form.validate():
        return _show_pairs(" ".join(form.form_errors or [])), form_status(form)
    return decide(merge_ideas, form.other, form.kept.data, then=pair_url, refused=_show_pairs)


@bp.post("/triage/distinctes")
@needs(Permission.TRIAGE)
@does(N_("Dire que ces idées ne sont pas des doublons"))
def set_apart() -> ResponseReturnValue:
    """Say that two nearly equal ideas are not duplicates."""
    form = PairForm()
    return decide(pairing.mark_distinct, form.first.data, form.second.data, then=pair_url, refused=_show_pairs)

"""Second reading: two texts and nothing else, read by somebody who did not confirm their subject."""

from typing import Any, NamedTuple

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from ideas.actions.second_reading import draw_subjects, say_pair, take_back_pair
from ideas.actions.transaction import abandon_act
from ideas.domain.errors import N_, NotFound, RuleBroken
from ideas.domain.permissions import Permission
from ideas.domain.second_reading import count_drawn
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.languages import foreign
from ideas.http.refusals import found, say, status_of
from ideas.store import queries
from ideas.store.models import Campaign, SecondPair
from ideas.store.queries.second_readings import Progress
from ideas.web.forms import form_status
from ideas.web.page_context import find_campaign
from ideas.web.resending import does, shows_again
from ideas.web.triage.acting import lead_to
from ideas.web.triage.blueprint import bp
from ideas.web.triage.forms import SAID, SecondForm


class BlindText(NamedTuple):
    """One of two texts, whole: neither its number, nor its subject, nor its support."""

    title: str
    lang: str
    text: str
    use: str


@bp.get("/triage/seconde-lecture")
@carries()
@needs(Permission.TRIAGE)
def second_reading() -> ResponseReturnValue:
    """The next pair to read, or how the reading stands."""
    return _show()


def _show(problem: str = "") -> str:
    campaign = found(find_campaign())
    g.current = "triage"
    actor, last = find_actor(), queries.second_readings.find_draw(campaign)
    progress = queries.second_readings.count_progress(last.id, actor.id) if last else Progress(0, 0, 0)
    pair = queries.second_readings.find_next(last.id, actor.id) if last else None
    before = queries.second_readings.find_last_read(last.id, actor.id) if last else None
    return render_template(
        "triage/second_reading.html",
        draw=last,
        progress=progress,
        pair=pair,
        texts=_list_texts(pair, campaign) if pair else [],
        last_pair_id=before.id if before else 0,
        ready_count=0 if progress.left_count else _count_ready(campaign),
        count_drawn=count_drawn,
        problem=problem,
    )


def _list_texts(pair: SecondPair, campaign: Campaign) -> list[BlindText]:
    numbers = (pair.first_id, pair.second_id)
    titles = queries.subjects.list_titles(numbers)
    texts = {row.id: row for row in queries.triage.list_texts(numbers, campaign)}
    return [
        BlindText(titles[number][0], foreign(titles[number][1]), texts[number].data_wanted, texts[number].planned_use)
        for number in numbers
    ]


def _count_ready(campaign: Campaign) -> int:
    """Return how many confirmed subjects of two ideas at least may be drawn."""
    signed = [one.cluster_id for one in queries.second_readings.list_signed(campaign.id)]
    return sum(signed.count(number) > 1 for number in set(signed))


@bp.post("/triage/seconde-lecture")
@needs(Permission.TRIAGE)
@shows_again
def read_pair() -> ResponseReturnValue:
    """Say whether two ideas are about one object; the next pair follows."""
    form = SecondForm()
    if not form.validate():
        return _show(" ".join(form.form_errors or [])), form_status(form)
    return _do(say_pair, form.pair.data, is_same=SAID[form.verdict.data], actor=find_actor(), now=now())


@bp.post("/triage/seconde-lecture/<number:pair_id>/annulation")
@needs(Permission.TRIAGE)
@does(N_("Relire cette paire"))
def read_again(pair_id: int) -> ResponseReturnValue:
    """Take back what one said of a pair."""
    return _do(take_back_pair, pair_id, actor=find_actor())


@bp.post("/triage/seconde-lecture/tirage")
@needs(Permission.TRIAGE)
@does(N_("Tirer des sujets au sort"))
def draw_again() -> ResponseReturnValue:
    """Draw subjects to be read again."""
    return _do(draw_subjects, found(find_campaign()).id, actor=find_actor(), now=now())


def _do(act: Any, *given: Any, **facts: Any) -> ResponseReturnValue:
    try:
        act(*given, **facts)
    except NotFound:
        raise
    except RuleBroken as refusal:
        abandon_act()
        return _show(say(refusal)), status_of(refusal)
    return lead_to(url_for("triage.second_reading"))

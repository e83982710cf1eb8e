"""Waves: what the runs found, what is seen of the people behind, and what a person says each is."""

from typing import NamedTuple

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.waves import MOST_GATHERED, gather_wave, label_wave
from ideas.domain.errors import N_
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.domain.texts import excerpt
from ideas.domain.waves import LABEL_NAMES, WaveLabel
from ideas.http import paging
from ideas.http.access import carries, needs
from ideas.http.addresses import idea_url
from ideas.http.languages import foreign
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Campaign
from ideas.store.queries.waves import WaveLine, WaveText
from ideas.web.forms import form_status
from ideas.web.labels import StateTag
from ideas.web.page_context import find_campaign
from ideas.web.resending import does, shows_again
from ideas.web.subjects.presentation import name_subjects
from ideas.web.triage.acting import decide
from ideas.web.triage.blueprint import bp
from ideas.web.triage.forms import WaveForm, make_empty
from ideas.web.triage.members import MEMBERS
from ideas.web.undo_notice import find_act_notice, list_own_acts

WAVES, SUBJECTS, SHOWN = 10, 5, 300
KEYS = {WaveLabel.COORDINATED: "1", WaveLabel.CALL: "2", WaveLabel.UNRELATED: "3"}


class WaveCard(NamedTuple):
    """A wave, what it was called, and the subjects that hold most of it: (number, name, ideas)."""

    row: WaveLine
    label: StateTag
    subjects: list[tuple[int, str, int]]
    hours: int


class SaidText(NamedTuple):
    """A text of a wave, with its moment."""

    row: WaveText
    url: str
    lang: str
    text: str


@bp.get("/triage/vagues")
@carries("page")
@needs(Permission.TRIAGE)
def waves() -> ResponseReturnValue:
    """The waves of the campaign, those to read first."""
    campaign = found(find_campaign())
    g.current = "triage"
    count = queries.waves.count_all(campaign)
    page, pages = paging.read_page(count, WAVES)
    return render_template(
        "triage/waves.html",
        cards=_make_cards(queries.waves.list_page(campaign, page=page, size=WAVES), campaign),
        count=count,
        done=find_act_notice(list_own_acts(campaign)),
        page=page,
        pages=pages,
        page_url=lambda number: url_for("triage.waves", page=number if number > 1 else None),
    )


@bp.get("/triage/vagues/<number:wave_id>")
@carries("page")
@needs(Permission.TRIAGE)
def wave(wave_id: int) -> ResponseReturnValue:
    """One wave with its texts, in the order in which they came."""
    return _show_wave(wave_id)


def _show_wave(wave_id: int, form: WaveForm | None = None, problem: str = "") -> str:
    campaign = found(find_campaign())
    g.current = "triage"
    (card,) = _make_cards(queries.waves.list_page(campaign, only=wave_id), campaign) or [found(None)]
    page, pages = paging.read_page(card.row.idea_count, MEMBERS)
    return render_template(
        "triage/wave.html",
        card=card,
        form=form or make_empty(WaveForm),
        most_gathered=MOST_GATHERED,
        labels=[(code.value, gettext(name), KEYS[code]) for code, name in LABEL_NAMES.items()],
        texts=[
            SaidText(row, idea_url(row.id, row.title), foreign(row.language), excerpt(row.data_wanted, SHOWN))
            for row in queries.waves.list_texts(wave_id, page=page, size=MEMBERS)
        ],
        problem=problem,
        done=find_act_notice(list_own_acts(campaign)),
        page=page,
        pages=pages,
        page_url=lambda number: url_for("triage.wave", wave_id=wave_id, page=number if number > 1 else None),
    )


@bp.post("/triage/vagues/<number:wave_id>")
@needs(Permission.TRIAGE)
@shows_again
def say_wave(wave_id: int) -> ResponseReturnValue:
    """Say what a wave is."""
    form = WaveForm()
    if not form.validate():
        return _show_wave(wave_id, form), form_status(form)
    return decide(
        label_wave,
        wave_id,
        WaveLabel(form.label.data),
        note=form.note.data or "",
        version=form.version.data,
        then=lambda: url_for("triage.wave", wave_id=wave_id),
        refused=lambda why: _show_wave(wave_id, form, why),
    )


@bp.post("/triage/vagues/<number:wave_id>/reunion")
@needs(Permission.TRIAGE)
@does(N_("Réunir les idées de la vague dans un sujet"))
def gather_ideas(wave_id: int) -> ResponseReturnValue:
    """Put the ideas of a wave in the subject that holds most of them."""
    return decide(
        gather_wave,
        wave_id,
        then=lambda: url_for("triage.wave", wave_id=wave_id),
        refused=lambda why: _show_wave(wave_id, problem=why),
    )


def wave_url() -> str:
    """Return the wave that a form came from, else all of them."""
    number = row_number(request.form.get("vague"))
    return url_for("triage.wave", wave_id=number) if number else url_for("triage.waves")


def _make_cards(rows: list[WaveLine], campaign: Campaign) -> list[WaveCard]:
    touched = queries.waves.list_touched([row.id for row in rows], campaign.current_run_id) if rows else []
    kept = {row.id: [one for one in touched if one.wave_id == row.id][:SUBJECTS] for row in rows}
    numbers = {one.cluster_id for few in kept.values() for one in few}
    names = name_subjects(queries.clusters.list_current(campaign, only=sorted(numbers)) if numbers else [], campaign)
    return [
        WaveCard(
            row,
            _tag(row),
            [(one.cluster_id, names.get(one.cluster_id, ""), one.idea_count) for one in kept[row.id]],
            max(1, round((row.ended_at - row.began_at).total_seconds() / 3600)),
        )
        for row in rows
    ]


def _tag(row: WaveLine) -> StateTag:
    if row.label is WaveLabel.UNREAD:
        return StateTag(gettext("À relire"), "warn")
    return StateTag(gettext(LABEL_NAMES[row.label]), "plain")

"""Importing a file of ideas: bring it, say what its columns hold, have it checked, then imported once."""

import csv
import io
from pathlib import Path
from typing import Any, NamedTuple

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ideas.actions.file_imports import (
    LARGEST,
    PreviewRow,
    check_file,
    drop_file,
    launch_import,
    preview_rows,
    propose_columns,
    read_first_rows,
    receive_file,
)
from ideas.domain.errors import N_, RuleBroken, UnreadableFile
from ideas.domain.jobs import JobState, Kind
from ideas.domain.numbers import row_number
from ideas.domain.permissions import Permission
from ideas.domain.spreadsheets import mark_formula
from ideas.domain.texts import excerpt
from ideas.http.access import carries, needs
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.refusals import found, say
from ideas.store import queries
from ideas.store.models import FileImport
from ideas.web.forms import form_status
from ideas.web.owner.blueprint import bp, find_owned
from ideas.web.owner.campaigns import list_owned
from ideas.web.owner.import_forms import FileForm, MappingForm, make_mapping_form, name_target
from ideas.web.resending import does, shows_again
from ideas.web.security import takes_file
from ideas.web.triage.presentation import RunStatus, make_run_status

SHOWN_ROWS, SHOWN_FAULTS, LONGEST_CELL = 5, 20, 80
ENVELOPE = 100_000  # bytes of a form beside its file


class ImportLine(NamedTuple):
    """A file in the list of those that were brought."""

    brought: FileImport
    state: str
    url: str


class FaultLine(NamedTuple):
    """A row that cannot be imported: its place in the file, and why."""

    place: int
    why: str


class PreviewLine(NamedTuple):
    """A row as the idea that it becomes, or why it becomes none."""

    place: int
    title: str
    data_wanted: str
    planned_use: str
    why: str


@bp.route("/gestion/campagnes/<slug>/import", methods=["GET", "POST"])
@takes_file(LARGEST + ENVELOPE)
@needs(Permission.OWN)
@shows_again
def imports(slug: str) -> ResponseReturnValue:
    """The files that were brought, and the way to bring one."""
    campaign = find_owned(slug)
    form = FileForm()
    if form.validate_on_submit():
        given: dict[str, Any] = {"actor": find_actor(), "now": now(), "var": _find_var()}
        try:
            brought = receive_file(campaign.id, form.file.data.filename, form.file.data.stream, **given)
            return redirect(url_for(".file_import", slug=slug, import_id=brought.id), 303)
        except UnreadableFile as refusal:
            form.file.errors = [say(refusal)]
    lines = [_make_line(one, slug) for one in queries.file_imports.list_latest(campaign.id)]
    most = LARGEST // 1_000_000
    return render_template("owner/imports.html", form=form, slug=slug, lines=lines, most=most), form_status(form)


@bp.route("/gestion/campagnes/<slug>/import/<number:import_id>", methods=["GET", "POST"])
@carries("correspondance")
@needs(Permission.OWN)
@shows_again
def file_import(slug: str, import_id: int) -> ResponseReturnValue:
    """A file: what its columns hold, what the check found, what became of it."""
    brought = _find(slug, import_id)
    form = _make_form(brought)
    if form.validate_on_submit():
        given: dict[str, Any] = {"actor": find_actor(), "now": now(), "save_as": form.save_as.data or ""}
        check_file(brought.id, form.mapping, form.options, **given)
        return redirect(url_for(".file_import", slug=slug, import_id=import_id), 303)
    return _show(brought, slug, form), form_status(form)


@bp.post("/gestion/campagnes/<slug>/import/<number:import_id>/lancement")
@needs(Permission.OWN)
@does(N_("Importer les idées"))
def launch(slug: str, import_id: int) -> ResponseReturnValue:
    """Import a file that was checked."""
    launch_import(_find(slug, import_id).id, actor=find_actor(), now=now())
    return redirect(url_for(".file_import", slug=slug, import_id=import_id), 303)


@bp.post("/gestion/campagnes/<slug>/import/<number:import_id>/abandon")
@needs(Permission.OWN)
@does(N_("Abandonner ce fichier"))
def drop(slug: str, import_id: int) -> ResponseReturnValue:
    """Forget a file without importing it."""
    drop_file(_find(slug, import_id).id, actor=find_actor(), now=now(), var=_find_var())
    flash(gettext("Le fichier est effacé ; rien n’en est importé."), "success")
    return redirect(url_for(".imports", slug=slug), 303)


@bp.get("/gestion/campagnes/<slug>/import/<number:import_id>/fautes.csv")
@needs(Permission.OWN)
def faults(slug: str, import_id: int) -> ResponseReturnValue:
    """The rows that cannot be imported, for whoever mends the file."""
    report = _find(slug, import_id).report
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([gettext("Ligne"), gettext("Raison")])
    table.writerows([one.place, mark_formula(one.why)] for one in _list_faults(report))
    headers = {"Content-Disposition": f'attachment; filename="fautes-{import_id}.csv"'}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)


def _find(slug: str, import_id: int) -> FileImport:
    return found(queries.file_imports.find(import_id, find_owned(slug).id))


def _find_var() -> str:
    return str(current_app.config["IDEAS"].var)


def _make_form(brought: FileImport) -> MappingForm:
    rows = read_first_rows(brought, _find_var())
    columns = list(dict.fromkeys(name for _place, row in rows for name in row))
    saved = next((one for one in _list_saved() if one.id == row_number(request.args.get("correspondance"))), None)
    mapping = saved.mapping if saved else brought.mapping or propose_columns(columns)
    shown = {"source": Path(brought.name).name.split(".")[0], **brought.options}
    return make_mapping_form(columns, mapping, **shown)


def _list_saved() -> list[Any]:
    return queries.file_imports.list_mappings([one.id for one in list_owned()])


def _show(brought: FileImport, slug: str, form: MappingForm) -> str:
    job = queries.jobs.find_latest(Kind.IMPORT_FILE, brought.id)
    status = make_run_status(job, now())
    rows = read_first_rows(brought, _find_var())
    examples = [_find_example(column, rows) for column in form.columns]
    report = brought.report
    return render_template(
        "owner/file_import.html",
        brought=brought,
        form=form,
        slug=slug,
        lines=list(zip(form.selects, examples, strict=True)),
        saved=_list_saved(),
        status=status,
        is_busy=_is_busy(status),
        is_check=bool(job and job.parameters.get("dry_run")),
        refusal=_say(*report["refusal"]) if "refusal" in report else "",
        faults=_list_faults(report)[:SHOWN_FAULTS],
        preview=[_preview(one) for one in preview_rows(brought, _find_var())[:SHOWN_ROWS]]
        if brought.checked_at
        else [],
        left_out=[(name_target(name), count) for name, count in report.get("left_out", {}).items()],
    )


def _is_busy(status: RunStatus | None) -> bool:
    return status is not None and status["state"] != JobState.FAILED


def _make_line(brought: FileImport, slug: str) -> ImportLine:
    url = url_for(".file_import", slug=slug, import_id=brought.id)
    return ImportLine(brought, _tell_state(brought), url)


def _tell_state(brought: FileImport) -> str:
    if brought.ended_at is not None:
        return gettext("Importé") if "added" in brought.report else gettext("Effacé sans être importé")
    if _is_busy(make_run_status(queries.jobs.find_latest(Kind.IMPORT_FILE, brought.id), now())):
        return gettext("En cours")
    return gettext("Vérifié, à importer") if brought.checked_at else gettext("Colonnes à vérifier")


def _find_example(column: str, rows: list[tuple[int, dict[str, Any]]]) -> str:
    """Return what a column holds in the first row that has something there."""
    value = next((row[column] for _place, row in rows if row.get(column)), "")
    return excerpt(str(value), LONGEST_CELL)


def _list_faults(report: dict[str, Any]) -> list[FaultLine]:
    return [FaultLine(place, " ; ".join(_tell_fault(*fault) for fault in why)) for place, why in report.get("bad", [])]


def _tell_fault(name: str, message: str, facts: dict[str, Any]) -> str:
    words = _say(message, facts)
    return gettext("%(field)s : %(why)s", field=name_target(name), why=words) if name else words


def _say(message: str, facts: dict[str, Any]) -> str:
    return say(RuleBroken(message, **facts))


def _preview(row: PreviewRow) -> PreviewLine:
    title, data, use = (excerpt(text, LONGEST_CELL) for text in row.texts)
    return PreviewLine(row.place, title, data, use, " ; ".join(_tell_fault(*fault) for fault in row.faults))

"""The open data: editions, their files, what each column means."""

from typing import Any, NamedTuple

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from ideas.actions.editions import LONGEST_REASON, clean_reason, edition_folder, withdraw_edition
from ideas.domain.errors import N_, Gone
from ideas.domain.permissions import Permission
from ideas.exports.tables import TABLES
from ideas.http.access import needs, public
from ideas.http.actor import find_actor
from ideas.http.clock import now
from ideas.http.etag import make_conditional
from ideas.http.languages import find_language, say_day
from ideas.http.refusals import found
from ideas.store import queries
from ideas.store.models import Edition
from ideas.web.forms import Fits, PageForm, form_status, said_beside
from ideas.web.page_context import find_campaign
from ideas.web.resending import shows_again

bp = Blueprint("editions", __name__)

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "py": "text/plain; charset=utf-8",
    "zip": "application/zip",
}
WITHDRAWN = N_("Cette édition a été retirée le %(day)s : %(reason)s")


class WithdrawalForm(PageForm):
    """Why an edition is withdrawn."""

    reason = TextAreaField(_l("Raison"), [Fits(LONGEST_REASON)], render_kw={"aria-required": "true"})
    erase = BooleanField(_l("Effacer aussi les fichiers du serveur, définitivement"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.reason.flags.required = True

    def validate_reason(self, field: Any) -> None:
        """Ask for a reason."""
        with said_beside():
            clean_reason(field.data)


@bp.get("/donnees")
@public
def index() -> ResponseReturnValue:
    """Every edition of this campaign with its files, and the data dictionary."""
    g.current = "donnees"
    campaign = find_campaign()
    editions = queries.editions.list_all(campaign.id) if campaign else []
    return make_conditional(
        render_template(
            "editions/index.html",
            editions=[(edition, slug, _list_files(edition, slug)) for edition, slug, _title in editions],
            tables=_describe_tables(),
        )
    )


class FileLine(NamedTuple):
    """A file of an edition, as `file_list` takes it; `size` is in bytes."""

    name: str
    url: str
    size: int
    sha256: str
    format: str


def _list_files(edition: Edition, slug: str) -> list[FileLine]:
    """Return the files of an edition, by name."""
    return [
        FileLine(
            name=name,
            url=url_for(".download", slug=slug, number=edition.number, name=name),
            size=file["size"],
            sha256=file["sha256"],
            format=name.rpartition(".")[2].upper() if "." in name else "",
        )
        for name, file in sorted(edition.files.items(), key=lambda item: item[0].lower())
    ]


def _describe_tables() -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Return the data dictionary in the reader's language: name, title and columns of each table."""
    in_french = find_language() == "fr"
    return [
        (
            table.name,
            table.titre if in_french else table.title,
            [(one.name, one.type, one.titre if in_french else one.description) for one in table.columns],
        )
        for table in TABLES
    ]


@bp.route("/donnees/<slug>/<number:number>/retrait", methods=["GET", "POST"])
@needs(Permission.OWN)
@shows_again
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Ask for the reason, and stop serving the files of an edition."""
    g.current = "donnees"
    edition = found(queries.editions.find(slug, number))
    form = WithdrawalForm()
    if form.validate_on_submit():
        withdraw_edition(
            slug,
            number,
            reason=form.reason.data,
            actor=find_actor(),
            now=now(),
            var=_var(),
            erase=form.erase.data,
        )
        flash(gettext("L’édition n° %(number)s est retirée.", number=number), "success")
        return redirect(url_for(".index"), 303)
    page = render_template("editions/withdraw.html", edition=edition, slug=slug, form=form)
    return page, form_status(form)


@bp.get("/donnees/<slug>/<number:number>/<name>")
@public
def download(slug: str, number: int, name: str) -> ResponseReturnValue:
    """One file of an edition; it never changes, but it may be withdrawn: whoever kept it asks again."""
    edition = found(queries.editions.find(slug, number))
    file = found(edition.files.get(name))
    if edition.withdrawn_at is not None:
        raise Gone(WITHDRAWN, day=say_day(edition.withdrawn_at), reason=edition.withdrawal_reason)
    ending = name.rpartition(".")[2]
    response = send_from_directory(
        edition_folder(_var(), slug, number).absolute(),
        name,
        mimetype=KINDS.get(ending, "text/plain; charset=utf-8"),
        as_attachment=ending in ("csv", "jsonl", "zip"),
        etag=file["sha256"],
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _var() -> str:
    return str(current_app.config["IDEAS"].var)

"""Publishing the results of a campaign: numbered, frozen, the same bytes for the same data."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.decisions import record_decision
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Operator
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound, RuleBroken, WrongState
from ideas.domain.jobs import Kind
from ideas.domain.permissions import Permission, Subject, check_can
from ideas.domain.personal import find_removed
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.exports.files import FileFacts, check_may_be_replaced, write_edition
from ideas.exports.tables import TABLES, Figure, make_figures
from ideas.exports.unfinished import put_in_place, unfinished_folder
from ideas.retrieval.search import is_said
from ideas.store import queries
from ideas.store.database import db, reading
from ideas.store.models import Campaign, Decision, Edition, Job
from ideas.store.visibility import Actor

LONGEST_REASON = 500
TRIES = 5


class Outdated(Exception):
    """An idea was taken offline while the files of an edition were written: they must not be published."""


def write_edition_files(campaign: Campaign, folder: Path) -> dict[str, FileFacts]:
    """Write a campaign's results into `folder`, whole or not at all; return file name → size and hash.

    Nothing is published by it, and nobody who writes waits for it. Raises `WrongState` when the folder holds anything
    but an earlier export.
    """
    folder = folder.resolve()
    check_may_be_replaced(folder)
    with unfinished_folder(folder.parent) as work:
        with reading():
            files = _write_files(campaign, work)
        put_in_place(work, folder)
        return files


def stream_table(campaign: Campaign, table: str, format_: str) -> Iterator[str]:
    """Yield one file of a campaign's results as it is read, in bounded memory; nobody who writes waits for it."""
    with reading():
        yield from next(one for one in TABLES if one.name == table).stream(ROWS[table](campaign), format_)


def _write_files(campaign: Campaign, work: Path) -> dict[str, FileFacts]:
    described = {
        "slug": campaign.slug,
        "title": campaign.title,
        "question": campaign.question,
        "register_head": queries.decisions.find_head(campaign.id)[1],
    }
    return write_edition(work, described, {name: read(campaign) for name, read in ROWS.items()})


def _list_clusters(campaign: Campaign) -> list[queries.editions.ClusterRow]:
    """List the clusters, without the keywords that only ideas since hidden had."""
    rows = list(queries.editions.stream_clusters(campaign))
    torn = [row.id for row in rows if row.size != row.idea_count]
    said = queries.members.list_member_stems(torn, campaign.current_run_id) if torn else {}
    return [_mend(row, said.get(row.id, [])) if row.id in torn else row for row in rows]


def _mend(row: queries.editions.ClusterRow, members: list[str]) -> queries.editions.ClusterRow:
    return row._replace(keywords=[word for word in row.keywords if is_said(word, members)])


def _make_figures(campaign: Campaign) -> list[Figure]:
    return make_figures(queries.editions.count_for_figures(campaign))


def _list_decisions(campaign: Campaign) -> Iterator[queries.editions.DecisionRow]:
    """Yield the register, without the salt of a note that is not published as it was written: its hash tells nothing.

    Whoever knew the salt could try the ten million telephone numbers that may have stood there.
    """
    for row in queries.editions.stream_decisions(campaign):
        is_whole = not row.note or next(find_removed(row.note), None) is None
        yield row if is_whole else row._replace(note_salt="")


ROWS: dict[str, Callable[[Campaign], Iterable[Any]]] = {
    "ideas": queries.editions.stream_ideas,
    "clusters": _list_clusters,
    "decisions": _list_decisions,
    "figures": _make_figures,
    "uses": queries.editions.stream_uses,
    "comments": queries.editions.stream_comments,
}


def ask_edition(campaign_id: int, *, actor: Actor, now: datetime) -> Job:
    """Ask the worker for the next edition, and return what was asked for; one is live at a time."""
    return jobs.ask(Kind.PUBLISH_EDITION, campaign_id, actor=actor, subject=Subject(campaign_id), now=now)


def publish_edition(
    campaign_id: int, *, now: datetime, var: str, actor: Actor | None = None, lease: jobs.Lease | None = None
) -> Edition:
    """Freeze the results as the next edition: its files from a snapshot, then the decision and the row in one act.

    What a `lease` was taken for is done by the same commit, so that no edition is published twice. Files in which an
    idea stands that was taken offline since are written again; raises `WrongState` when that never ends.
    """
    actor = actor or Operator()
    check_can(actor, Permission.OWN, Subject(campaign_id))
    for _ in range(TRIES):
        try:
            return _publish(campaign_id, actor=actor, now=now, var=var, lease=lease)
        except Outdated:
            continue
    raise WrongState(N_("Des idées sont retirées pendant que l’édition s’écrit : recommencez dans un moment."))


def _publish(campaign_id: int, *, actor: Actor, now: datetime, var: str, lease: jobs.Lease | None) -> Edition:
    campaign = db.session.get_one(Campaign, campaign_id)
    editions = edition_folder(var, campaign.slug, 0).parent
    with unfinished_folder(editions) as work:
        with reading():
            seen = _count_taken_offline(campaign_id), _count_published(campaign)
            files = _write_files(campaign, work)
        return _show(campaign_id, work, editions, files, seen, actor=actor, now=now, lease=lease)


@transaction()
def _show(
    campaign_id: int,
    work: Path,
    editions: Path,
    files: dict[str, FileFacts],
    seen: tuple[int, int],
    *,
    actor: Actor,
    now: datetime,
    lease: jobs.Lease | None,
) -> Edition:
    """Give the files that stand in `work` the next number; they are in place before the row that shows them is kept.

    Files that a crash left there without a row are replaced.
    """
    db.session.execute(sa.select(Campaign.id).where(Campaign.id == campaign_id).with_for_update())
    taken_offline_count, idea_count = seen
    if _count_taken_offline(campaign_id) != taken_offline_count:
        raise Outdated
    last = sa.select(sa.func.max(Edition.number)).where(Edition.campaign_id == campaign_id)
    number = (db.session.scalar(last) or 0) + 1
    record_decision(DecisionKind.PUBLISH_EDITION, actor, permission=Permission.OWN, campaign_id=campaign_id, now=now)
    edition = Edition(
        campaign_id=campaign_id,
        number=number,
        published_at=now,
        idea_count=idea_count,
        sha256=hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest(),
        files=files,
    )
    db.session.add(edition)
    if lease is not None:
        jobs.finish(lease, now=now, outcome={"number": number})
    db.session.flush()
    put_in_place(work, editions / str(number))
    return edition


def _count_taken_offline(campaign_id: int) -> int:
    away = Decision.kind.in_((DecisionKind.HIDE, DecisionKind.WITHDRAW, DecisionKind.REDACT, DecisionKind.HIDE_COMMENT))
    query = sa.select(sa.func.count()).where(Decision.campaign_id == campaign_id, away)
    return db.session.scalar(query) or 0


def withdraw_edition(
    slug: str, number: int, *, reason: str, actor: Actor, now: datetime, var: str, erase: bool = False
) -> Decision:
    """Stop serving the files of an edition, for a reason that the register and the page of editions show.

    `erase` also removes them from the disk, once the withdrawal is kept. Raises `NotAllowed` unless `actor` owns
    campaigns, `NotFound`, `AlreadyDone` when somebody withdrew it first, `RuleBroken` without a reason.
    """
    decision = _withdraw(slug, number, reason=reason, actor=actor, now=now)
    if erase:
        shutil.rmtree(edition_folder(var, slug, number), ignore_errors=True)
    return decision


@transaction()
def _withdraw(slug: str, number: int, *, reason: str, actor: Actor, now: datetime) -> Decision:
    edition = queries.editions.find(slug, number)
    if edition is None:
        raise NotFound(N_("Cette édition n’existe pas."))
    reason = clean_reason(reason)
    decision = record_decision(
        DecisionKind.WITHDRAW_EDITION,
        actor,
        permission=Permission.OWN,
        campaign_id=edition.campaign_id,
        now=now,
        note=f"n° {number} : {reason}",
    )
    withdrawn = db.session.execute(
        sa.update(Edition)
        .where(Edition.id == edition.id, Edition.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawal_reason=reason)
        .returning(Edition.id)
    ).scalar()
    if withdrawn is None:
        raise AlreadyDone(N_("Cette édition est déjà retirée."))
    return decision


def clean_reason(given: str | None) -> str:
    """Return the reason of a withdrawal on one line; raise `RuleBroken` when it is missing or cannot be kept."""
    reason = one_line(clean_text(given))
    if not reason:
        raise RuleBroken(N_("Dites pourquoi cette édition est retirée : la raison sera publique."))
    check_text(reason, longest=LONGEST_REASON)
    return reason


def edition_folder(var: str, slug: str, number: int) -> Path:
    """Return where the files of an edition are kept."""
    return Path(var) / "editions" / slug / str(number)


def _count_published(campaign: Campaign) -> int:
    return queries.lists.count_all(campaign, queries.lists.Wanted())

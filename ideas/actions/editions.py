"""Publishing the results of a campaign: numbered, frozen, the same bytes for the same data."""

import hashlib
import json
import shutil
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.decisions import record_decision
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Operator
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound, RuleBroken
from ideas.domain.jobs import Kind
from ideas.domain.permissions import Permission, Subject
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.exports.files import FileFacts, write_edition
from ideas.exports.tables import make_figures
from ideas.retrieval.search import is_said
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Edition, Job
from ideas.store.visibility import Actor

LONGEST_REASON = 500


def write_edition_files(campaign: Campaign, folder: Path) -> dict[str, FileFacts]:
    """Write a campaign's results into `folder`; return file name → size and hash. Nothing is published by it."""
    described = {"slug": campaign.slug, "title": campaign.title, "question": campaign.question}
    rows = {
        "ideas": queries.editions.stream_ideas(campaign),
        "clusters": _list_clusters(campaign),
        "decisions": queries.editions.stream_decisions(campaign),
        "figures": make_figures(queries.editions.count_for_figures(campaign)),
    }
    return write_edition(folder, described, rows)


def _list_clusters(campaign: Campaign) -> list[queries.editions.ClusterRow]:
    """List the clusters, without the keywords that only ideas since hidden had."""
    rows = list(queries.editions.stream_clusters(campaign))
    torn = [row.id for row in rows if row.size != row.idea_count]
    said = queries.clusters.list_member_stems(torn, campaign.current_run_id) if torn else {}
    return [_mend(row, said.get(row.id, [])) if row.id in torn else row for row in rows]


def _mend(row: queries.editions.ClusterRow, members: list[str]) -> queries.editions.ClusterRow:
    return row._replace(keywords=[word for word in row.keywords if is_said(word, members)])


def ask_edition(campaign_id: int, *, actor: Actor, now: datetime) -> Job:
    """Ask the worker for the next edition, and return what was asked for; one is live at a time."""
    return jobs.ask(Kind.PUBLISH_EDITION, campaign_id, actor=actor, subject=Subject(campaign_id), now=now)


@transaction()
def publish_edition(
    campaign_id: int, *, now: datetime, var: str, actor: Actor | None = None, lease: jobs.Lease | None = None
) -> Edition:
    """Freeze the results as the next edition: the decision, the files, the row, in this order and one commit.

    The files are in place before the row that shows them; files that a crash left without a row are overwritten.
    What a `lease` was taken for is done by the same commit, so that no edition is published twice.
    """
    campaign = db.session.get_one(Campaign, campaign_id)
    db.session.execute(sa.select(Campaign.id).where(Campaign.id == campaign_id).with_for_update())
    last = sa.select(sa.func.max(Edition.number)).where(Edition.campaign_id == campaign_id)
    number = (db.session.scalar(last) or 0) + 1
    record_decision(
        DecisionKind.PUBLISH_EDITION, actor or Operator(), permission=Permission.OWN, campaign_id=campaign_id, now=now
    )
    folder = edition_folder(var, campaign.slug, number)
    shutil.rmtree(folder, ignore_errors=True)
    files = write_edition_files(campaign, folder)
    edition = Edition(
        campaign_id=campaign_id,
        number=number,
        published_at=now,
        idea_count=_count_published(campaign),
        sha256=hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest(),
        files=files,
    )
    db.session.add(edition)
    if lease is not None:
        jobs.finish(lease, now=now, outcome={"number": number})
    db.session.flush()
    return edition


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
    return queries.ideas.count_all(campaign, queries.ideas.Wanted())

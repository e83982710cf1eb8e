"""Opening a campaign and closing it: closing is an act of its owner, not the mere passing of a date."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ideas.actions.decisions import record_decision
from ideas.actions.transaction import transaction
from ideas.domain.campaign_texts import LONGEST, OWN, TextKind, check_text_kept, text_key
from ideas.domain.campaigns import check_campaign
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound
from ideas.domain.permissions import Permission
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.store.database import db
from ideas.store.models import Campaign, Decision
from ideas.store.visibility import Actor


@transaction()
def create_campaign(
    *,
    slug: str,
    title: str,
    question: str,
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    ideas_close_at: datetime | None = None,
    introduction: str = "",
) -> Campaign:
    """Announce a campaign; raises `RuleBroken` when it cannot be so, `AlreadyDone` when its name is taken."""
    title, question = one_line(clean_text(title)), one_line(clean_text(question))
    introduction = clean_text(introduction)
    check_campaign(
        slug=slug,
        title=title,
        question=question,
        opens_at=opens_at,
        closes_at=closes_at,
        ideas_close_at=ideas_close_at,
    )
    check_text(title, longest=LONGEST[TextKind.TITLE])
    check_text(question, longest=LONGEST[TextKind.QUESTION])
    check_text(introduction, longest=LONGEST[TextKind.INTRODUCTION])
    campaign = Campaign(
        slug=slug,
        title=title,
        question=question,
        introduction=introduction,
        opens_at=opens_at,
        ideas_close_at=ideas_close_at,
        closes_at=closes_at,
        created_at=now,
    )
    db.session.add(campaign)
    try:
        db.session.flush()
    except IntegrityError:
        raise AlreadyDone(N_("Une campagne porte déjà l’identifiant « %(slug)s »."), slug=slug) from None
    return campaign


@transaction()
def write_campaign_text(
    campaign_id: int, kind: TextKind, language: str, text: str, *, is_plain: bool = False
) -> Campaign:
    """Have a campaign say `text`, or nothing any more when it is empty; raises `NotFound`, `RuleBroken`, `Limited`."""
    campaign = db.session.get(Campaign, find_campaign_number(campaign_id))
    assert campaign is not None
    text = (
        clean_text(text)
        if kind in (TextKind.INTRODUCTION, TextKind.RULES, TextKind.HELP)
        else one_line(clean_text(text))
    )
    check_text_kept(kind, language, text, is_plain=is_plain)
    check_text(text, longest=LONGEST[kind])
    if kind in OWN and language == "fr" and not is_plain:
        setattr(campaign, kind.value, text)
        return campaign
    key = text_key(kind, language, is_plain=is_plain)
    others = {place: said for place, said in campaign.texts.items() if place != key}
    campaign.texts = others | ({key: text} if text else {})
    return campaign


@transaction()
def close_campaign(campaign_id: int, *, actor: Actor, now: datetime, note: str = "") -> Decision:
    """Close a campaign at `now`, before or after its date: ideas and votes are no longer taken, a decision says so.

    Raises `NotAllowed` unless `actor` owns campaigns, `AlreadyDone` when somebody closed it first.
    """
    decision = record_decision(
        DecisionKind.CLOSE_CAMPAIGN,
        actor,
        campaign_id=find_campaign_number(campaign_id),
        now=now,
        permission=Permission.OWN,
        note=note,
    )
    closed = db.session.execute(
        sa.update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.closed_at.is_(None))
        .values(closed_at=now)
        .returning(Campaign.id)
    ).scalar()
    if closed is None:
        raise AlreadyDone(N_("Cette campagne est déjà close."))
    return decision


def find_campaign_number(campaign_id: int) -> int:
    """Return the number of a campaign that exists, or raise `NotFound`."""
    if db.session.get(Campaign, campaign_id) is None:
        raise NotFound(N_("Cette campagne n’existe pas."))
    return campaign_id

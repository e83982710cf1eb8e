"""Announcing a campaign, its texts, its dates, and whether it takes comments."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from ideas.actions.decisions import record_decision
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Operator
from ideas.domain.campaign_texts import LONGEST, OWN, TextKind, check_text_kept, text_key
from ideas.domain.campaigns import check_campaign, check_new_dates, check_new_moderation, describe_dates
from ideas.domain.clusters import GRAIN_NAMES, Grain
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound
from ideas.domain.permissions import EVERYWHERE, Permission, Subject, check_can
from ideas.domain.publication import Moderation
from ideas.domain.texts import check_text, clean_text, one_line
from ideas.store.database import db
from ideas.store.models import Campaign, Decision
from ideas.store.visibility import Actor

NO_CAMPAIGN = N_("Cette campagne n’existe pas.")


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
    actor: Actor | None = None,
) -> Campaign:
    """Announce a campaign; raises `RuleBroken` when it cannot be so, `AlreadyDone` when its name is taken.

    Raises `NotAllowed` unless `actor` (an operator when none is given) owns campaigns, and not one of them alone.
    """
    check_can(actor or Operator(), Permission.OWN, EVERYWHERE)
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
    campaign_id: int,
    kind: TextKind,
    language: str,
    text: str,
    *,
    is_plain: bool = False,
    actor: Actor | None = None,
) -> Campaign:
    """Have a campaign say `text`, or nothing any more when it is empty.

    Raises `NotFound`, `NotAllowed` unless `actor` (an operator when none is given) owns it, `RuleBroken`, `Limited`.
    """
    campaign = _lock_owned(campaign_id, actor or Operator())
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
def write_campaign_texts(
    campaign_id: int, language: str, texts: Mapping[tuple[TextKind, bool], str], *, actor: Actor
) -> None:
    """Have a campaign say several texts of one language, by kind and whether they are in plain words."""
    for (kind, is_plain), text in texts.items():
        write_campaign_text(campaign_id, kind, language, text, is_plain=is_plain, actor=actor)


@transaction()
def change_dates(
    campaign_id: int,
    *,
    opens_at: datetime,
    closes_at: datetime,
    ideas_close_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Decision | None:
    """Change when a campaign opens and closes; the register says so, unless nothing changes.

    Raises `NotAllowed` unless `actor` owns it, `Closed` once it is closed, `RuleBroken` for dates that cannot be.
    """
    campaign = _lock_owned(campaign_id, actor)
    check_new_dates(campaign, opens_at, ideas_close_at, closes_at, now)
    dates = opens_at, ideas_close_at, closes_at
    if dates == (campaign.opens_at, campaign.ideas_close_at, campaign.closes_at):
        return None
    campaign.opens_at, campaign.ideas_close_at, campaign.closes_at = dates
    return record_decision(
        DecisionKind.CHANGE_DATES,
        actor,
        permission=Permission.OWN,
        campaign_id=campaign_id,
        now=now,
        note=describe_dates(*dates),
    )


@transaction()
def change_moderation(
    campaign_id: int, moderation: Moderation, *, reason: str, actor: Actor, now: datetime
) -> Decision | None:
    """Have the ideas of a campaign read before they are public, or after; the register says so, unless it was so.

    Raises `NotAllowed` unless `actor` owns it, `RuleBroken` once it has opened and no reason is given. What waits
    already goes on waiting, and what is online stays there.
    """
    campaign = _lock_owned(campaign_id, actor)
    if campaign.moderation is moderation:
        return None
    check_new_moderation(campaign, reason, now)
    campaign.moderation = moderation
    kind = DecisionKind.REVIEW_AFTER if moderation is Moderation.AFTER else DecisionKind.REVIEW_BEFORE
    return record_decision(kind, actor, permission=Permission.OWN, campaign_id=campaign_id, now=now, note=reason)


@transaction()
def change_grain(campaign_id: int, grain: Grain, *, actor: Actor, now: datetime) -> Decision | None:
    """Have the next runs of a campaign make wider or finer subjects; the register says so, unless it was so.

    Raises `NotAllowed` unless `actor` owns it. What everybody sees stays until a proposal is accepted.
    """
    campaign = _lock_owned(campaign_id, actor)
    if campaign.grain is grain:
        return None
    note = f"{GRAIN_NAMES[campaign.grain]} → {GRAIN_NAMES[grain]}"
    campaign.grain = grain
    kind = DecisionKind.CHANGE_GRAIN
    return record_decision(kind, actor, permission=Permission.OWN, campaign_id=campaign_id, now=now, note=note)


@transaction()
def allow_comments(campaign_id: int, *, is_allowed: bool, actor: Actor, now: datetime) -> Decision | None:
    """Have a campaign take comments on its ideas, or no new ones; the register says so, unless it was so.

    Raises `NotFound`, `NotAllowed` unless `actor` owns it. Those that are online stay.
    """
    campaign = _lock_owned(campaign_id, actor)
    if campaign.takes_comments is is_allowed:
        return None
    campaign.takes_comments = is_allowed
    kind = DecisionKind.TAKE_COMMENTS if is_allowed else DecisionKind.STOP_COMMENTS
    return record_decision(kind, actor, permission=Permission.OWN, campaign_id=campaign_id, now=now)


def _lock_owned(campaign_id: int, actor: Actor) -> Campaign:
    """Return a campaign as it is now, held for `actor`, its owner; raises `NotAllowed`, then `NotFound`."""
    check_can(actor, Permission.OWN, Subject(campaign_id))
    campaign = db.session.get(Campaign, campaign_id, with_for_update=True, populate_existing=True)
    if campaign is None:
        raise NotFound(NO_CAMPAIGN)
    return campaign


def find_campaign_number(campaign_id: int) -> int:
    """Return the number of a campaign that exists, or raise `NotFound`."""
    if db.session.get(Campaign, campaign_id) is None:
        raise NotFound(NO_CAMPAIGN)
    return campaign_id

"""Saying whether an answer was useful: those who asked are asked, once an answer, and may think again."""

from datetime import datetime

from ideas.actions.transaction import transaction
from ideas.domain.errors import N_, NotFound
from ideas.store import queries
from ideas.store.database import advisory_lock, db
from ideas.store.models import Answer, AnswerOpinion, Campaign


@transaction(is_public=False)
def give_opinion(answer_id: int, *, is_useful: bool, person_id: int, now: datetime) -> None:
    """Keep what a person thinks of an answer to an idea that they wrote or support; raises `NotFound`.

    Readers are sent new pages only when a share that they see has changed.
    """
    if queries.opinions.find_asked(answer_id, person_id) is None:
        raise NotFound(N_("Cette réponse n’est pas à une idée que vous avez écrite ou que vous soutenez."))
    answer = db.session.get_one(Answer, answer_id)
    campaign = db.session.get_one(Campaign, answer.campaign_id)
    # Two that come at once would each see the share without the other, and neither would say that it changed.
    advisory_lock(f"opinions on the answers of {campaign.id}")
    before = queries.opinions.list_shares(campaign)
    said = db.session.get(AnswerOpinion, (answer_id, person_id), populate_existing=True)
    if said is None:
        said = AnswerOpinion(answer_id=answer_id, person_id=person_id)
        db.session.add(said)
    said.is_useful, said.given_at = is_useful, now
    db.session.flush()
    if queries.opinions.list_shares(campaign) != before:
        _show_new_shares()


@transaction()
def _show_new_shares() -> None:
    """Have readers ask again for what they keep."""

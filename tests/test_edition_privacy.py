"""Whatever the database holds, no mail address and no telephone number leaves with an edition."""

import json

import sqlalchemy as sa

from ideas.actions.editions import write_edition_files
from ideas.actions.regrouping import regroup
from ideas.exports.columns import CHANGED
from ideas.store.database import db
from ideas.store.models import Answer, Campaign, Cluster, Decision, Idea, Producer, RunCluster
from tests.exports.test_privacy import CLOSED, MAIL, TELEPHONE, TYPED
from tests.factories import make_campaign, make_idea, make_producer, now


def fill(table, *kept):
    """Put an address and a number in each text of the rows of a table that is not held to a list."""
    texts = [
        column
        for column in table.__table__.columns
        if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum) and not column.foreign_keys
    ]
    db.session.execute(
        sa.update(table).values({one.name: say(one) for one in texts if one.name not in {*CLOSED, *kept}})
    )


def say(column):
    """What is typed in a column, as long as it may be."""
    if column.name.endswith("_url"):
        return f"https://x.example/?a={MAIL}"
    return TYPED if (column.type.length or 1_000) >= len(TYPED) else MAIL


def test_no_text_of_any_table_takes_an_address_or_a_number_out(app, tmp_path):
    campaign = make_campaign()
    for place in ("Lyon", "Brest", "Nice"):
        make_idea(campaign=campaign, title=f"Bus de nuit, {place}", show_organisation=True, producer_id=None)
    producer = make_producer()
    answer = Answer(campaign_id=campaign.id, text="x", reason="", legal_basis="", dataset_url="")
    db.session.add(answer)
    db.session.flush()
    db.session.execute(sa.update(Idea).values(producer_id=producer.id, answer_id=answer.id))
    db.session.add(Decision(campaign_id=campaign.id, kind="publish", role="owner", decided_at=now()))
    db.session.commit()
    regroup(campaign.id, now=now())
    for table in (Idea, Answer, Cluster, Decision, Producer):
        fill(table, "import_key", "search_text", "form_key", "note_salt", "note_hash", "line_hash")
    db.session.execute(sa.update(RunCluster).values(keywords=[MAIL, TELEPHONE]))
    db.session.commit()
    write_edition_files(db.session.get(Campaign, campaign.id), tmp_path / "edition")
    for path in (tmp_path / "edition").iterdir():
        content = path.read_bytes() if path.suffix != ".zip" else b""
        assert b"zythum" not in content and b"98 76" not in content, path.name
    ideas = [json.loads(line) for line in (tmp_path / "edition" / "ideas.jsonl").read_text().splitlines()]
    assert ideas and all(row[CHANGED] for row in ideas)

"""Migrations lead to the models, up and down, with rows in the tables, on both engines."""

import json
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from ideas.actions.import_pieces import make_import_key
from ideas.config import ROOT
from ideas.domain.register import ChainedLine, chain, commit_to
from ideas.store.database import Base
from ideas.store.migrating import migrate
from ideas.store.revisions import find_revision, is_migrated
from tests.stages import stages_of


@pytest.fixture(scope="session")
def stages(database_url, var):
    with stages_of(database_url, var) as stages:
        yield stages


@pytest.fixture
def at(stages):
    """Brings an empty database of each engine to a revision, and gives the engine."""
    yield stages.at
    stages.engine.dispose()


@pytest.fixture
def engine(at):
    """An empty database of each engine."""
    return at()


@pytest.fixture
def read(stages):
    """Gives the rows that a statement finds in that database."""

    def read(statement):
        with stages.engine.connect() as connection:
            return connection.execute(sa.text(statement)).all()

    return read


def shape(engine):
    """All that the database was told of its tables."""
    look = sa.inspect(engine)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(table)),
            sorted(
                (i["name"], i["unique"], str(i.get("expressions") or i["column_names"]))
                for i in look.get_indexes(table)
            ),
            sorted((c["name"], c["sqltext"]) for c in look.get_check_constraints(table)),
            sorted((f["name"], f["constrained_columns"], f["referred_table"]) for f in look.get_foreign_keys(table)),
            sorted(map(str, look.get_unique_constraints(table))),
        )
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_lead_to_the_models(engine, stages):
    migrate(engine)
    migrated = shape(engine)
    Base.metadata.create_all(stages.at())
    assert migrated == shape(engine)


def test_migrations_go_up_and_down_with_rows(engine):
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO campaigns"
                " (slug, title, question, introduction, texts, opens_at, closes_at, created_at, version)"
                " VALUES ('c', 't', 'q', '', '{}', '2026-01-01', '2026-02-01', '2026-01-01', 1)"
            )
        )
    migrate(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(engine)
    assert is_migrated(engine)


CAMPAIGN = (
    "INSERT INTO campaigns (id, slug, title, question, introduction, opens_at, closes_at, created_at)"
    " VALUES (1, 'c', 't', 'q', '', '2026-01-01', '2026-02-01', '2026-01-01')"
)
EDITION = (
    "INSERT INTO editions (id, campaign_id, number, published_at, idea_count, sha256, files)"
    " VALUES (1, 1, 1, '2026-01-02', 3, 'abc', '{}')"
)
DECISION = (
    "INSERT INTO decisions (id, campaign_id, kind, role, reason, note, decided_at)"
    " VALUES ({number}, 1, '{kind}', 'owner', '', '', '2026-01-02')"
)


def test_editions_and_decisions_cross_the_withdrawals_both_ways(at, read):
    def run(*statements):
        with engine.begin() as connection:
            return [connection.execute(sa.text(one)) for one in statements]

    engine = at("0001")
    run(CAMPAIGN, EDITION, DECISION.format(number=1, kind="publish_edition"))
    with pytest.raises(sa.exc.IntegrityError):
        run(DECISION.format(number=2, kind="withdraw_edition"))
    migrate(engine, "0002")
    assert read("SELECT number, withdrawn_at, withdrawal_reason FROM editions") == [(1, None, "")]
    run(DECISION.format(number=2, kind="withdraw_edition"), DECISION.format(number=3, kind="withdraw"))
    for change in ("UPDATE decisions SET kind = 'dance'", "UPDATE decisions SET role = 'king'"):
        with pytest.raises(sa.exc.IntegrityError):
            run(change)
    run("UPDATE editions SET withdrawn_at = '2026-01-03', withdrawal_reason = 'x'")
    migrate(engine, "0001")
    assert read("SELECT number, idea_count, sha256 FROM editions") == [(1, 3, "abc")]
    assert read("SELECT id, kind FROM decisions") == [(1, "publish_edition")]
    migrate(engine)
    assert is_migrated(engine)


USUAL = {"campaign_id": 1, "run_id": 1, "cluster_id": 1, "language": "fr", "publication": "published", "state": "done"}
USUAL |= {"handling": "received", "created_at": "2026-01-01", "started_at": "2026-01-01", "born_run_id": 1}


def add(engine, table, **given):
    """A row as an earlier version kept it: what is not told is usual, or empty."""
    empty = {sa.JSON: "[]", sa.Integer: 0, sa.Float: 0.0, sa.Boolean: False}
    with engine.begin() as connection:
        columns = [c for c in sa.inspect(connection).get_columns(table) if not c["nullable"] and c["name"] != "id"]
        blank = {c["name"]: next((v for kind, v in empty.items() if isinstance(c["type"], kind)), "") for c in columns}
        values = blank | {name: value for name, value in USUAL.items() if name in blank} | given
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)  # noqa: S608 - our own


def test_imported_texts_are_mended_and_keys_cross_both_ways(at, read):
    def add_idea(**given):
        add(engine, "ideas", **{"channel": "import"} | given)

    engine = at("0004")
    with engine.begin() as connection:
        connection.execute(sa.text(CAMPAIGN))
    number = {"import_key": "n:7", "source_number": "7"}
    add_idea(**number, title="Mobilit&eacute; &amp; air", data_wanted="<p>Un&nbsp;mot</p><p>deux</p>")
    add_idea(import_key="h:a", title="L&#39;eau", data_wanted="a < b")
    add_idea(import_key="h:b", title="L'eau", data_wanted="a < b")
    add_idea(title="Sur le site &amp;", data_wanted="<p>x</p>", channel="site")
    add(engine, "datasets", key="k", title="R&amp;D", description="<b>x</b>", url="u")
    add(engine, "runs")
    add(engine, "clusters", state="proposed")
    add(engine, "run_clusters", keywords='["air", "nbsp", "&amp;", "mobilit&eacute;", "mot"]', closest="{}")
    add(engine, "memberships", idea_id=1)
    migrate(engine)
    assert read("SELECT title, data_wanted, source, channel FROM ideas ORDER BY id") == [
        ("Mobilité & air", "Un mot\ndeux", "", "import"),
        ("L'eau", "a < b", "", "import"),
        ("L'eau", "a < b", "", "import"),
        ("Sur le site &amp;", "<p>x</p>", "", "site"),
    ]
    first = {"source_number": "7", "title": "Mobilité & air", "data_wanted": "Un mot\ndeux", "planned_use": ""}
    second = {"source_number": "", "title": "L'eau", "data_wanted": "a < b", "planned_use": ""}
    keys = [key for (key,) in read("SELECT import_key FROM ideas ORDER BY id")]
    assert keys == [make_import_key(first), make_import_key(second), "h:b", None]
    words = read("SELECT search_text FROM ideas ORDER BY id")[0][0].split()
    assert "air" in words and not {"amp", "eacut", "nbsp", "p"} & set(words)
    assert read("SELECT title, description FROM datasets") == [("R&D", "x")]
    kept = read("SELECT keywords FROM run_clusters")[0][0]
    assert (json.loads(kept) if isinstance(kept, str) else kept) == ["air", "mot"]
    migrate(engine, "0004")
    assert read("SELECT import_key FROM ideas WHERE id = 1") == [("n:7",)]
    assert len({key for (key,) in read("SELECT import_key FROM ideas WHERE channel = 'import'")}) == 3
    migrate(engine)
    assert is_migrated(engine)


MAIL = (
    'INSERT INTO outbox (id, message_id, "to", subject, body, written_at, due_at, attempt_count, last_error)'
    " VALUES (1, '<1@x>', 'a@example.org', 's', 'b', '2026-01-02', '2026-01-02', 0, '')"
)
JOB = (
    "INSERT INTO jobs (id, kind, key, parameters, state, asked_at, due_at, lease_owner, attempt_count, progress,"
    " phase, outcome, error) VALUES ({number}, 'regroup', '1', '{{}}', '{state}', '2026-01-02', '2026-01-02', '', 0,"
    " 0.5, 'reading', '{{}}', '')"
)


def test_mails_cross_the_jobs_both_ways_and_one_job_is_live(at, read):
    def run(statement):
        with engine.begin() as connection:
            return connection.execute(sa.text(statement))

    engine = at(_revision_before("0004"))
    run(MAIL)
    migrate(engine, "0004")
    assert read("SELECT id, body, html FROM outbox") == [(1, "b", "")]
    run("UPDATE outbox SET html = '<p>b</p>'")
    for number, state in enumerate(("done", "failed", "waiting")):
        run(JOB.format(number=number, state=state))
    with pytest.raises(sa.exc.IntegrityError):
        run(JOB.format(number=9, state="running"))
    migrate(engine, _revision_before("0004"))
    assert read("SELECT id, body FROM outbox") == [(1, "b")]
    assert "jobs" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert is_migrated(engine)


def test_ideas_cross_the_keys_of_forms_both_ways(at):
    def run(statement):
        with engine.begin() as connection:
            return connection.execute(sa.text(statement))

    def count(table):
        with engine.connect() as connection:
            return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608 - our own names

    engine = at(_revision_before("0006"))
    run(CAMPAIGN)
    with engine.begin() as connection:
        table = sa.Table("ideas", sa.MetaData(), autoload_with=connection)
        usual = {c.name: _usual(c) for c in table.columns if not c.nullable}
        for number in (1, 2):
            connection.execute(table.insert().values(usual | {"id": number, "campaign_id": 1}))
    migrate(engine, "0006")
    run("UPDATE ideas SET form_key = 'a' WHERE id = 1")
    with pytest.raises(sa.exc.IntegrityError):
        run("UPDATE ideas SET form_key = 'a' WHERE id = 2")
    run("INSERT INTO typed_ideas (id, \"values\", typed_at) VALUES (1, '{}', '2026-01-02')")
    migrate(engine, _revision_before("0006"))
    assert count("ideas") == 2 and "typed_ideas" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert count("ideas") == 2 and is_migrated(engine)


def _usual(column):
    words = {"publication": "draft", "handling": "received", "channel": "site", "language": "fr"}
    kinds = {int: 0, bool: False, str: "", datetime: datetime(2026, 1, 2, tzinfo=UTC)}
    return words.get(column.name, [] if isinstance(column.type, sa.JSON) else kinds[column.type.python_type])


def _revision_before(revision):
    (found,) = ROOT.glob(f"migrations/versions/{revision}_*.py")
    return re.search(r'^down_revision = "(\w+)"', found.read_text(), re.MULTILINE).group(1)


def test_sign_ins_cross_the_limits_both_ways(at, read):
    sign_in = (
        "INSERT INTO sign_ins (id, email, token_hash, code_hash, asked_at, expires_at, code_misses, language)"
        " VALUES (1, 'a@example.org', 't', 'c', '2026-01-01', '2026-01-02', 2, 'fr')"
    )
    engine = at(_revision_before("0008"))
    with engine.begin() as connection:
        connection.execute(sa.text(sign_in))
    migrate(engine, "0008")
    assert read("SELECT email, code_misses, draft_hash, source_hash FROM sign_ins") == [("a@example.org", 2, "", "")]
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO hits (key, count, ends_at) VALUES ('k', 3, '2026-01-02')"))
    migrate(engine, _revision_before("0008"))
    assert read("SELECT email, code_misses, language FROM sign_ins") == [("a@example.org", 2, "fr")]
    assert "hits" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert is_migrated(engine)


def test_a_step_that_fails_leaves_nothing_half_done(engine):
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE votes (id INTEGER)"))
    with pytest.raises(sa.exc.DBAPIError):
        migrate(engine)
    assert set(sa.inspect(engine).get_table_names()) <= {"votes", "alembic_version"}
    assert find_revision(engine) is None
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE votes"))


def test_a_campaign_from_before_versions_is_given_one(at):
    engine = at(_revision_before("0009"))
    with engine.begin() as connection:
        connection.execute(sa.text(CAMPAIGN))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT version FROM campaigns")) > 0


def run(engine, statement):
    with engine.begin() as connection:
        connection.execute(sa.text(statement))


def _add_groups(engine):
    """Runs, clusters, and what people decided of them, as they were before subjects."""
    run(engine, CAMPAIGN.replace("created_at)", "created_at, version)").replace("'2026-01-01')", "'2026-01-01', 1)"))
    for _ in range(4):
        add(engine, "ideas", channel="site")
    for state in ("done", "done", "failed"):
        add(engine, "runs", state=state, finished_at="2026-01-03")
    for state in ("confirmed", "confirmed", "proposed"):
        add(engine, "clusters", state=state)
    for cluster, ideas in ((1, (1, 2)), (3, (3,))):
        add(engine, "run_clusters", run_id=2, cluster_id=cluster, closest="{}")
        for idea in ideas:
            add(engine, "memberships", run_id=2, cluster_id=cluster, idea_id=idea)
    add(engine, "memberships", run_id=1, cluster_id=1, idea_id=4)
    run(engine, "UPDATE campaigns SET current_run_id = 2")
    for kind, cluster in (("confirm", 1), ("move", 3), ("keep_apart", None)):
        add(engine, "decisions", kind=kind, role="reviewer", cluster_id=cluster, decided_at="2026-01-04")
    add(engine, "constraints", kind="moved", idea_id=3, cluster_id=3, decision_id=2, imposed_at="2026-01-04")
    add(
        engine,
        "constraints",
        kind="apart",
        idea_id=1,
        other_idea_id=3,
        cluster_id=None,
        decision_id=3,
        imposed_at="2026-01-04",
    )


def _add_subjects(engine):
    """What only subjects know: requests, proposals, pairs that are no duplicates, ideas taken out."""
    for state in ("proposed", "dropped"):
        add(engine, "runs", state=state, base_run_id=2)
    add(engine, "clusters", state="proposed", level="request", accepted_at="2026-01-05")
    add(engine, "clusters", state="proposed", level="subject", born_run_id=4)
    add(engine, "run_clusters", run_id=2, cluster_id=4, closest="{}", parent_id=1)
    run(engine, "UPDATE memberships SET request_id = 4 WHERE idea_id IN (1, 2) AND run_id = 2")
    add(engine, "lineage", run_id=2, cluster_id=4, event="born", decision_id=1)
    for kind in ("mark_distinct", "take_out", "accept_run"):
        add(engine, "decisions", kind=kind, role="reviewer", decided_at="2026-01-05")
    add(
        engine,
        "constraints",
        kind="distinct",
        idea_id=2,
        other_idea_id=3,
        cluster_id=None,
        decision_id=4,
        imposed_at="2026-01-05",
    )
    add(
        engine,
        "constraints",
        kind="out",
        idea_id=4,
        cluster_id=None,
        other_idea_id=None,
        decision_id=5,
        imposed_at="2026-01-05",
    )
    add(engine, "undos", decision_id=5, changes="{}")


def test_runs_and_reviews_cross_the_subjects_both_ways(at, read):
    engine = at(_revision_before("0010"))
    _add_groups(engine)
    migrate(engine, "0010")
    assert read("SELECT state FROM runs ORDER BY id") == [("superseded",), ("accepted",), ("failed",)]
    assert read("SELECT count(*) FROM runs WHERE accepted_at IS NOT NULL") == [(2,)]
    assert read("SELECT level, accepted_at IS NULL FROM clusters WHERE id = 1") == [("subject", False)]
    # A signature is of the members of the picture that is public; without a decision there is none.
    assert read("SELECT state FROM clusters ORDER BY id") == [("confirmed",), ("proposed",), ("proposed",)]
    assert read("SELECT cluster_id, kind, decision_id FROM reviews ORDER BY id") == [
        (1, "confirmed", 1),
        (3, "anchors", 2),
    ]
    assert read("SELECT review_id, idea_id FROM review_members ORDER BY 1, 2") == [(1, 1), (1, 2), (2, 3)]
    assert read("SELECT DISTINCT origin, request_id FROM memberships") == [("run", None)]

    _add_subjects(engine)
    migrate(engine, _revision_before("0010"))
    assert [state for (state,) in read("SELECT state FROM runs ORDER BY id")] == ["done", "done", *["failed"] * 3]
    assert read("SELECT id, state, dissolved_run_id FROM clusters ORDER BY id") == [
        (1, "confirmed", None),
        (2, "proposed", None),
        (3, "proposed", None),
        (5, "proposed", 4),
    ]
    assert read("SELECT idea_id, cluster_id FROM memberships WHERE run_id = 2 ORDER BY 1") == [(1, 1), (2, 1), (3, 3)]
    assert read("SELECT cluster_id FROM run_clusters ORDER BY 1") == [(1,), (3,)]
    assert read("SELECT kind FROM decisions ORDER BY id") == [("confirm",), ("move",), *[("keep_apart",)] * 2]
    assert read("SELECT kind, idea_id FROM constraints ORDER BY id") == [("moved", 3), ("apart", 1), ("apart", 2)]
    assert not {"reviews", "review_members", "undos", "near_ideas"} & set(sa.inspect(engine).get_table_names())
    migrate(engine)
    assert is_migrated(engine)
    run(engine, "UPDATE campaigns SET current_run_id = NULL")  # or no order of tables lets them be dropped


def test_requests_and_answers_cross_the_handling_both_ways(at, read):
    engine = at(_revision_before("0012"))
    with engine.begin() as connection:
        connection.execute(sa.text(CAMPAIGN.replace("created_at)", "created_at, version)").replace("01')", "01', 1)")))
    add(engine, "producers", slug="eaux", name="Office des eaux")
    add(engine, "answers", id=1, text="Non.", reason="security")
    add(engine, "ideas", title="Captages", channel="site", handling="refused", producer_id=1, answer_id=1)
    add(engine, "ideas", title="Crues", channel="site", producer_id=1)
    migrate(engine, "0012")
    assert read("SELECT outcome, producer_id, reason FROM answers") == [("refused", 1, "security")]
    assert read("SELECT routed_to_id FROM ideas ORDER BY id") == [(1,), (None,)]
    with engine.begin() as connection:
        connection.execute(sa.text(DECISION.format(number=1, kind="answer")))
        connection.execute(sa.text("INSERT INTO undos (decision_id, changes) VALUES (1, '{}')"))
    add(engine, "handling_steps", idea_id=1, decision_id=1, handling="refused", taken_at="2026-01-02")
    add(engine, "questions", idea_id=1, decision_id=1, text="Où ?", reply_state="awaited", asked_at="2026-01-02")
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "questions", idea_id=1, decision_id=1, reply_state="lost", asked_at="2026-01-02")
    migrate(engine, _revision_before("0012"))
    assert read("SELECT text, reason FROM answers") == [("Non.", "security")]
    assert read("SELECT handling, answer_id FROM ideas ORDER BY id") == [("refused", 1), ("received", None)]
    assert read("SELECT id FROM decisions") == []
    migrate(engine)
    assert is_migrated(engine)


def test_sign_ins_and_asked_addresses_cross_both_ways(at, read):
    usual = {"token_hash": "t", "asked_at": "2026-01-01", "expires_at": "2026-01-02"}
    engine = at("0014")
    add(engine, "people", role="contributor", created_at="2026-01-01", mail_rhythm="weekly")
    add(engine, "sign_ins", email="n@example.org", **usual)
    migrate(engine, "0015")
    assert read("SELECT email, served_at FROM sign_ins") == [("n@example.org", None)]
    person = read("SELECT id FROM people")[0].id
    add(engine, "address_changes", person_id=person, email="m@example.org", **usual)
    migrate(engine, "0014")
    assert read("SELECT email FROM sign_ins") == [("n@example.org",)]
    migrate(engine)
    assert is_migrated(engine)


def test_decisions_take_their_place_in_the_chain_and_leave_it(at, read):
    engine = at(_revision_before("0020"))
    with engine.begin() as connection:
        for slug, number in (("c", 1), ("d", 2)):
            values = f"({number}, '{slug}', 't', 'q', '', '{{}}', '2026-01-01', '2026-02-01', '2026-01-01', 1)"
            names = "id, slug, title, question, introduction, texts, opens_at, closes_at, created_at, version"
            connection.execute(sa.text(f"INSERT INTO campaigns ({names}) VALUES {values}"))  # noqa: S608 - our own
    late = "2026-01-02 23:30:00+00:00" if engine.dialect.name == "postgresql" else "2026-01-02 23:30:00.000000"
    for campaign, note in ((1, "Merci"), (2, ""), (1, "")):
        add(engine, "decisions", campaign_id=campaign, kind="publish", role="owner", note=note, decided_at=late)
    migrate(engine, "0020")
    rows = read("SELECT * FROM decisions ORDER BY campaign_id, line_number")
    assert [(row.id, row.campaign_id, row.line_number) for row in rows] == [(1, 1, 1), (3, 1, 2), (2, 2, 1)]
    previous = {}
    for row in rows:
        assert row.note_hash == commit_to(row.note, row.note_salt) and len(row.note_salt) == 32
        facts = {name: getattr(row, name) for name in ChainedLine._fields if name not in ("number", "decided_on")}
        line = ChainedLine(number=row.line_number, decided_on="2026-01-02", **facts)
        assert row.line_hash == chain(previous.get(row.campaign_id, ""), line)
        previous[row.campaign_id] = row.line_hash
    add(engine, "decisions", kind="seal_note", role="owner", decided_at=late)
    migrate(engine, _revision_before("0020"))
    assert read("SELECT id, note FROM decisions ORDER BY id") == [(1, "Merci"), (2, ""), (3, "")]
    migrate(engine)
    assert is_migrated(engine)


def test_lines_beside_votes_cross_both_ways_and_go_with_them(at):
    def read(statement):
        with engine.begin() as connection:
            return connection.execute(sa.text(statement)).scalar()

    engine = at("0016")
    dates = {"opens_at": "2026-01-01", "closes_at": "2026-02-01", "created_at": "2026-01-01"}
    add(engine, "campaigns", slug="c", texts="{}", **dates)
    add(engine, "people", role="contributor", created_at="2026-01-01", mail_rhythm="weekly")
    add(
        engine,
        "ideas",
        campaign_id=1,
        channel="site",
        publication="published",
        handling="received",
        created_at="2026-01-01",
    )
    add(engine, "votes", idea_id=1, person_id=1, cast_at="2026-01-01")
    add(engine, "vote_uses", vote_id=1, text="x", state="waiting", reason="", written_at="2026-01-01")
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM votes"))
    assert read("SELECT count(*) FROM vote_uses") == 0
    add(engine, "votes", idea_id=1, person_id=1, cast_at="2026-01-01")
    migrate(engine, _revision_before("0016"))
    assert "vote_uses" not in sa.inspect(engine).get_table_names() and read("SELECT count(*) FROM votes") == 1
    migrate(engine)
    assert is_migrated(engine)


def test_news_of_a_line_go_with_it_and_with_their_column(at):
    def read(statement):
        with engine.connect() as connection:
            return connection.execute(sa.text(statement)).scalar()

    def add_line():
        add(engine, "votes", idea_id=1, person_id=1, cast_at="2026-01-01")
        vote_id = read("SELECT max(id) FROM votes")
        add(engine, "vote_uses", vote_id=vote_id, text="x", state="waiting", reason="", written_at="2026-01-01")
        return read("SELECT max(id) FROM vote_uses")

    engine = at("0031")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "people", role="contributor", created_at="2026-01-01", mail_rhythm="weekly")
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    event = {"idea_id": 1, "happened_at": "2026-01-01", "kind": "use_published"}
    add(engine, "events", act="a", use_id=None, **event)
    add(engine, "events", act="b", use_id=add_line(), **event)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM votes"))
    assert read("SELECT count(*) FROM events") == 1, "what is told of a line goes with it"
    add(engine, "events", act="c", use_id=add_line(), **event)
    migrate(engine, _revision_before("0031"))
    assert read("SELECT count(*) FROM events") == 1
    migrate(engine)
    (untold,) = [one for one in sa.inspect(engine).get_indexes("events") if one["name"] == "ix_events_untold"]
    kept = list(map(str, untold["dialect_options"].values()))
    assert any("told_at IS NULL" in one for one in kept), "the table that is made again keeps its partial index"
    assert is_migrated(engine)


def test_what_is_told_of_a_redaction_leaves_with_the_version_that_tells_it(at):
    engine = at("0033")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "people", role="contributor", created_at="2026-01-01", mail_rhythm="weekly")
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    for act, kind in (("a", "redacted"), ("b", "published")):
        add(engine, "events", act=act, idea_id=1, happened_at="2026-01-01", kind=kind)
    migrate(engine, _revision_before("0033"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT kind FROM events")).scalars().all() == ["published"]


def test_subjects_that_are_taken_cross_both_ways(at):
    engine = at("0034")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "people", role="moderator", created_at="2026-01-01", mail_rhythm="weekly")
    add(engine, "runs", state="accepted")
    add(engine, "clusters", state="proposed", level="subject", name="")
    add(engine, "assignees", cluster_id=1, person_id=1, assigned_at="2026-01-01")
    migrate(engine, _revision_before("0034"))
    assert "assignees" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert is_migrated(engine)


def test_signals_make_room_for_one_that_is_less_grave_and_close_up_again(at):
    def read():
        with engine.connect() as connection:
            return connection.execute(sa.text("SELECT signals FROM ideas ORDER BY id")).scalars().all()

    before = _revision_before("0042")
    engine = at(before)
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    for signals in (0, 1, 96):
        add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]", signals=signals)
    migrate(engine, "0042")
    assert read() == [0, 2, 192]
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE ideas SET signals = signals + 1 WHERE id < 3"))
    add(engine, "resemblances", idea_id=1, other_id=2, likeness=0.8)
    migrate(engine, before)
    assert read() == [0, 1, 96]
    assert "resemblances" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert is_migrated(engine)


def test_high_value_data_come_and_go_and_what_they_were_said_of_stays(at):
    before = _revision_before("0037")
    engine = at(before)
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    add(engine, "answers", text="Oui.", outcome="opened")
    migrate(engine, "0037")

    def write(statement):
        with engine.begin() as connection:
            return connection.execute(sa.text(statement))

    for table in ("ideas", "answers"):
        write(f"UPDATE {table} SET high_value = 'mobility'")  # noqa: S608 - our own
        with pytest.raises(sa.exc.IntegrityError):
            write(f"UPDATE {table} SET high_value = 'gold'")  # noqa: S608 - the same
    migrate(engine, before)
    with engine.connect() as connection:
        titles = connection.execute(sa.text("SELECT title FROM ideas")).scalars().all()
        texts = connection.execute(sa.text("SELECT text FROM answers")).scalars().all()
    assert (titles, texts) == (["Crues"], ["Oui."])
    assert "high_value" not in {column["name"] for column in sa.inspect(engine).get_columns("ideas")}
    migrate(engine)
    assert is_migrated(engine)


def test_the_order_in_which_ideas_alone_are_read_leaves_and_comes_back_unknown(at):
    engine = at("0040")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    add(engine, "runs", started_at="2026-01-02", state="accepted")
    add(engine, "near_ideas", run_id=1, idea_id=1, near="[]", own_group=3, reading_place=7)
    migrate(engine, _revision_before("0040"))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT own_group, reading_place FROM near_ideas")).one() == (3, None)
    assert is_migrated(engine)


def test_second_factors_cross_both_ways(at):
    engine = at(_revision_before("0017"))
    add(engine, "people", role="moderator", created_at="2026-01-01", mail_rhythm="weekly")
    migrate(engine, "0017")
    with engine.connect() as connection:
        person = connection.execute(sa.text("SELECT id FROM people")).scalar()
    usual = {"sealed_secret": "s", "set_at": "2026-01-01", "last_step": 1}
    add(engine, "second_factors", person_id=person, **usual)
    add(engine, "recovery_codes", person_id=person, code_hash="h")
    session = {"key_hash": "h", "browser": "", "opened_at": "2026-01-01", "provider": "", "id_token": ""}
    add(engine, "sessions", person_id=person, **session)
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "second_factors", person_id=person, **usual)
    migrate(engine, _revision_before("0017"))
    assert not {"second_factors", "recovery_codes", "sessions"} & set(sa.inspect(engine).get_table_names())
    migrate(engine)
    assert is_migrated(engine)


def test_second_readings_come_and_go(at):
    engine = at("0026")
    assert {"second_draws", "second_pairs"} <= set(sa.inspect(engine).get_table_names())
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    add(engine, "runs", started_at="2026-01-02", state="accepted")
    add(engine, "near_ideas", run_id=1, idea_id=1, near="[]", own_group=3)
    migrate(engine, _revision_before("0026"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT near FROM near_ideas")).scalar() in ("[]", [])
    migrate(engine)
    assert is_migrated(engine)


def test_places_in_the_tree_come_and_go(at):
    engine = at("0038")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    add(engine, "runs", started_at="2026-01-02", state="accepted")
    add(engine, "near_ideas", run_id=1, idea_id=1, near="[]", own_group=3, joined_to_id=1, joined_at_likeness=0.5)
    migrate(engine, _revision_before("0038"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT own_group FROM near_ideas")).scalar() == 3
    migrate(engine)
    assert is_migrated(engine)


def test_waves_come_and_go(at):
    engine = at("0025")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    day = {"began_at": "2026-01-02", "ended_at": "2026-01-02", "found_at": "2026-01-03"}
    counts = {"version": 0, "author_count": 1, "young_count": 0, "rush_count": 0}
    add(engine, "waves", label="", **day, **counts)
    add(engine, "wave_ideas", idea_id=1, wave_id=1, is_read=False)
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "waves", label="call", decision_id=None, **day, **counts)
    migrate(engine, _revision_before("0025"))
    assert not {"waves", "wave_ideas"} & set(sa.inspect(engine).get_table_names())
    migrate(engine)
    assert is_migrated(engine)


def test_reports_cross_both_ways(at):
    engine = at("0022")
    usual = {"reason": "personal", "note": "", "reported_at": "2026-01-01"}
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM reports")).scalar() == 0
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "reports", person_id=None, **usual)
    migrate(engine, _revision_before("0022"))
    assert "reports" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert is_migrated(engine)


def test_what_is_online_unread_crosses_both_ways(at):
    def read(statement):
        with engine.connect() as connection:
            return connection.execute(sa.text(statement)).scalar()

    engine = at("0027")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", moderation="after")
    given = {"channel": "site", "use_kinds": "[]", "obstacles": "[]", "publication": "published"}
    add(engine, "ideas", title="Crues", signals=64 + 6, **given)
    before = _revision_before("0027")
    migrate(engine, before)
    assert "moderation" not in {column["name"] for column in sa.inspect(engine).get_columns("campaigns")}
    assert read("SELECT signals FROM ideas") == 6
    migrate(engine)
    assert is_migrated(engine)
    assert read("SELECT moderation FROM campaigns") == "before"


def test_files_that_were_brought_come_and_go(at):
    engine = at("0028")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", moderation="before")
    columns = {"mapping": "{}", "options": "{}", "report": "{}"}
    add(engine, "file_imports", campaign_id=1, name="a.csv", place="b.csv", received_at="2026-01-02", **columns)
    add(engine, "saved_mappings", campaign_id=1, name="Ateliers", mapping="{}")
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "saved_mappings", campaign_id=1, name="Ateliers", mapping="{}")
    migrate(engine, _revision_before("0028"))
    assert not {"file_imports", "saved_mappings"} & {*sa.inspect(engine).get_table_names()}
    migrate(engine)
    assert is_migrated(engine)


def test_internal_notes_come_and_go(at):
    engine = at("0021")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    add(engine, "internal_notes", idea_id=1, cluster_id=None, text="Note", role="moderator", written_at="2026-01-02")
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "internal_notes", idea_id=None, cluster_id=None, role="moderator", written_at="2026-01-02")
    migrate(engine, _revision_before("0021"))
    assert "internal_notes" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert is_migrated(engine)


def test_ideas_are_weighed_and_claims_cross_both_ways(at, read):
    before = _revision_before("0018")
    engine = at(before)
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    for number, text in enumerate(("Appelez le 06 12 34 56 78.", "Les horaires des bus."), 1):
        given = {"publication": "awaiting_review", "channel": "site", "title": f"Bus {number}"}
        add(engine, "ideas", data_wanted=text, **given)
    migrate(engine, "0018")
    assert read("SELECT id, signals FROM ideas ORDER BY id") == [(1, 16), (2, 0)]
    add(engine, "people", role="moderator", created_at="2026-01-01", mail_rhythm="weekly")
    person = read("SELECT id FROM people")[0].id
    add(engine, "claims", idea_id=1, person_id=person, claimed_at="2026-01-01", ends_at="2026-01-02")
    migrate(engine, before)
    assert read("SELECT id FROM ideas ORDER BY id") == [(1,), (2,)]
    migrate(engine)
    assert is_migrated(engine)


def test_an_index_that_comes_is_counted_where_others_were(at):
    engine = at("0017")
    if engine.dialect.name == "postgresql":  # which counts by itself
        return
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    with engine.begin() as connection:
        connection.execute(sa.text("ANALYZE"))
    migrate(engine)
    with engine.connect() as connection:
        counted = set(connection.execute(sa.text("SELECT idx FROM sqlite_stat1 WHERE tbl = 'ideas'")).scalars())
    assert {"ix_ideas_popular", "ix_ideas_queue"} <= counted


def test_comments_come_and_go_with_what_is_told_of_them(at, read):
    engine = at(_revision_before("0029"))
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    add(engine, "people", role="contributor", created_at="2026-01-01", mail_rhythm="weekly")
    person = read("SELECT id FROM people")[0].id
    usual = {"idea_id": 1, "other_idea_id": None, "person_id": None, "happened_at": "2026-01-02"}
    add(engine, "events", act="a", kind="published", **usual)
    add(engine, "notices", event_id=1, act="a", person_id=person, part="author")
    report = {"idea_id": 1, "person_id": None, "reason": "personal", "reported_at": "2026-01-01"}
    add(engine, "reports", note="d’une idée", **report)
    migrate(engine, "0029")
    assert not read("SELECT takes_comments FROM campaigns")[0].takes_comments
    add(engine, "comments", idea_id=1, person_id=person, text="Oui", state="published", written_at="2026-01-02")
    add(engine, "reports", note="d’un commentaire", comment_id=1, **report)
    add(engine, "events", act="b", kind="commented", comment_id=1, **usual)
    add(engine, "notices", event_id=2, act="b", person_id=person, part="host")
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "comments", idea_id=1, person_id=person, state="lost", written_at="2026-01-02")
    migrate(engine, _revision_before("0029"))
    assert read("SELECT note FROM reports") == [("d’une idée",)]
    assert read("SELECT kind FROM events") == [("published",)] and read("SELECT part FROM notices") == [("author",)]
    assert "comments" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert is_migrated(engine)


def test_changes_of_authors_come_and_go(at, read):
    engine = at("0030")
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    add(engine, "ideas", title="Crues", channel="site", use_kinds="[]", obstacles="[]")
    add(engine, "revisions", idea_id=1, state="published", written_at="2026-01-02")
    add(engine, "revision_changes", revision_id=1, field="title", before="Crue", after="Crues")
    usual = {"idea_id": 1, "other_idea_id": None, "person_id": None, "comment_id": None, "happened_at": "2026-01-02"}
    for kind in ("edited", "published"):
        add(engine, "events", act=kind, kind=kind, **usual)
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "revisions", idea_id=1, state="lost", written_at="2026-01-02")
    migrate(engine, _revision_before("0030"))
    assert read("SELECT title FROM ideas") == [("Crues",)] and read("SELECT kind FROM events") == [("published",)]
    assert not {"revisions", "revision_changes"} & set(sa.inspect(engine).get_table_names())
    migrate(engine)
    assert is_migrated(engine)


def test_changes_and_verdicts_are_dated_from_what_was_kept_of_them(at, read):
    engine = at(_revision_before("0036"))
    add(engine, "campaigns", slug="c", opens_at="2026-01-01", closes_at="2026-02-01", texts="{}", version=1)
    for title in ("Crues", "Bus"):
        add(engine, "ideas", title=title, channel="site", use_kinds="[]", obstacles="[]")
    for state, day in (("published", "2026-01-02"), ("published", "2026-01-04"), ("refused", "2026-01-05")):
        add(engine, "revisions", idea_id=1, state=state, written_at=day, decided_at=f"{day} 12:00:00+00:00")
    add(engine, "people", role="contributor", created_at="2026-01-01", mail_rhythm="weekly")
    add(engine, "votes", idea_id=1, person_id=1, cast_at="2026-01-01")
    add(engine, "vote_uses", vote_id=1, text="Oui", state="refused", written_at="2026-01-02 12:00:00+00:00")
    for state in ("waiting", "refused", "published"):
        usual = {"idea_id": 1, "person_id": 1, "text": state, "written_at": "2026-01-02 12:00:00+00:00"}
        add(engine, "comments", state=state, **usual)
    told = {"idea_id": 1, "other_idea_id": None, "person_id": None, "kind": "comment_refused"}
    add(engine, "events", act="a", comment_id=2, happened_at="2026-01-09 12:00:00+00:00", **told)
    migrate(engine, "0036")
    edited = read("SELECT id, edited_at FROM ideas ORDER BY id")
    assert [(number, str(moment)[:10]) for number, moment in edited] == [(1, "2026-01-04"), (2, "None")]
    decided = read("SELECT decided_at FROM comments ORDER BY id") + read("SELECT decided_at FROM vote_uses")
    assert [str(one.decided_at)[:10] for one in decided] == ["None", "2026-01-09", "2026-01-02", "2026-01-02"]
    add(engine, "events", act="b", comment_id=None, happened_at="2026-01-09", **told | {"kind": "unredacted"})
    add(engine, "notices", event_id=2, act="b", person_id=1, part="author")
    migrate(engine, _revision_before("0036"))
    assert read("SELECT kind FROM events") == [("comment_refused",)] and not read("SELECT id FROM notices")
    assert read("SELECT title FROM ideas ORDER BY id") == [("Crues",), ("Bus",)]
    published = read("SELECT published_at FROM comments ORDER BY id")
    assert [str(one.published_at)[:10] for one in published] == ["None", "None", "2026-01-02"]
    migrate(engine)
    assert is_migrated(engine)


def test_security_keys_come_and_go(at, read):
    engine = at("0041")
    add(engine, "people", role="moderator", created_at="2026-01-01", mail_rhythm="weekly")
    usual = {"person_id": 1, "name": "Clé", "public_key": "k", "sign_count": 2**32 - 1, "added_at": "2026-01-02"}
    add(engine, "security_keys", credential_id="a", **usual)
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "security_keys", credential_id="a", **usual)
    assert read("SELECT sign_count FROM security_keys") == [(2**32 - 1,)]
    migrate(engine, _revision_before("0041"))
    assert "security_keys" not in sa.inspect(engine).get_table_names() and len(read("SELECT id FROM people")) == 1
    migrate(engine)
    assert is_migrated(engine)


def test_proofs_that_served_come_and_go(at):
    engine = at("0035")
    add(engine, "spent_proofs", mark="a" * 64, ends_at="2026-01-01")
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "spent_proofs", mark="a" * 64, ends_at="2026-01-02")
    migrate(engine, _revision_before("0035"))
    assert "spent_proofs" not in sa.inspect(engine).get_table_names()
    migrate(engine)
    assert is_migrated(engine)

"""Sources with numbers of their own, and imported texts as their readers saw them."""

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

PIECE = 500
LINES = ("title", "holder_text", "period", "detail_level", "freshness", "organisation")
TEXTS = ("data_wanted", "planned_use", "beneficiaries")
IDEAS = sa.table(
    "ideas",
    *(sa.column(name) for name in ("id", "campaign_id", "channel", "import_key", "source_number", "search_text")),
    *(sa.column(name) for name in (*LINES, *TEXTS)),
)
DATASETS = sa.table("datasets", *(sa.column(name) for name in ("id", "title", "description", "organisation", "tags")))
RUN_CLUSTERS = sa.table("run_clusters", *map(sa.column, ("run_id", "cluster_id")), sa.column("keywords", sa.JSON))
MEMBERSHIPS = sa.table("memberships", *map(sa.column, ("run_id", "cluster_id", "idea_id")))


def upgrade() -> None:
    with op.batch_alter_table("ideas") as ideas:
        ideas.add_column(sa.Column("source", sa.String(length=100), nullable=False, server_default=""))
        ideas.drop_constraint(op.f("uq_ideas_campaign_id_import_key"), type_="unique")
        ideas.create_unique_constraint(
            op.f("uq_ideas_campaign_id_import_key_source"), ["campaign_id", "import_key", "source"]
        )
        ideas.create_index("ix_ideas_source", ["campaign_id", "source", "source_number"])
    with op.batch_alter_table("ideas") as ideas:
        ideas.alter_column("source", server_default=None)
    mended = mend_ideas()
    mend_keywords(mended)
    mend_datasets()


def downgrade() -> None:
    # The version before has no word for a correction; it has one source: of what shares a number, the first keeps it.
    decisions = sa.table("decisions", sa.column("kind"))
    op.execute(sa.delete(decisions).where(decisions.c.kind == "correct"))
    with op.batch_alter_table("ideas") as ideas:
        ideas.drop_index("ix_ideas_source")
        ideas.drop_constraint(op.f("uq_ideas_campaign_id_import_key_source"), type_="unique")
    give_old_keys()
    with op.batch_alter_table("ideas") as ideas:
        ideas.drop_column("source")
        ideas.create_unique_constraint(op.f("uq_ideas_campaign_id_import_key"), ["campaign_id", "import_key"])


def read_in_pieces(table: sa.TableClause, *conditions: sa.ColumnElement[bool]) -> Iterator[list[sa.Row]]:
    """Yield the rows of a table in the order of their numbers, so many at a time."""
    last = 0
    while (
        rows := op.get_bind()
        .execute(sa.select(table).where(table.c.id > last, *conditions).order_by(table.c.id).limit(PIECE))
        .all()
    ):
        last = rows[-1].id
        yield rows


def mend_ideas() -> list[int]:
    """Give imported ideas the text that a reader saw and the key that goes with it; list those whose text changed."""
    from ideas.domain.markup import read_markup
    from ideas.domain.texts import one_line, without_refused
    from ideas.similarity.text.french import stems

    mended, taken = [], set()
    for rows in read_in_pieces(IDEAS, IDEAS.c.channel == "import"):
        for row in rows:
            read = {name: without_refused(read_markup(getattr(row, name))) for name in (*LINES, *TEXTS)}
            read |= {name: one_line(read[name]) for name in LINES}
            changed = {name: text for name, text in read.items() if text and text != getattr(row, name)}
            whole = {name: changed.get(name, getattr(row, name)) for name in read}
            key = make_key(row.source_number, whole["title"], whole["data_wanted"], whole["planned_use"])
            if (row.campaign_id, key) not in taken:  # two that only markup told apart: the second keeps its old key
                taken.add((row.campaign_id, key))
                changed["import_key"] = key
            if changed.keys() & {"title", "data_wanted", "planned_use"}:
                words = stems(f"{whole['title']} {whole['data_wanted']} {whole['planned_use']}")[:600]
                changed["search_text"] = f" {' '.join(dict.fromkeys(words))} "
                mended.append(row.id)
            if changed:
                op.execute(sa.update(IDEAS).where(IDEAS.c.id == row.id).values(changed))
    return mended


def make_key(number: str, title: str, data_wanted: str, planned_use: str) -> str:
    """Return by what an imported idea is known again: its number and its words."""
    return hashlib.sha256(f"{number}\x1f{title}\x1f{data_wanted}\x1f{planned_use}".encode()).hexdigest()


def mend_keywords(mended: list[int]) -> None:
    """Take out of the clusters of those ideas the words that no member says any more."""
    from ideas.similarity.text.french import stems

    clusters = set()
    for start in range(0, len(mended), PIECE):
        piece = MEMBERSHIPS.c.idea_id.in_(mended[start : start + PIECE])
        clusters |= set(op.get_bind().execute(sa.select(MEMBERSHIPS.c.run_id, MEMBERSHIPS.c.cluster_id).where(piece)))
    for run_id, cluster_id in clusters:
        here = (RUN_CLUSTERS.c.run_id == run_id, RUN_CLUSTERS.c.cluster_id == cluster_id)
        keywords = op.get_bind().scalar(sa.select(RUN_CLUSTERS.c.keywords).where(*here)) or []
        members = op.get_bind().scalars(
            sa.select(IDEAS.c.search_text)
            .join(MEMBERSHIPS, MEMBERSHIPS.c.idea_id == IDEAS.c.id)
            .where(MEMBERSHIPS.c.run_id == run_id, MEMBERSHIPS.c.cluster_id == cluster_id)
        )
        said = {stem for member in members for stem in member.split()}
        kept = [word for word in keywords if (needed := stems(word)) and said.issuperset(needed)]
        if kept != keywords:
            op.execute(sa.update(RUN_CLUSTERS).where(*here).values(keywords=kept))


def mend_datasets() -> None:
    """Give the data sets of the catalogue the text that a reader saw."""
    from ideas.domain.markup import read_markup
    from ideas.domain.texts import one_line, without_refused

    for rows in read_in_pieces(DATASETS):
        for row in rows:
            read = {
                name: one_line(without_refused(read_markup(text)))
                for name, text in row._asdict().items()
                if name != "id"
            }
            changed = {name: text for name, text in read.items() if text and text != getattr(row, name)}
            if changed:
                op.execute(sa.update(DATASETS).where(DATASETS.c.id == row.id).values(changed))


def give_old_keys() -> None:
    """Give imported ideas the key of the version before: their number, else their words."""
    taken: set[tuple[int, str]] = set()
    for rows in read_in_pieces(IDEAS, IDEAS.c.channel == "import"):
        for row in rows:
            words = f"{row.title}\x1f{row.data_wanted}\x1f{row.planned_use}"
            own = f"h:{hashlib.sha256(words.encode()).hexdigest()}"
            keys = (f"n:{row.source_number}" if row.source_number else own, own, f"{own}:{row.id}")
            key = next(key for key in keys if (row.campaign_id, key) not in taken)
            taken.add((row.campaign_id, key))
            op.execute(sa.update(IDEAS).where(IDEAS.c.id == row.id).values(import_key=key))

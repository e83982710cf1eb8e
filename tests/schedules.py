"""Random acts of several processes on one family of ideas, held against a small model of what the rows must say.

As a program: `python -m tests.schedules sqlite 2000 [SEED]`, or `postgresql`, prints the number of differences.
"""

import multiprocessing
import random
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.publication import decide_idea
from ideas.actions.voting import cast_vote, withdraw_vote
from ideas.actions.withdrawal import withdraw_idea
from ideas.app import open_database
from ideas.config import Config
from ideas.domain.accounts import Operator
from ideas.domain.errors import RuleBroken
from ideas.domain.publication import Verdict
from ideas.domain.register import ChainedLine, chain
from ideas.store import queries
from ideas.store.database import db, reading
from ideas.store.migrating import migrate
from ideas.store.models import Campaign, Decision, Event, Idea, Merge, Undo, Vote
from tests.factories import make_campaign, make_idea, make_person, now
from tests.servers import fast_folder, postgresql_database, sqlite_database

PROCESSES, IDEAS, ACTS = 4, 4, 3
STAFF = Operator()


def act(kind, idea_id, other_id, person_id):
    """Do one act; what the rules refuse is an answer like another."""
    try:
        match kind:
            case "vote":
                cast_vote(idea_id, person_id=person_id, now=now())
            case "withdraw":
                withdraw_vote(idea_id, person_id=person_id, now=now())
            case "merge":
                merge_ideas(idea_id, other_id, actor=STAFF, now=now())
            case "undo":
                undo_merge(idea_id, actor=STAFF, now=now())
            case "hide":
                decide_idea(idea_id, Verdict.HIDE, actor=STAFF, now=now(), reason="other")
            case "restore":
                decide_idea(idea_id, Verdict.RESTORE, actor=STAFF, now=now())
            case "leave":
                withdraw_idea(idea_id, author_id=db.session.get_one(Idea, idea_id).author_id, now=now())
    except RuleBroken:
        return


KINDS = ["vote"] * 6 + ["withdraw"] * 5 + ["merge"] * 4 + ["undo"] * 3 + ["hide", "restore", "restore", "leave"]


def draw(seed, ideas, people):
    """What one process does in one schedule."""
    rng = random.Random(seed)
    return [(rng.choice(KINDS), *rng.sample(ideas, 2), rng.choice(people)) for _ in range(ACTS)]


def work(address, barrier, ideas, people, seeds, place, faults):
    """One process: the acts of its place in each schedule, begun together with the others."""
    with tempfile.TemporaryDirectory() as var, open_database(Config(var=var, database_url=address)).app_context():
        for seed in seeds:
            barrier.wait(60)
            for given in draw(f"{seed}-{place}", ideas, people):
                try:
                    act(*given)
                except Exception as error:  # noqa: BLE001 - a deadlock or any other fault is what is looked for
                    db.session.rollback()
                    faults.put(f"{given}: {type(error).__name__} {error}"[:300])
            barrier.wait(60)
            barrier.wait(60)


def find_differences(ideas):
    """The model: who is whose root, and how many people each root and each idea on its own counts."""
    db.session.rollback()
    parents = dict(db.session.execute(sa.select(Merge.idea_id, Merge.into_id).where(Merge.undone_at.is_(None))).all())
    voters = {number: set() for number in ideas}
    for number, person in db.session.execute(sa.select(Vote.idea_id, Vote.person_id).where(Vote.idea_id.in_(ideas))):
        voters[number].add(person)

    def root(number):
        while number in parents:
            number = parents[number]
        return number

    rows = db.session.execute(
        sa.select(Idea.id, Idea.publication, Idea.canonical_id, Idea.vote_count).where(Idea.id.in_(ideas))
    )
    differences = []
    for number, publication, canonical, count in rows.all():
        merged = number in parents
        if (publication == "merged", canonical) != (merged, root(number) if merged else None):
            differences.append(f"{number}: {publication}, {canonical}, expected root {root(number)}")
        family = set().union(*(voters[one] for one in ideas if root(one) == number))
        if not merged and count != len(family):
            differences.append(f"{number}: counts {count}, {len(family)} people")
    return differences + find_breaks(db.session.query(Campaign).order_by(Campaign.id.desc()).first())


def find_breaks(campaign):
    """The lines of the register of a campaign that do not follow the one before."""
    breaks, previous = [], ""
    with reading():
        rows = list(queries.editions.stream_decisions(campaign))
    for number, row in enumerate(rows, 1):
        line = ChainedLine(number, *(getattr(row, name) for name in ChainedLine._fields[1:]))
        if chain(previous, line) != row.line_hash:
            breaks.append(f"decision {row.id} is no line {number}")
        previous = row.line_hash
    return breaks


def run(address, schedules, seed=0):
    """Run so many schedules; return the differences from the model, and the faults."""
    context = multiprocessing.get_context("spawn")
    barrier, faults, seeds = context.Barrier(PROCESSES + 1), context.Queue(), range(seed, seed + schedules)
    campaign = make_campaign()
    ideas = [make_idea(campaign=campaign).id for _ in range(IDEAS)]
    _begin_again(ideas)
    # Two of them wrote an idea, and support it from the beginning.
    people = [*db.session.scalars(sa.select(Idea.author_id).where(Idea.id.in_(ideas[:2]))), make_person().id]
    processes = [
        context.Process(target=work, args=(address, barrier, ideas, people, seeds, place, faults), daemon=True)
        for place in range(PROCESSES)
    ]
    db.session.rollback()  # or this process would hold the turn to write of SQLite
    [process.start() for process in processes]
    differences = []
    for number in seeds:
        barrier.wait(120)
        barrier.wait(60)
        differences += [f"schedule {number}: {one}" for one in find_differences(ideas)]
        if number % 20 == 19:
            _begin_again(ideas)
        db.session.rollback()
        barrier.wait(60)
    [process.join(30) for process in processes]
    told = []
    while not faults.empty():
        told.append(faults.get())
    return differences, told


def _begin_again(ideas):
    """Bring every idea back on line with its author's vote alone: else withdrawn ones would leave less to do."""
    db.session.execute(sa.delete(Vote).where(Vote.idea_id.in_(ideas)))
    db.session.execute(sa.delete(Merge).where(Merge.idea_id.in_(ideas)))
    db.session.execute(sa.delete(Event).where(Event.idea_id.in_(ideas)))
    decided = sa.select(Decision.id).where(Decision.idea_id.in_(ideas))
    db.session.execute(sa.delete(Undo).where(Undo.decision_id.in_(decided)))
    db.session.execute(sa.delete(Decision).where(Decision.idea_id.in_(ideas)))
    added = {"publication": "published", "canonical_id": None, "vote_count": 1}
    db.session.execute(sa.update(Idea).where(Idea.id.in_(ideas)).values(**added))
    own = sa.select(Idea.id, Idea.author_id, Idea.created_at).where(Idea.id.in_(ideas))
    db.session.execute(sa.insert(Vote).from_select(["idea_id", "person_id", "cast_at"], own))
    db.session.commit()


@contextmanager
def database(engine):
    """Give the address of a fresh database of an engine, with its tables."""
    with tempfile.TemporaryDirectory(dir=fast_folder()) as folder, ExitStack() as closing:
        made = sqlite_database(Path(folder)) if engine == "sqlite" else postgresql_database(uuid4().hex, "schedules")
        address = closing.enter_context(made)
        application = open_database(Config(var=folder, database_url=address))
        with application.app_context():
            migrate(db.engine)
            yield address
            db.session.remove()
            db.engine.dispose()


def main(engine, schedules, seed="0"):
    with database(engine) as address:
        found, failed = run(address, int(schedules), int(seed))
    print(f"{schedules} schedules: {len(found)} differences, {len(failed)} faults", *found[:9], *failed[:9], sep="\n")
    return bool(found or failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

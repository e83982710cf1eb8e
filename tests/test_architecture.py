"""Which room of the house leans on which: the plan, held by reading every import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ideas"

NUMBERS = ["numpy", "scipy", "sklearn", "numba", "igraph", "Stemmer", "joblib", "dask", "distributed"]
FLASK = ["flask", "flask_babel", "flask_login", "flask_wtf", "wtforms", "werkzeug", "jinja2", "markupsafe"]
# A door names the rows that queries give it; it never opens the session they came from.
STORE = ["ideas.store.queries", "ideas.store.models"]
DOOR = ["ideas.actions", "ideas.retrieval", "ideas.domain", "ideas.exports", "ideas.config", "ideas.http", *STORE]
# `is_reading` tells the engine which kind of transaction a request needs; an engine that is away is answered by a 503.
PAGES = [*DOOR, *FLASK, "ideas.store.database.is_reading", "sqlalchemy.exc"]
START = [
    *DOOR,
    "ideas.operations",
    "ideas.store.migrating",
    "ideas.store.revisions",
    "ideas.app",
    "ideas.mail",
    "click",
]

PLAN = {
    "domain": [],
    "similarity": NUMBERS,
    # Flask only as the application that the database is opened for: a request or a session is out of reach.
    "store": ["ideas.domain", "ideas.config.ROOT", "sqlalchemy", "flask_sqlalchemy", "alembic", "flask.Flask"],
    "exports": ["ideas.domain"],
    # Files of others are read where they come in.
    "imports": ["ideas.domain", "python_calamine"],
    "mail": ["ideas.domain", "ideas.store", "sqlalchemy"],
    "retrieval": ["ideas.domain", "ideas.similarity", "ideas.store", "ideas.runs", "sqlalchemy"],
    # What similarity takes and gives are arrays.
    "runs": ["ideas.domain", "ideas.similarity", "ideas.store", "sqlalchemy", "numpy"],
    "actions": [
        "ideas.domain",
        "ideas.similarity",
        "ideas.store",
        "ideas.exports",
        "ideas.imports",
        "ideas.mail",
        "ideas.retrieval",
        "ideas.runs",
        "sqlalchemy",
        "email_validator",
    ],
    "operations": [
        "ideas.similarity.index",
        "ideas.actions",
        "ideas.domain",
        "ideas.mail",
        "ideas.retrieval",
        "ideas.store",
        "sqlalchemy",
    ],
    # What both doors know of a request.
    "http": ["ideas.domain", "ideas.config.ROOT", *FLASK, "slugify"],
    "web": PAGES,
    "api": PAGES,
    "demo": ["ideas.actions", "ideas.domain", "ideas.store", "sqlalchemy"],
    # The server knows an application by what WSGI says of it.
    "serving": ["waitress"],
    "worker": [*START, "flask.Flask"],
    # Whoever types a command is told in one line that the database is away; `Flask` is only what `create_app` returns.
    "cli": [*START, "ideas.demo", "ideas.serving", "ideas.worker", "sqlalchemy.exc", "flask.Flask"],
    "app": ["ideas.config", "ideas.store", "ideas.web", "ideas.api", "flask.Flask"],
}
# Inside `similarity`: which of its rooms leans on which.
SIMILARITY = {
    "text": [],
    "neighbours": ["text", "compiling"],
    "clustering": ["text", "neighbours", "compiling"],
    "index": ["text", "compiling"],
    "estimators": ["text", "neighbours", "clustering"],
    "compiling": [],
}
CLOCKS = ("datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time")


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if room_of(path) in PLAN)


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_what_the_plan_says(path):
    room = room_of(path)
    allowed = [f"ideas.{room}", *PLAN[room], *sys.stdlib_module_names]
    assert not [name for name in imports(path) if not any(f"{name}.".startswith(f"{door}.") for door in allowed)]


def test_every_room_is_in_the_plan():
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")}
    assert rooms - PLAN.keys() == {"__init__", "config"}, "say in PLAN what the new room may lean on"


def test_the_rooms_of_similarity_lean_on_one_another_as_the_table_says():
    arrows = set()
    for path in (PACKAGE / "similarity").rglob("*.py"):
        room = path.relative_to(PACKAGE / "similarity").with_suffix("").parts[0]
        names = [
            name.removeprefix("ideas.similarity.").split(".")[0]
            for name in imports(path)
            if name.startswith("ideas.similarity.")
        ]
        arrows |= {(room, name) for name in names if name != room}
    # `__init__` opens every room on demand; nothing inside goes back through it.
    within = {(room, name) for room, name in arrows if room != "__init__"}
    assert within <= {(room, name) for room, names in SIMILARITY.items() for name in names}


@pytest.mark.parametrize("room", ["domain", "similarity", "store", "exports", "actions"])
def test_the_time_is_an_argument(room):
    read = {
        name_of(path): ast.unparse(node)
        for path in MODULES
        if room_of(path) == room
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(CLOCKS)
    }
    assert not read


def test_the_site_starts_without_the_heavy_libraries():
    program = """
import sys, tempfile
from ideas.app import create_app
from ideas.config import Config
create_app(Config(var=tempfile.mkdtemp(), secret_key="x" * 32))
sys.exit(" ".join({"numba", "sklearn", "igraph", "scipy", "dask", "alembic"} & sys.modules.keys()) or 0)
"""
    started = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (started.returncode, started.stderr) == (0, "")

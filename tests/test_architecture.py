"""Which room of the house leans on which: the plan, held by reading every import."""

import ast
import dataclasses
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ideas.config import Config

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ideas"

NUMBERS = ["numpy", "scipy", "sklearn", "numba", "Stemmer", "joblib", "dask", "distributed"]
FLASK = [
    "flask",
    "flask_babel",
    "flask_login",
    "flask_wtf",
    "itsdangerous",
    "wtforms",
    "werkzeug",
    "jinja2",
    "markupsafe",
]
# A door names the rows that queries give it; it never opens the session they came from.
STORE = ["ideas.store.queries", "ideas.store.models"]
DOOR = ["ideas.actions", "ideas.retrieval", "ideas.domain", "ideas.exports", "ideas.config", "ideas.http", *STORE]
# A request settles how it uses the database; one that is away, or busy, is answered by a 503.
PAGES = [*DOOR, *FLASK, "ideas.store.database.begin_request", "ideas.store.writers.Busy", "sqlalchemy.exc"]
START = [
    "ideas.openid.providers",
    *DOOR,
    "ideas.operations",
    "ideas.store.database",
    "ideas.store.migrating",
    "ideas.store.revisions",
    "ideas.app",
    "ideas.mail",
    "click",
]

PLAN = {
    "domain": [],
    "similarity": NUMBERS,
    # Flask only as the application that is open: a request or a session is out of reach.
    "store": [
        "ideas.domain",
        "ideas.config.ROOT",
        "sqlalchemy",
        "flask_sqlalchemy",
        "alembic",
        "flask.Flask",
        "flask.current_app",
    ],
    "exports": ["ideas.domain"],
    # Files of others are read where they come in.
    "imports": ["ideas.domain", "python_calamine"],
    # Mails are written by workers and commands as well as by pages: Jinja without Flask, which would want a request.
    # How an address is spelled is said where mail goes.
    "mail": ["ideas.domain", "ideas.store", "ideas.config.ROOT", "babel", "jinja2", "email_validator", "idna"],
    "retrieval": ["ideas.domain", "ideas.config.ROOT", "ideas.similarity", "ideas.store", "ideas.runs", "sqlalchemy"],
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
        "limits",
        "pyotp",
        "webauthn",
        "cryptography.fernet",
    ],
    "operations": [
        "ideas.similarity.index",
        "ideas.actions",
        "ideas.domain",
        "ideas.exports.unfinished",
        "ideas.mail",
        "ideas.config.BadSetting",
        "ideas.openid",
        "ideas.retrieval",
        "ideas.store",
        "sqlalchemy",
    ],
    # Those who vouch for people elsewhere: read at start, asked when somebody comes from there.
    "openid": ["ideas.domain", "ideas.config.BadSetting", "authlib", "joserfc", "requests"],
    # What both doors know of a request.
    "http": ["ideas.domain", "ideas.config.ROOT", *FLASK, "slugify", "altcha"],
    # The picture of an idea, the square codes of second factors.
    "web": [*PAGES, "PIL", "font_source_serif_pro", "segno", "ideas.openid"],
    "api": PAGES,
    "demo": ["ideas.actions", "ideas.domain", "ideas.retrieval", "ideas.store", "sqlalchemy"],
    # The server knows an application by what WSGI says of it.
    "processes": [],
    "serving": ["waitress"],
    "worker": [*START, "flask.Flask"],
    # Whoever types a command is told in one line that the database is away; `Flask` is only what `create_app` returns.
    "cli": [
        *START,
        "ideas.demo",
        "ideas.processes",
        "ideas.serving",
        "ideas.worker",
        "sqlalchemy.exc",
        "flask.Flask",
    ],
    "app": ["ideas.config", "ideas.store", "ideas.web", "ideas.api", "ideas.openid.providers", "flask.Flask"],
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
MOST_ANY = 0.05  # of the functions: what numbers of arrays and untyped libraries need
CLOCKS = ("datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time")


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if room_of(path) in PLAN)


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def imports(path):
    return imports_within(ast.parse(path.read_text()))


def imports_within(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_what_the_plan_says(path):
    room = room_of(path)
    allowed = [f"ideas.{room}", *PLAN[room], *sys.stdlib_module_names]
    assert not [name for name in imports(path) if not any(f"{name}.".startswith(f"{room}.") for room in allowed)]


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
    # The age of a file is told by the clock of its disk.
    assert read == ({"exports/unfinished.py": "time.time"} if room == "exports" else {})


def functions(path):
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def returns_any(function):
    annotation = ast.unparse(function.returns) if function.returns else ""
    # An annotation between quotes is a text, which is read once more.
    return any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(ast.parse(annotation.strip("'\""))))


@pytest.mark.parametrize(
    ("annotation", "is_any"),
    [
        ("Any", True),
        ("list[Any]", True),
        ("Iterator[dict[str, Any]] | None", True),
        ("'Row[Any]'", True),
        ("dict[str, object]", False),
        ("AnyStr", False),
        ("'Campaign'", False),
    ],
)
def test_any_is_found_wherever_it_hides(annotation, is_any):
    (function,) = ast.parse(f"def one() -> {annotation}: ...").body
    assert returns_any(function) == is_any


def test_few_functions_return_just_anything():
    # What returns `Any` is checked nowhere it is used; a row, a card, a page have named and typed fields.
    every = [(name_of(path), function) for path in sorted(PACKAGE.rglob("*.py")) for function in functions(path)]
    found = [f"{name}:{function.lineno} {function.name}" for name, function in every if returns_any(function)]
    assert len(found) / len(every) < MOST_ANY, "\n".join(found)


def test_the_site_starts_without_the_heavy_libraries():
    program = """
import sys, tempfile
from ideas.app import create_app
from ideas.config import Config
create_app(Config(var=tempfile.mkdtemp(), secret_key="x" * 32))
heavy = {"numba", "sklearn", "scipy", "dask", "alembic", "authlib", "requests", "cryptography", "pyotp", "segno"}
heavy.add("webauthn")
sys.exit(" ".join(heavy & sys.modules.keys()) or 0)
"""
    started = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (started.returncode, started.stderr) == (0, "")


def loads(program):
    """The modules that a program of the house has loaded at its end, by their first names."""
    ending = "\nimport sys\nprint(*{name.partition('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", program + ending], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


def test_the_rules_need_the_standard_library_alone():
    rules = [f"import ideas.domain.{path.stem}" for path in (PACKAGE / "domain").glob("[a-z]*.py")]
    assert not loads("\n".join(rules)) & {*FLASK, *NUMBERS, "sqlalchemy"}


@pytest.mark.parametrize("room", ["domain", "exports", "similarity"])
def test_a_room_without_the_application_is_tested_without_it(room):
    allowed = {f"ideas.{room}", *PLAN[room], f"tests.{room}", "tests.bench"}
    asked = {name for path in (ROOT / "tests" / room).glob("*.py") for name in imports(path)}
    ours = {name for name in asked if name.startswith(("ideas.", "tests."))}
    assert not {name for name in ours if not any(f"{name}.".startswith(f"{room}.") for room in allowed)}


def test_the_rules_are_tested_before_the_application_could_load():
    collect = "import pytest\nassert pytest.main(['-q', '--collect-only', 'tests/domain']) == 0"
    assert not loads(collect) & {"flask", "sqlalchemy", "numpy"}


SOURCES = {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}
# A name that two rooms need is said by both of the same thing.
SHARED_NAMES = {
    "Actor": "what the store asks of whoever looks, and whoever makes this request",
    "Appointment": "the rule's, and its row",
    "Event": "of a subject from run to run, and of the log of security",
    "Undo": "what a decision changed, and the button that takes it back",
}
# Imported where they are used: slow to load, and most requests and commands do without.
HEAVY = [
    "ideas.similarity",
    "ideas.runs",
    "ideas.actions.hit_storage",
    "limits",
    "python_calamine",
    "PIL",
    "ideas.openid",
]
HEAVY += ["cryptography", "pyotp", "segno", "webauthn", *NUMBERS]
# What only a library of ours gives others, and what is ready for the pages to come.
OFFERED = {
    "neighbour_graph",
    "list_requests",
}


def definitions(tree, *kinds):
    return [node for node in tree.body if isinstance(node, kinds)]


def doors_of(node):
    """Whether a library calls what is defined here: a view, a command."""
    return any(isinstance(one, ast.Call) or ast.unparse(one) == "main.command" for one in node.decorator_list)


def test_a_class_is_defined_once():
    places = Counter(node.name for tree in SOURCES.values() for node in definitions(tree, ast.ClassDef))
    assert {name for name, count in places.items() if count > 1} == SHARED_NAMES.keys()


@pytest.mark.parametrize("room", sorted(PLAN))
def test_a_function_is_defined_once_in_its_room(room):
    # Queries are read with the name of their module, and the two joins are one function in two ways.
    places = Counter(
        node.name
        for path, tree in SOURCES.items()
        if room_of(path) == room and "queries" not in path.parts and path.name != "scipy_join.py"
        for node in definitions(tree, ast.FunctionDef)
        if not node.name.startswith("_") and not doors_of(node)
    )
    assert not [name for name, count in places.items() if count > 1]


def words_used():
    """Every name that is read in the package, the templates, the migrations or the benchmark."""
    others = [*(ROOT / "tests" / "bench").glob("*.py"), *(ROOT / "migrations").rglob("*.py"), ROOT / "wsgi.py"]
    for tree in [*SOURCES.values(), *(ast.parse(path.read_text()) for path in others)]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                yield node.id
            elif isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 100:
                yield from re.findall(r"\w+", node.value)
    for path in (ROOT / "templates").rglob("*.*"):
        yield from re.findall(r"\w+", path.read_text())
    yield from re.findall(r"\w+", (ROOT / "pyproject.toml").read_text())


def test_nothing_stays_that_nothing_uses():
    used = set(words_used())
    assert not used & OFFERED, "no longer an exception"
    defined = {
        name: name_of(path)
        for path, tree in SOURCES.items()
        for node in definitions(tree, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
        for name in names_of(node)
    }
    fields = {field.name: "config.py" for field in dataclasses.fields(Config)}
    assert not {name: place for name, place in (defined | fields).items() if name not in used | OFFERED}


def names_of(node):
    """The names that a statement of a module defines for others."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [] if doors_of(node) or node.name.startswith("__") else [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    named = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
    return [name for name in named if not name.startswith("__")]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_what_is_heavy_is_imported_late(path):
    if room_of(path) in {"cli", "app", "similarity"}:  # a command or a language of a text pays for what it uses
        return
    late = [
        name for node in ast.walk(SOURCES[path]) if isinstance(node, ast.FunctionDef) for name in imports_within(node)
    ]
    assert not [name for name in late if not any(f"{name}.".startswith(f"{room}.") for room in HEAVY)]


def test_a_docstring_says_what_is_returned_as_everybody_does():
    files = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")]
    odd = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and (text := ast.get_docstring(node))
        if re.match(r"Answers? (?!in\b)", text)
    ]
    assert not odd, "say Return, or what is done"

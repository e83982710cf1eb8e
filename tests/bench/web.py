"""Rows on the whole product: its commands, its web server, its index in several processes."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from ideas.similarity.index import SimilarIndex, WordIndex
from ideas.similarity.text.field_impacts import WeightedField, weigh_fields
from ideas.similarity.text.search_terms import read_query
from tests.bench.rows import memory, row
from tests.servers import free_port

TYPED = 60  # texts typed, a word at a time
PROCESSES = 4
STARTS = 5


@row("type-ahead over HTTP", "ideas", most=100_000)
def type_ahead(case):
    texts = random.Random(3).sample(case.texts, TYPED)
    starts = [" ".join(words[:end]) for words in map(str.split, texts) for end in range(1, min(len(words), 12) + 1)]
    with tempfile.TemporaryDirectory() as var:
        environment, seconds = make_campaign(case.texts, Path(var))
        with served(environment) as (port, server):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            where = "/idees/similaires"
            first = _ask(connection, where, {"texte": starts[0]})
            taken = case.measure(lambda: [_ask(connection, where, {"texte": start}) for start in starts], len(starts))
            case.note(
                p50_ms=np.percentile(taken, 50),
                p95_ms=np.percentile(taken, 95),
                first_ms=first,
                server_mb=memory("smaps_rollup", "Pss", server),
                import_s=seconds,
            )


@row("search over HTTP, two words", "ideas", most=100_000)
def search_words(case):
    """Ask for two words of a text, one letter changed in one query of four; the server's own processor time counts."""
    chance = random.Random(5)
    queries = [
        _two_words(text, chance, mistyped=place % 4 == 0) for place, text in enumerate(chance.sample(case.texts, 120))
    ]
    with tempfile.TemporaryDirectory() as var:
        environment, _ = make_campaign(case.texts, Path(var))
        with served(environment) as (port, server):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            first = _ask(connection, "/idees", {"q": queries[0]})
            listed = _cost(connection, server, [{}] * 40)
            start = _seconds_of(server)
            taken = case.measure(lambda: [_ask(connection, "/idees", {"q": query}) for query in queries], len(queries))
            case.note(
                server_cpu_ms=1000 * (_seconds_of(server) - start) / len(queries),
                list_cpu_ms=listed,
                p50_ms=np.percentile(taken, 50),
                p95_ms=np.percentile(taken, 95),
                first_ms=first,
            )


@row("search, two words, in process", "ideas")
def rank_words(case):
    """Rank alone, without page or database."""
    chance = random.Random(5)
    documents = [weigh_fields([WeightedField(text, 1)]) for text in case.texts]
    started = time.process_time()
    index = WordIndex.build(range(len(documents)), documents)
    built = time.process_time() - started
    queries = [
        _two_words(text, chance, mistyped=place % 4 == 0) for place, text in enumerate(chance.sample(case.texts, 200))
    ]

    def rank():
        taken = []
        for query in queries:
            started = time.perf_counter()
            ranking = index.rank(read_query(query))
            next(filter(None, map(ranking.list_level, range(3))), [])
            taken.append((time.perf_counter() - started) * 1000)
        return taken

    taken = case.measure(rank, len(queries))
    case.note(p50_ms=np.percentile(taken, 50), p95_ms=np.percentile(taken, 95), build_cpu_s=built)


def _two_words(text, chance, *, mistyped):
    words = re.findall(r"[^\W\d_]{5,}", text) or text.split()
    one, other = chance.choice(words), chance.choice(words)
    if mistyped:
        place = chance.randrange(1, len(one))
        one = one[: place - 1] + one[place:]
    return f"{one} {other}"


def _seconds_of(server):
    """Return the processor seconds that a process has used, as Linux counts them."""
    fields = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cost(connection, server, given):
    start = _seconds_of(server)
    for query in given:
        _ask(connection, "/idees", query)
    return 1000 * (_seconds_of(server) - start) / len(given)


@row("regroup of the demonstration", "ideas, second time", most=10_000)
def regroup_demonstration(case):
    """Time the command, start of Python and read of the compiled code included."""
    with tempfile.TemporaryDirectory() as var:
        environment = os.environ | {"IDEAS_VAR": var, "PORT": str(free_port())}
        demonstration = subprocess.Popen([*IDEAS, "demo"], env=environment, stdout=subprocess.PIPE, text=True)
        slug = _wait_for_demonstration(demonstration, environment)
        told = case.measure(lambda: json.loads(run(environment, "regroup", "--campaign", slug, "--json")))
        case.figures["texts"] = told["ideas"]
        case.note(clusters=told["clusters"], seconds_told=told["seconds"])


@row("start of a command", "ideas campaign list", most=10_000)
def start_command(case):
    with tempfile.TemporaryDirectory() as var:
        environment = os.environ | {"IDEAS_VAR": var}
        run(environment, "migrate")
        case.measure(lambda: [run(environment, "campaign", "list") for _ in range(STARTS)], STARTS)


@row("start of a command", "SQLAlchemy and click alone", most=10_000)
def start_libraries(case):
    """Measure what no command that reads the database can do without."""
    floor = [sys.executable, "-c", "import click, sqlalchemy.orm"]
    case.measure(lambda: [subprocess.run(floor, check=True) for _ in range(STARTS)], STARTS)


@row("one index in several processes", f"ideas, {PROCESSES} that search")
def share(case):
    """Proportional memory adds up to what is really used: the mapped index counts once."""
    context = get_context("spawn")
    folder, texts = str(case.folder / "index"), random.Random(4).sample(case.texts, 100)
    barriers = context.Barrier(PROCESSES), context.Queue()
    searchers = [context.Process(target=_search, args=(folder, texts, *barriers)) for _ in range(PROCESSES)]

    def search():
        for searcher in searchers:
            searcher.start()
        told = [barriers[1].get() for _ in searchers]
        for searcher in searchers:
            searcher.join()
        return told

    told = case.measure(search, PROCESSES * len(texts))
    pss, private = np.sum(told, axis=0)
    case.note(
        index_mb=(case.folder / "index" / "index").stat().st_size / 2**20,
        together_mb=pss,
        private_mb_each=private / PROCESSES,
    )


def _search(folder, texts, barrier, told):
    index = SimilarIndex.open(folder)
    for text in texts:
        index.search(text)
    barrier.wait()  # memory is shared with those that are still there
    figures = memory("smaps_rollup", "Pss"), memory("smaps_rollup", "Private_Dirty")
    barrier.wait()
    told.put(figures)


IDEAS = [sys.executable, "-m", "ideas.cli"]


def make_campaign(texts, var, **settings):
    """Make a campaign of texts, or titles and bodies, by the commands; answer its environment and the seconds."""
    environment = os.environ | {"IDEAS_VAR": str(var)} | settings
    run(environment, "migrate")
    dates = ("--opens", "2020-01-01", "--closes", "2099-12-31")
    run(environment, "campaign", "create", "bench", "--title", "Mesures", "--question", "Quelles données ?", *dates)
    with (var / "ideas.jsonl").open("w", encoding="utf-8") as file:
        for text in texts:
            title, rest = _split(text) if isinstance(text, str) else text
            file.write(json.dumps({"title": title, "data_wanted": rest}) + "\n")
    started = time.perf_counter()
    run(environment, "import", str(var / "ideas.jsonl"), "--campaign", "bench", "--publish")
    return environment, time.perf_counter() - started


def _split(text):
    words = text.split()
    return " ".join(words[:12])[:120], " ".join(words[12:]) or text


@contextmanager
def served(environment):
    port = free_port()
    server = subprocess.Popen(
        [*IDEAS, "serve", "--port", str(port)],
        env=environment | {"IDEAS_SECRET_KEY": "0" * 64, "IDEAS_ORIGIN": f"http://127.0.0.1:{port}"},
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait_for(port):
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sante")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The server did not start.")


def _ask(connection, where, given):
    """Return the milliseconds that a page takes."""
    started = time.perf_counter()
    connection.request("GET", f"{where}?{urlencode(given)}")
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return (time.perf_counter() - started) * 1000


def _wait_for_demonstration(demonstration, environment):
    """Load the demonstration, group it once, stop it; answer the name of its campaign."""
    try:
        _wait_for(int(environment["PORT"]))
    finally:
        demonstration.send_signal(signal.SIGINT)
        demonstration.communicate(timeout=60)
    (campaign,) = json.loads(run(environment, "campaign", "list", "--json"))
    return campaign["slug"]


def run(environment, *words):
    ran = subprocess.run([*IDEAS, *words], env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(ran.stderr.strip() or ran.stdout.strip())
    return ran.stdout

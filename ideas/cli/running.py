"""`ideas serve` and `ideas worker` for production, `ideas demo` for a first look: both at once, with data."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from ideas.cli.base import engine_of, find_campaign, opened
from ideas.config import LACKS_PROXY, Config
from ideas.domain.accounts import Operator

COMMAND = (sys.executable, "-m", "ideas.cli")
HOST, PORT = "127.0.0.1", 8000
# The pool of the database holds 15 connections; each thread uses one.
FEWEST_THREADS, THREADS, MOST_THREADS = 2, 8, 15
READ_BY_MANY = ("ideas/", "subjects/", "accounts/")  # templates
VISITORS = (
    ("contributor", "contributeur@example.org"),
    ("moderator", "moderation@example.org"),
    ("owner", "campagne@example.org"),
)

port_option = click.option(
    "--port", type=click.IntRange(1, 65_535), default=PORT, envvar="PORT", show_default=True, show_envvar=True
)
threads_option = click.option(
    "--threads",
    type=click.IntRange(FEWEST_THREADS, MOST_THREADS),
    default=THREADS,
    show_default=True,
    help="Requests answered at the same time.",
)


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@port_option
@threads_option
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Processes that answer, which share their memory; when one ends, all do.",
)
def serve(host: str, port: int, threads: int, processes: int) -> None:
    """Serve the site.

    Run `ideas worker` beside it, and a proxy that speaks HTTPS in front of it.
    """
    from ideas.app import create_app
    from ideas.http.headers import make_headers
    from ideas.operations.private_files import keep_private
    from ideas.processes import share_work
    from ideas.serving import make_server, reserve, stop_cleanly_on_signals

    log_to_stderr()
    config = Config.from_environment()
    config.signing_key()  # refused before anything is said
    if not config.origin:
        config = replace(config, origin=f"http://{host}:{port}")
        click.echo(f"IDEAS_ORIGIN is not set: links in mails will begin with {config.origin}.", err=True)
    if config.lacks_proxy:
        click.echo(LACKS_PROXY, err=True)
    keep_private(config.var)
    app = create_app(config)
    is_there = _check_migrated(app)
    _keep_threads_for_readers(app, threads)
    stop_cleanly_on_signals()
    headers, listening, first = make_headers(is_secure=config.is_secure), reserve(host, port), os.getpid()

    def answer() -> None:
        server = make_server(app, listening, threads=threads, proxies=config.proxies, headers=headers)
        if os.getpid() == first:
            click.echo(f"Serving on http://{host}:{port}", err=True)
        server.run()

    if processes == 1:
        answer()
        return
    if is_there:
        _warm_up(app, config.origin)
    share_work(processes, answer)


@click.command()
@click.option("--watch", type=int, hidden=True, help="Stop when the parent is no longer the process of this number.")
def worker(watch: int | None) -> None:
    """Do what is due: mails, jobs, index, erasure.

    One worker is enough; several do no harm.
    """
    # Until it works there is nothing to finish: being told to stop while it opens its rooms is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from ideas.app import open_database
    from ideas.operations.private_files import keep_private
    from ideas.worker import run

    log_to_stderr()
    app = open_database()
    keep_private(app.config["IDEAS"].var)
    _check_migrated(app)
    run(app, watched=watch)


@click.command()
@port_option
@threads_option
def demo(port: int, threads: int) -> None:
    """Serve the demonstration until Ctrl-C.

    Makes the database and loads the campaign when they are missing, then runs the web server and the worker.
    """
    from ideas.app import create_app
    from ideas.http.headers import make_headers
    from ideas.operations.private_files import keep_private
    from ideas.serving import make_server, reserve, stop_cleanly_on_signals

    listening = reserve(HOST, port)
    stop_cleanly_on_signals()
    config = replace(Config.from_environment(), demo=True, origin=f"http://{HOST}:{port}", proxies=0)
    config = replace(config, organiser=config.organiser or "une équipe de démonstration")
    keep_private(config.var)
    links = _prepare(config)
    with _worker(config):
        app = create_app(config)
        _keep_threads_for_readers(app, threads)
        server = make_server(app, listening, threads=threads, headers=make_headers(is_secure=False))
        _greet(config.origin, links)
        server.run()


def _prepare(config: Config) -> list[tuple[str, str]]:
    """Do what a first start, or one that was interrupted, lacks; return a sign-in link for each visitor."""
    slug, has_clusters = _load(config)
    if not has_clusters:
        click.echo("Finding the clusters…")
        _regroup(config, slug)
    with opened(config):
        if not has_clusters:
            _finish(slug)
        _publish(config, slug)
        return [(name, _make_link(email, config)) for name, email in VISITORS]


def _load(config: Config) -> tuple[str, bool]:
    """Make the database and load the campaign unless they are there; return its name, and whether it has clusters."""
    from ideas.demo.files import read_demonstration
    from ideas.demo.loading import find_demonstration, keep_demonstration_open, load_demonstration
    from ideas.store.migrating import migrate

    content, now = read_demonstration(), datetime.now(UTC)
    with opened(config) as app:
        migrate(engine_of(app))
        campaign = find_demonstration(content)
        if campaign is None:
            click.echo("Loading the demonstration campaign…")
            campaign = load_demonstration(content, now=now)
        keep_demonstration_open(campaign, content, now=now)
        return campaign.slug, campaign.current_run_id is not None


def _finish(slug: str) -> None:
    """Do what the team does once there are subjects."""
    from ideas.demo.files import read_demonstration
    from ideas.demo.finishing import finish

    finish(find_campaign(slug), read_demonstration(), now=datetime.now(UTC))


def _publish(config: Config, slug: str) -> None:
    """Publish a first edition unless there is one."""
    from ideas.actions.editions import publish_edition
    from ideas.store import queries

    campaign = find_campaign(slug)
    if not queries.editions.list_all(campaign.id):
        publish_edition(campaign.id, actor=Operator(), now=datetime.now(UTC), var=config.var)


def _make_link(email: str, config: Config) -> str:
    from ideas.actions.accounts import make_link
    from ideas.domain.accounts import OPERATOR_LINK_LIFETIME

    return make_link(email, origin=config.origin, now=datetime.now(UTC), lifetime=OPERATOR_LINK_LIFETIME)


def _regroup(config: Config, slug: str) -> None:
    """Find the clusters in a process of its own: the libraries that it needs would stay in the web server's memory."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "regroup", "--campaign", slug], env=_environment(config), stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        raise click.ClickException("The clusters of the demonstration could not be found.")


@contextmanager
def _worker(config: Config) -> Iterator[None]:
    """Run the worker beside us. It has a session of its own, so that Ctrl-C reaches it through us, and watches us."""
    command = [*COMMAND, "worker", "--watch", str(os.getpid())]
    process = subprocess.Popen(command, env=_environment(config), start_new_session=True)  # noqa: S603 - our own
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(config: Config) -> dict[str, str]:
    return os.environ | config.to_environment()


def _greet(origin: str, links: list[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in links)
    lines = [f"  {name:<{width}}  {link}" for name, link in links]
    click.echo(f"\nThe demonstration is on {origin}\n\nTo sign in, once each, within 24 hours:")
    click.echo("\n".join(lines) + "\n\nCtrl-C stops it; the data stay.\n")
    sys.stdout.flush()


def log_to_stderr() -> None:
    """Log what happens, for whoever keeps the log of a service."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _keep_threads_for_readers(app: Any, threads: int) -> None:
    """Have half of the threads at most wait for a writer that does not end."""
    from ideas.store.database import leave_threads_to_readers

    with app.app_context():
        leave_threads_to_readers(engine_of(app), few=threads // 2)


def _warm_up(app: Any, origin: str) -> None:
    """Read what everybody will ask for, once for all processes, and leave nothing open that they must not share."""
    from ideas.retrieval.index_files import load_engine

    load_engine()
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(READ_BY_MANY)):
        app.jinja_env.get_template(name)
    for address in ("/", "/idees"):
        app.test_client().get(address, base_url=origin)
    with app.app_context():
        engine_of(app).dispose()


def _check_migrated(app: Any) -> bool:
    """Refuse to start on a database of another version; one that is away may come back: tell whether it is there."""
    from sqlalchemy.exc import OperationalError

    from ideas.store.revisions import is_migrated

    try:
        with app.app_context():
            is_at_this_version = is_migrated(engine_of(app))
    except OperationalError:
        click.echo("The database does not answer yet.", err=True)
        return False
    if not is_at_this_version:
        raise click.ClickException("The database is not at this version: run `ideas migrate`.")
    return True

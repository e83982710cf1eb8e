"""The embedded web server: waitress, set so that slow clients never keep others waiting.

Waitress reads a whole request before a thread sees it and writes the answer behind the thread's back. At its default
limit of 100 connections, 100 slow clients stop it; at 1,000, with the file descriptors to match, 200 of them change
nothing for the others.
"""

import contextlib
import ctypes
import resource
import signal
import socket
from collections.abc import Mapping
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

CONNECTIONS = 1_200
DESCRIPTORS = 4_096
# A page of ours is at most 25 KB: it leaves the thread at once, and a slow reader holds memory, not a thread.
BUFFER = 1_048_576
# Ten times what the application takes: it is the application that says « too large », in the reader's language.
LONGEST_BODY = 12 * BUFFER
ARENA_MAX = -8  # as glibc numbers what `mallopt` sets
PATIENCE = 60  # seconds of silence after which a connection is closed


class PortTaken(OSError):
    """The address cannot be listened on; the message says which and why."""


def reserve(host: str, port: int) -> socket.socket:
    """Return a socket bound to `host` and `port`, kept from others; nothing is accepted before the server is made."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((host, port))
    except OSError as error:
        one.close()
        why = (error.strerror or str(error)).lower()
        raise PortTaken(f"Cannot listen on {host}:{port} ({why}): choose another port, as in PORT=8001.") from None
    return one


def make_server(
    app: Any, listening: socket.socket, *, threads: int, proxies: int = 0, headers: Mapping[str, str] | None = None
) -> Any:
    """Return the server, which accepts connections from now on; `run()` answers until SIGINT or SIGTERM.

    Forwarding headers are dropped unless `proxies` are declared; the application then reads those it trusts. What the
    server refuses before the application sees it carries `headers`.
    """
    _allow_descriptors()
    _keep_one_heap()
    server = create_server(
        app,
        sockets=[listening],
        threads=threads,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,  # select() knows no descriptor above 1,023
        backlog=1024,
        channel_timeout=PATIENCE,
        cleanup_interval=10,
        outbuf_high_watermark=16 * BUFFER,
        outbuf_overflow=BUFFER,
        inbuf_overflow=BUFFER // 2,
        max_request_header_size=32_768,
        max_request_body_size=LONGEST_BODY,
        trusted_proxy=None,
        clear_untrusted_proxy_headers=not proxies,
        ident=None,
    )
    server.channel_class = _channel_with(headers or {})
    return server


def _channel_with(headers: Mapping[str, str]) -> type[HTTPChannel]:
    """Return the channel whose own answers (400, 413, 431, 500…) carry these headers."""

    class Refusal(ErrorTask):
        def execute(self) -> None:
            self.response_headers.extend(headers.items())
            super().execute()

    class Channel(HTTPChannel):
        error_task_class = Refusal

    return Channel


def stop_cleanly_on_signals() -> None:
    """Make SIGTERM, SIGHUP and Ctrl-C a regular end of the program, whatever it is at: `finally` is obeyed."""

    def stop(_number: int, _frame: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # left alone under nohup
        signal.signal(signal.SIGHUP, stop)


def _allow_descriptors() -> None:
    """Raise the soft limit of open files where the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _keep_one_heap() -> None:
    """Have all threads take memory from one heap: glibc gives each its own, where what it once needed stays."""
    set_up = getattr(ctypes.CDLL(None), "mallopt", None)  # other libraries have none, and one heap
    if set_up is not None:
        set_up(ARENA_MAX, 1)

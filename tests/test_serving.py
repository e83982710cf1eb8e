"""The embedded server: slow clients keep nobody waiting, forged headers tell nothing, a stop is clean."""

import http.client
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest

from ideas.http.headers import make_headers
from ideas.serving import PortTaken, make_server, reserve


def tell_headers(environ, start_response):
    body = environ.get("HTTP_X_FORWARDED_FOR", "none").encode()
    assert "HTTP_X_FAIL" not in environ
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


@contextmanager
def served(**given):
    """Serve a small application in a thread, and give its port."""
    listening = reserve("127.0.0.1", 0)
    server = make_server(tell_headers, listening, **{"threads": 2} | given)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield listening.getsockname()[1]
    # The loop, when something else wakes it first, closes its trigger before this thread has pulled it.
    with suppress(OSError):
        server.trigger.pull_trigger(lambda: [one.close() for one in list(server._map.values())])
    thread.join(20)
    server.task_dispatcher.shutdown()


def ask(port, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    body = connection.getresponse().read()
    connection.close()
    return body


@pytest.mark.parametrize(
    "begun", [b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n"]
)
def test_two_hundred_slow_clients_keep_nobody_waiting(begun):
    with served() as port, ExitStack() as slow:
        connections = [slow.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(200)]
        for connection in connections:
            connection.sendall(begun)
        for _ in range(5):
            started = time.monotonic()
            for connection in connections:
                connection.sendall(b"x")
            assert ask(port) == b"none"
            assert time.monotonic() - started < 1


@pytest.mark.parametrize("proxies, told", [(0, b"none"), (1, b"203.0.113.7")])
def test_forwarding_headers_reach_the_application_only_behind_a_declared_proxy(proxies, told):
    with served(proxies=proxies) as port:
        assert ask(port, X_Forwarded_For="203.0.113.7") == told


@pytest.mark.parametrize(
    "sent, status",
    [
        (b"GET / HTTP/9.9 x\r\n\r\n", b"400"),
        # All of it is read: a connection that is closed before is reset, and its answer lost.
        (b"GET /" + b"x" * 32_763, b"431"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Fail: 1\r\n\r\n", b"500"),
    ],
)
def test_what_the_server_says_by_itself_carries_the_headers_of_the_site(sent, status):
    headers = make_headers(is_secure=True)
    with served(headers=headers) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(sent)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    assert answer.split()[1] == status
    for name, value in headers.items():
        assert f"{name}: {value}".encode() in answer, name


def test_a_port_that_is_taken_is_told_in_one_line():
    with served() as port, pytest.raises(PortTaken, match=f"Cannot listen on 127.0.0.1:{port}"):
        reserve("127.0.0.1", port)

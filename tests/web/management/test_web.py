"""The web server itself, with applications of a few lines."""

from __future__ import annotations

import http.client
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.process_tree import Tree, bare_environment, running, status_of

#: An application that answers at once, except that it answers /wait only after the server has been
#: asked to stop.
SERVER = """
import os, signal, sys, time

os.environ["DJANGO_SETTINGS_MODULE"] = "faxportal.settings"
from faxportal.web.server.listen_address import listen
from faxportal.web.server.waitress_server import serve

stopping = []

def stop(*args):
    stopping.append(True)
    raise SystemExit

def application(environ, start_response):
    if environ["PATH_INFO"] == "/wait":
        print("waiting", flush=True)
        while not stopping:
            time.sleep(0.01)
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

signal.signal(signal.SIGTERM, stop)
listener = listen("127.0.0.1:0")
print("port", listener.getsockname()[1], flush=True)
serve(application, listener)
"""
#: More than 100, which is the most open connections that waitress allows by default.
SLOW_PEOPLE = 150


@pytest.fixture
def server() -> Iterator[tuple[Tree, int]]:
    environment = bare_environment(FAXPORTAL_MAX_FILES="1", FAXPORTAL_MAX_FILE_MB="1")
    with running([sys.executable, "-c", SERVER], environment) as tree:
        yield tree, int(tree.find(r"port (\d+)")[1])


def test_a_request_that_runs_when_the_server_is_stopped_gets_its_answer(
    server: tuple[Tree, int],
) -> None:
    tree, port = server
    statuses: list[int] = []
    person = threading.Thread(
        target=lambda: statuses.append(status_of(f"http://127.0.0.1:{port}/wait"))
    )
    person.start()
    tree.find("waiting")
    tree.send(signal.SIGTERM)
    person.join()
    assert statuses == [200]
    assert tree.wait_for_all() == 0


def test_people_on_slow_lines_keep_nobody_from_a_page(server: tuple[Tree, int]) -> None:
    _, port = server
    with ExitStack() as connections:
        for _ in range(SLOW_PEOPLE):
            slow = connections.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nbegun")
        assert status_of(f"http://127.0.0.1:{port}/") == 200


def test_a_body_far_beyond_what_a_form_carries_is_refused_before_it_comes(
    server: tuple[Tree, int],
) -> None:
    _, port = server
    ask = http.client.HTTPConnection("127.0.0.1", port)
    ask.putrequest("POST", "/")
    ask.putheader("Content-Length", str(10 * 2**20))
    ask.endheaders()
    assert ask.getresponse().status == 413
    ask.close()


def test_the_server_does_not_name_its_software(server: tuple[Tree, int]) -> None:
    _, port = server
    ask = http.client.HTTPConnection("127.0.0.1", port)
    ask.request("GET", "/")
    assert ask.getresponse().headers["Server"] is None
    ask.close()

"""An answer that must not have a body has none: the next bytes belong to the next answer.

If a proxy uses a connection for several people, the bytes of such a body would be taken as the
answer to another person's request.
"""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.process_tree import bare_environment, running

#: Each address answers in one of the ways that an application may choose.
SERVER = """
import io, os, sys, tempfile

os.environ["DJANGO_SETTINGS_MODULE"] = "faxportal.settings"
from faxportal.web.server.listen_address import listen
from faxportal.web.server.waitress_server import serve

BODY = b"HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nfalse!"

def page(environ, start_response):
    start_response("200 OK", [("Content-Length", str(len(BODY)))])
    return [BODY]

def unmeasured(environ, start_response):
    start_response("200 OK", [])
    return [BODY]

def stream(environ, start_response):
    start_response("200 OK", [])
    return (BODY for _ in range(3))

def document(environ, start_response):
    file = tempfile.TemporaryFile()
    file.write(BODY * 5000)
    file.seek(0)
    start_response("200 OK", [("Content-Length", str(5000 * len(BODY)))])
    return environ["wsgi.file_wrapper"](file)

def missing(environ, start_response):
    start_response("404 Not Found", [("Content-Length", str(len(BODY)))])
    return [BODY]

def unchanged(environ, start_response):
    document(environ, lambda *_: None)
    start_response("304 Not Modified", [])
    return document(environ, lambda *_: None)

def nothing(environ, start_response):
    start_response("204 No Content", [])
    return [BODY]

def failing(environ, start_response):
    raise RuntimeError

def next_one(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

def application(environ, start_response):
    return globals()[environ["PATH_INFO"].strip("/")](environ, start_response)

listener = listen("127.0.0.1:0")
print("port", listener.getsockname()[1], flush=True)
serve(application, listener)
"""
#: Times that each address is requested through the proxy.
TIMES = 20
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream portal {{
        server 127.0.0.1:{portal};
        keepalive 4;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://portal;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running([sys.executable, "-c", SERVER], bare_environment()) as tree:
        yield int(tree.find(r"port (\d+)")[1])


def _receive(connection: socket.socket) -> bytes:
    """Everything that comes until the server closes the connection."""
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


def _answer_and_next(port: int, method: str, path: str) -> bytes:
    """Both answers on one connection: to this request, and to a GET that comes right after it."""
    requests = (f"{method} {path} HTTP/1.1", "GET /next_one HTTP/1.1\r\nConnection: close")
    with socket.create_connection(("127.0.0.1", port)) as connection:
        # In one piece: a server that closes the connection would reset it at a later request.
        connection.sendall(
            "".join(f"{one}\r\nHost: localhost\r\n\r\n" for one in requests).encode()
        )
        return _receive(connection)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("HEAD", path) for path in ("/page", "/unmeasured", "/stream", "/document", "/missing")),
        ("HEAD", "/failing"),
        *((method, path) for method in ("HEAD", "GET") for path in ("/unchanged", "/nothing")),
    ],
)
def test_an_answer_without_a_body_is_followed_by_the_next_answer(
    port: int, method: str, path: str
) -> None:
    received = _answer_and_next(port, method, path)
    assert b"false!" not in received
    head, _, rest = received.partition(b"\r\n\r\n")
    # The server may close the connection instead of answering the next request.
    assert rest.startswith(b"HTTP/1.1 200 OK") or (b"Connection: close" in head and rest == b"")


def test_a_head_tells_how_long_the_body_would_be(port: int) -> None:
    for path, length in (("/page", 44), ("/document", 220_000)):
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as ask:
            ask.request("HEAD", path)
            assert ask.getresponse().headers["Content-Length"] == str(length)


def test_a_refused_head_has_no_body_either(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"HEAD / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n")
        head, _, rest = _receive(connection).partition(b"\r\n\r\n")
    assert b" 400 " in head.split(b"\r\n")[0]
    assert rest == b""


@contextmanager
def _nginx(folder: Path, portal: int) -> Iterator[int]:
    """Nginx as a proxy that uses its connections to the portal again. Yields its port."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not program:
        pytest.skip("nginx is not installed")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, portal=portal, port=port))
    with subprocess.Popen([program, "-c", str(file), "-p", str(folder)]) as process:
        try:
            while not _answers(port):
                assert process.poll() is None
            yield port
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def test_no_client_of_a_proxy_gets_the_body_of_another_clients_answer(
    port: int, tmp_path: Path
) -> None:
    paths = re.findall(r"^def (\w+)\(environ", SERVER, re.MULTILINE)
    with _nginx(tmp_path, port) as proxy:
        for path in paths[: paths.index("next_one")] * TIMES:
            with closing(http.client.HTTPConnection("127.0.0.1", proxy)) as one:
                one.request("HEAD", f"/{path}")
                one.getresponse().read()
            with closing(http.client.HTTPConnection("127.0.0.1", proxy)) as another:
                another.request("GET", "/next_one")
                assert another.getresponse().read() == b"ok"

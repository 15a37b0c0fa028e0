"""Do slow uploads make pages slow for others, with no proxy in front of the portal?

At the same time, 200 connections (`SLOW`) upload a file each, at 1 KB/s, to a portal that
`manage.py serve` runs. Meanwhile the benchmark fetches a page again and again. Then it prints lines
`name value unit`. The last line is the answer: how many times longer the page takes during the
uploads.
docs/adr/0001-waitress-is-the-web-server.md has the figures of other servers.
"""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = "/accounts/login/"
SLOW = 200
SECONDS = 8
BODY_START = (
    b"--b\r\nContent-Disposition: form-data; name=documents; filename=a.pdf\r\n"
    b"Content-Type: application/pdf\r\n\r\n"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, portal(Path(folder)) as port:
        fetch_pages(port, seconds=1)  # the first requests compile templates
        idle = fetch_pages(port, seconds=SECONDS)
        with slow_uploads(port):
            busy = fetch_pages(port, seconds=SECONDS)
    for name, times in (("page_idle", idle), (f"page_with_{SLOW}_slow_uploads", busy)):
        print(f"{name}_median {statistics.median(times) * 1000:.2f} ms")
        print(f"{name}_p99 {statistics.quantiles(times, n=100)[-1] * 1000:.2f} ms")
    print(f"slow_uploads_slowdown {statistics.median(busy) / statistics.median(idle):.2f} ratio")


@contextmanager
def portal(data: Path) -> Iterator[int]:
    """The portal's web server with an empty database, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    given = {name: value for name, value in os.environ.items() if "FAXPORTAL_" not in name}
    environment = given | {
        "FAXPORTAL_BIND": f"127.0.0.1:{port}",
        "FAXPORTAL_DATA_DIR": str(data),
        "FAXPORTAL_SECRET_KEY": secrets.token_urlsafe(48),
        "FAXPORTAL_CREDENTIAL_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "FAXPORTAL_RECORD_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "FAXPORTAL_VOIPNOW_SERVERS": "https://voip.example.com",
        "FAXPORTAL_STORAGE_ORIGINS": "https://storage.example.com",
    }
    serve = [sys.executable, str(ROOT / "manage.py"), "serve"]
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(serve, env=environment, stdout=log, stderr=log)
    try:
        while not is_up(port):
            if server.poll() is not None:
                sys.exit((data / "log").read_text())
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def is_up(port: int) -> bool:
    """Whether the portal answers."""
    try:
        return fetch(port) > 0
    except OSError:
        return False


def fetch_pages(port: int, *, seconds: float) -> list[float]:
    """Seconds that each fetch of the page took. A fetch without an answer ends the benchmark."""
    end = time.monotonic() + seconds
    times = []
    while time.monotonic() < end:
        times.append(fetch(port))
    return times


def fetch(port: int) -> float:
    """Seconds that one fetch of the page takes."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", PAGE)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.client.OK:
        sys.exit(f"{PAGE} answered {answer.status}.")
    return time.perf_counter() - start


@contextmanager
def slow_uploads(port: int) -> Iterator[None]:
    """Keep `SLOW` uploads going in this context: each sends a file of 10 MB at 1 KB/s."""
    head = (
        f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {10_000_000 + len(BODY_START)}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    over = threading.Event()
    with ExitStack() as stack:
        lines = []
        for _ in range(SLOW):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(head.encode() + BODY_START)
            lines.append(line)

        def drip() -> None:
            while not over.is_set():
                for line in lines:
                    line.sendall(bytes(1024 // 10))
                over.wait(0.1)

        sender = threading.Thread(target=drip)
        sender.start()
        try:
            yield
        finally:
            over.set()
            sender.join()


if __name__ == "__main__":
    main()

"""How fast does the portal upload a file to storage, compared with curl?

`uploads.put` and `curl -T` send the same file alternately to the same server, which runs in a
process of its own and discards what it reads. The benchmark prints the medians of `ROUNDS` uploads
as lines `name value unit`. The last line is the answer: the portal's speed divided by curl's.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from faxportal.voipnow.network import NetworkRules

sys.path.insert(0, str(Path(__file__).parents[2]))

from faxportal.voipnow.api_types import UploadTarget
from faxportal.voipnow.network import Network
from faxportal.voipnow.uploads import put

SIZE = 512 * 1024 * 1024  # bytes
ROUNDS = 7


def sink() -> None:
    """Run a server that discards the body of each PUT and answers with 200. Prints its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=answer_requests, args=listener.accept()[:1], daemon=True).start()


def answer_requests(connection: socket.socket) -> None:
    buffer = bytearray(1024 * 1024)
    with connection:
        while read_request(connection, buffer):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def read_request(connection: socket.socket, buffer: bytearray) -> bool:
    """Read one request. Returns False if the connection has ended."""
    start = b""
    while b"\r\n\r\n" not in start:
        data = connection.recv(65536)
        if not data:
            return False
        start += data
    head, body = start.lower().split(b"\r\n\r\n", 1)
    if b"100-continue" in head:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    left = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]) - len(body)
    while left:
        received = connection.recv_into(buffer, min(left, len(buffer)))
        if not received:
            return False
        left -= received
    return True


@contextmanager
def running_sink() -> Iterator[str]:
    """Run `sink` in a process of its own, and yield its URL."""
    command = [sys.executable, __file__, "sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def by_portal(network: Network, url: str, path: Path) -> None:
    target = UploadTarget(
        upload_identifier="bench",
        url=f"{url}/file",
        headers={},
        content_type="application/pdf",
        content_length=SIZE,
        lifetime=None,
    )
    with path.open("rb") as file:
        put(network, target, file)


def by_curl(url: str, path: Path) -> None:
    subprocess.run(["curl", "-sS", "-T", str(path), f"{url}/file"], check=True)


def seconds(send: Callable[[], None]) -> float:
    begun = time.perf_counter()
    send()
    return time.perf_counter() - begun


def main() -> None:
    with tempfile.NamedTemporaryFile() as file, running_sink() as url:
        file.truncate(SIZE)
        path = Path(file.name)
        # The network is built once, as in a process of the portal.
        network = Network(NetworkRules(servers=(), storage_origins=(url,), allow_http=True))
        with closing(network):
            senders = [partial(by_portal, network, url, path)]
            if shutil.which("curl"):
                senders.append(partial(by_curl, url, path))
            rounds = [[seconds(send) for send in senders] for _ in range(ROUNDS)]
    speeds = [SIZE / 1e6 / statistics.median(times) for times in zip(*rounds, strict=True)]
    print(f"upload_speed {speeds[0]:.0f} MB/s")
    if len(speeds) == 1:
        print("upload_speed_of_curl is not measured: there is no curl here", file=sys.stderr)
        return
    print(f"upload_speed_of_curl {speeds[1]:.0f} MB/s")
    print(f"upload_speed_to_curl {speeds[0] / speeds[1]:.2f} ratio")


if __name__ == "__main__":
    sink() if sys.argv[1:] == ["sink"] else main()

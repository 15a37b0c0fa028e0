"""A server of raw sockets that answers with exactly the bytes that a script says.

The server can do what no well-behaved server does: break a connection, send half an answer, answer
before the request has ended, and never answer.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Request:
    """One request. The head is the request line and the headers."""

    head: str
    body: bytes

    @property
    def line(self) -> str:
        return self.head.split("\r\n", 1)[0]

    @property
    def headers(self) -> dict[str, str]:
        pairs = (line.split(": ", 1) for line in self.head.split("\r\n")[1:])
        return {name.lower(): value for name, value in pairs}


class Peer:
    """The server's end of one connection."""

    def __init__(self, connection: socket.socket, server: "HostileServer") -> None:
        self._socket = connection
        self.server = server
        self._buffer = b""

    def read_head(self) -> Request:
        """Read the request line and the headers. Raises `EOFError` if the client hangs up."""
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._received()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        request = Request(head.decode("latin-1"), b"")
        self.server.requests.append(request)
        return request

    def read(self) -> Request:
        """Read a whole request."""
        request = self.read_head()
        self.go_on(request)
        length = int(request.headers.get("content-length", "0"))
        while len(self._buffer) < length:
            self._buffer += self._received()
        request.body, self._buffer = self._buffer[:length], self._buffer[length:]
        return request

    def go_on(self, request: Request) -> None:
        """Send `100 Continue` if the client waits for this before it sends the body."""
        if "expect" in request.headers:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def take(self) -> bytes:
        """Read some bytes of the body. `read` does not return these bytes again."""
        taken, self._buffer = self._buffer or self._received(), b""
        return taken

    def send(self, raw: bytes) -> None:
        self._socket.sendall(raw)

    def answer(self, status: int, body: bytes = b"", *headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join([*lines, "", ""]).encode() + body)

    def close(self) -> None:
        self._socket.close()

    def reset(self) -> None:
        """End the connection with a TCP reset, as a crashed process or a firewall does."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def hang(self) -> None:
        """Keep the connection open until the test is over, but read and write nothing."""
        self.server.over.wait()

    def _received(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise EOFError
        return data


Script = Callable[[Peer], None]


@dataclass
class HostileServer:
    """Each connection gets the next script. Once all are used, it gets the last script again."""

    scripts: list[Script]
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    tls: ssl.SSLContext | None = None

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if self.over.is_set():
                connection.close()
                return
            # Send bytes at once: a reset would drop bytes that are still buffered.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            script = self.scripts[min(self.connections, len(self.scripts) - 1)]
            self.connections += 1
            threading.Thread(target=self._play, args=(script, connection), daemon=True).start()

    def _play(self, script: Script, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError), connection:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                script(Peer(connection, self))


@contextlib.contextmanager
def hostile_server(*scripts: Script, tls: ssl.SSLContext | None = None) -> Iterator[HostileServer]:
    """A server on a free port that plays these scripts, until the context ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    scheme = "https" if tls else "http"
    server = HostileServer(list(scripts), url=f"{scheme}://127.0.0.1:{port}", tls=tls)
    thread = threading.Thread(target=server.serve, args=(listener,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()  # wakes accept()
        thread.join()
        listener.close()


def always(status: int, body: bytes = b"", *headers: str) -> Script:
    """A script that reads each request and answers it, on a connection that stays open."""

    def script(peer: Peer) -> None:
        while True:
            peer.read()
            peer.answer(status, body, *headers)

    return script

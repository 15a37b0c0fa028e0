"""A VoipNow and its storage in memory, which know what really arrived.

The portal sends them real HTTP requests, on connections in memory. Each conversation waits at its
stages until the test lets it continue, without a fault or with a `Fault`. Assumptions A1 and A2
of `docs/delivery.md` are built in: a fax is sent once all its files have arrived, and a file that
arrives again starts no second fax.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from hashlib import sha256

SERVER = "http://voipnow.test"
STORAGE = "http://storage.test"
UNLISTED_STORAGE = "http://elsewhere.test"
TARGETS_LIVE = timedelta(minutes=10)


class Effect(Enum):
    """Whether and when a request takes effect if its answer is lost or is an error."""

    NEVER = auto()
    NOW = auto()
    #: After the connection has been lost.
    LATER = auto()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How a conversation fails: its connection is lost, or the answer is an error.

    `effect` says whether and when the request takes effect.
    """

    #: The status of the answer; None if the connection is lost.
    status: int | None = None
    code: str = ""
    message: str = "Not like this."
    effect: Effect = Effect.NEVER
    retry_after: int | None = None

    @property
    def answer(self) -> bytes | None:
        if self.status is None:
            return None
        wait = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        # VoipNow's JSON with storage's XML in it, so that the client can read it as either error.
        xml = f"<Error><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
        body = {"error": {"code": self.code, "message": self.message}, "xml": xml}
        return answer(self.status, b"" if self.status == 204 else json.dumps(body).encode(), wait)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request that arrived whole."""

    attempt_id: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(kw_only=True)
class Resource:
    """One fax resource."""

    id: int
    #: The attempt that created it.
    attempt_id: int
    recipients: tuple[str, ...]
    sizes: tuple[int, ...]
    #: Position of a file → the SHA-256 of each body of the file that arrived.
    arrived: dict[int, list[str]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return len(self.arrived) == len(self.sizes)


Work = Callable[[], bytes]
"""Does what a request asks for, and returns the answer."""


class Outside:
    """VoipNow and its storage."""

    def __init__(self, true_time: Callable[[], datetime]) -> None:
        self._now = true_time
        self.resources: dict[int, Resource] = {}
        #: Ids of attempts whose requests arrived whole, and ids of attempts that took effect.
        self.heard: set[int] = set()
        self.effective: set[int] = set()
        #: Work that is not done yet, and whose caller no longer waits: attempt id, and the work.
        self.late: list[tuple[int, Work]] = []
        #: The origin of the next targets.
        self.storage = STORAGE

    def take(self, request: Request) -> Work:
        """Check a request that has arrived whole, and return the function that does its work."""
        self.heard.add(request.attempt_id)
        if request.method == "PUT":
            return self._take_file(request)
        if "multipart" in request.headers["content-type"]:
            return lambda: self._send(request)
        return lambda: self._create(request)

    def _create(self, request: Request) -> bytes:
        asked = json.loads(request.body)
        resource = self._add(
            request, asked["recipients"], tuple(file["size"] for file in asked["files"])
        )
        signed = f"{self._now():%Y%m%dT%H%M%SZ}"
        files = [
            {
                "redirect": True,
                "redirectUri": f"{self.storage}/{resource.id}/{position}?X-Amz-Date={signed}"
                f"&X-Amz-Expires={TARGETS_LIVE.seconds}",
                "redirectHeaders": {"x-amz-meta-app-faxid": resource.id},
                "contentType": file["contentType"],
                "contentLength": file["size"],
            }
            for position, file in enumerate(asked["files"])
        ]
        body = {"id": resource.id, "uid": f"uid-{resource.id}", "files": files}
        return answer(200, json.dumps(body).encode())

    def _send(self, request: Request) -> bytes:
        """Send a fax in the older wire form: files and recipients in one request."""
        boundary = request.headers["content-type"].partition("boundary=")[2].encode()
        parts = [
            part.partition(b"\r\n\r\n")[::2] for part in request.body.split(b"--" + boundary)[1:-1]
        ]
        files = [content[:-2] for head, content in parts if b'name="files"' in head]
        [asked] = [content for head, content in parts if b'name="request"' in head]
        resource = self._add(
            request, json.loads(asked)["recipients"], tuple(len(content) for content in files)
        )
        for position, content in enumerate(files):
            resource.arrived[position] = [sha256(content).hexdigest()]
        body = {"id": resource.id, "uid": f"uid-{resource.id}"}
        return answer(200, json.dumps(body).encode())

    def _add(self, request: Request, recipients: list[str], sizes: tuple[int, ...]) -> Resource:
        self.effective.add(request.attempt_id)
        resource = Resource(
            id=len(self.resources) + 1,
            attempt_id=request.attempt_id,
            recipients=tuple(recipients),
            sizes=sizes,
        )
        self.resources[resource.id] = resource
        return resource

    def _take_file(self, request: Request) -> Work:
        """Check the target's expiry on arrival. The returned work may be done at any later time."""
        target = re.fullmatch(r"/(\d+)/(\d+)\?X-Amz-Date=(\w+)&X-Amz-Expires=\d+", request.path)
        assert target is not None
        resource, position = self.resources[int(target[1])], int(target[2])
        signed = datetime.strptime(target[3], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if self._now() >= signed + TARGETS_LIVE:
            over = Fault(status=403, code="AccessDenied", message="Request has expired").answer
            assert over is not None
            return lambda: over
        assert len(request.body) == resource.sizes[position]
        assert request.headers["x-amz-meta-app-faxid"] == str(resource.id)
        assert "authorization" not in request.headers

        def store() -> bytes:
            self.effective.add(request.attempt_id)
            resource.arrived.setdefault(position, []).append(sha256(request.body).hexdigest())
            return answer(200)

        return store


def answer(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """One HTTP answer as bytes."""
    fields = {"Content-Length": str(len(body))} if status != 204 else {}
    lines = "".join(f"{name}: {value}\r\n" for name, value in (fields | (headers or {})).items())
    return f"HTTP/1.1 {status} It\r\n{lines}\r\n".encode() + body

"""A small client for the simulator's tests. It uses plain httpx, not the portal's client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from faxportal.simulator.config import ACCESS_TOKEN
from faxportal.simulator.control_client import Simulator

PDF = b"%PDF-1.4 a small one"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """`voipnow` is a client with the demo token. `storage` is a client without credentials."""

    sim: Simulator
    voipnow: httpx.Client
    storage: httpx.Client

    def create(
        self,
        *files: tuple[str, bytes],
        to: tuple[str, ...] = ("7778888",),
        path: str = "/uapi/faxes/@me/0003*210/",
    ) -> httpx.Response:
        """POST a create request; each file is a name and its bytes."""
        described = [
            {
                "uploadIdentifier": f"doc{number}",
                "name": name,
                "size": len(content),
                "contentType": "application/pdf",
            }
            for number, (name, content) in enumerate(files or [("a.pdf", PDF)])
        ]
        return self.voipnow.post(path, json={"recipients": list(to), "files": described})

    def targets(self, *files: tuple[str, bytes], **options: Any) -> list[dict[str, Any]]:
        """Create a fax and return the upload targets of its files."""
        response = self.create(*files, **options)
        assert response.status_code == 200, response.text
        described: list[dict[str, Any]] = response.json()["files"]
        return described

    def put(self, target: dict[str, Any], content: Any = PDF, **headers: str) -> httpx.Response:
        """PUT to the target with the target's headers and `headers`.

        In the names of `headers`, _ becomes -.
        """
        asked = {name: str(value) for name, value in target["redirectHeaders"].items()}
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.storage.put(
            target["redirectUri"],
            headers={"content-type": target["contentType"], **asked, **more},
            content=content,
        )

    def send(self, *files: tuple[str, bytes], **options: Any) -> None:
        """Create a fax and upload each of its files."""
        files = files or (("a.pdf", PDF),)
        for target, (_, content) in zip(self.targets(*files, **options), files, strict=True):
            assert self.put(target, content).status_code == 200


@contextmanager
def calling(sim: Simulator) -> Iterator[Caller]:
    """A caller of this simulator, until the context ends."""
    authorization = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
    # No time-outs: a test waits for what it scripted, however slow the machine is.
    with (
        httpx.Client(base_url=sim.url, headers=authorization, timeout=None) as voipnow,
        httpx.Client(timeout=None) as storage,
    ):
        yield Caller(sim=sim, voipnow=voipnow, storage=storage)

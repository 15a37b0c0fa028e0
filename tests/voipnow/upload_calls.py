"""Uploads of files of any size to a hostile server, and what is known after a failed upload."""

import io
from collections.abc import Mapping
from typing import Any

import pytest

from faxportal.voipnow.api_types import UploadTarget
from faxportal.voipnow.errors import (
    Reason,
    VoipNowError,
)
from faxportal.voipnow.request_bodies import LARGEST_PIECE
from faxportal.voipnow.uploads import put
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import HostileServer

MUCH = 32 * LARGEST_PIECE  # bytes; more than sockets buffer, so a writer has to wait
SHORT = 0.2  # seconds
DENIED = b"<Error><Code>AccessDenied</Code><Message>Access denied.</Message></Error>"


class Zeros(io.RawIOBase):
    """A file of any size that takes no memory."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        given = min(size, self._size - self._at)
        self._at += given
        return bytes(given)


def target_on(
    server: HostileServer | str,
    size: int,
    *,
    headers: Mapping[str, str] | None = None,
) -> UploadTarget:
    """An upload target on this server, for a file of `size` bytes."""
    url = server if isinstance(server, str) else server.url
    return UploadTarget(
        upload_identifier="doc0",
        url=f"{url}/bucket/file?X-Amz-Signature=secret",
        headers=headers or {},
        content_type="application/pdf",
        content_length=size,
        lifetime=None,
    )


def zeros(size: int) -> Any:
    return Zeros(size)


def failure_of(
    network_to: NetworkTo, server: HostileServer, size: int, **changes: float
) -> VoipNowError:
    """Make an upload that fails, and return the error. `changes` are fields of `NetworkRules`."""
    with pytest.raises(VoipNowError) as caught:
        put(network_to(server.url, **changes), target_on(server, size), zeros(size))
    return caught.value


def known(error: VoipNowError) -> tuple[type[VoipNowError], Reason, bool]:
    """What an error says: its class, its reason, and whether the last byte was written."""
    return type(error), error.reason, error.all_bytes_written

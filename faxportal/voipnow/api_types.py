"""What goes to a VoipNow and what comes back, as values. `answers` parses; this only names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class WireForm(StrEnum):
    """The two ways to hand over a fax. Which server release takes which is not documented."""

    PRESIGNED = "presigned"
    """A JSON request, answered with one upload target for each file."""

    ONE_REQUEST = "one_request"
    """The older form: one multipart request that carries the files."""


@dataclass(frozen=True, kw_only=True)
class FileToSend:
    """One file, as announced before its bytes go anywhere."""

    upload_identifier: str
    """Ours to choose, unique in its request: the answer's targets are matched by it."""
    name: str = field(repr=False)
    size: int
    """Bytes."""
    content_type: str


@dataclass(frozen=True, kw_only=True)
class CreateFax:
    """One fax resource to create. The service takes nothing else: no subject, no schedule."""

    recipients: tuple[str, ...] = field(repr=False)
    files: tuple[FileToSend, ...]


@dataclass(frozen=True, kw_only=True)
class UploadTarget:
    """Where one file's bytes go. The URL is a secret while it lives, typically 10 minutes."""

    upload_identifier: str
    """That of the request's file, whether the answer repeated it or not."""
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """To be sent exactly so: they are part of what is signed."""
    content_type: str
    content_length: int
    """Bytes."""
    expires_at: datetime | None
    """Aware, from the URL's own X-Amz-Date and X-Amz-Expires; None where only storage knows."""
    handle: str = field(default="", repr=False)
    """The vendor's handle of the stored file (`heUri`): for the record, never to be called."""


@dataclass(frozen=True, kw_only=True)
class CreatedFax:
    """One fax resource at VoipNow."""

    id: str
    uid: str
    targets: tuple[UploadTarget, ...]
    """In the order of the request's files; none after the one-request form."""


@dataclass(frozen=True, kw_only=True)
class SeenExtension:
    """An extension as presence shows it: a number, and no label, type or 'fax enabled'."""

    number: str
    status: str
    """'1' online, '2' ringing, '3' busy, '0' unknown."""


@dataclass(frozen=True, kw_only=True)
class StoredUpload:
    """Storage has the file."""

    status: int
    etag: str
    elapsed: float
    """Seconds."""

"""The values that go to a VoipNow server and come back from it. `responses` parses them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class WireForm(StrEnum):
    """The two forms in which a fax is handed over.

    The vendor doesn't document which release of the server takes which form.
    """

    PRESIGNED = "presigned"
    """A JSON request without the files; the answer has an upload target for each file."""

    ONE_REQUEST = "one_request"
    """The older form: one multipart request with the files in it [v3]."""


@dataclass(frozen=True, kw_only=True)
class FileToSend:
    """One file as the create request announces it."""

    upload_identifier: str
    """An id that the portal chooses, unique in the request. It links the file to its target."""
    name: str = field(repr=False)
    size: int
    """Bytes."""
    content_type: str


@dataclass(frozen=True, kw_only=True)
class CreateFax:
    """A create request for one fax resource. The service takes no subject and no schedule."""

    recipients: tuple[str, ...] = field(repr=False)
    files: tuple[FileToSend, ...]


@dataclass(frozen=True, kw_only=True)
class UploadTarget:
    """Where one file is uploaded to. Anybody who has the URL can upload, so it is a secret."""

    upload_identifier: str
    """The identifier of the request's file, even if the answer did not repeat it."""
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Headers of the PUT, to be sent unchanged, because they are signed."""
    content_type: str
    content_length: int
    """Bytes."""
    lifetime: timedelta | None
    """X-Amz-Expires of the URL; None if the URL has none. If it is counted from just before the
    create request, it ends before storage refuses the URL, whatever the clocks of VoipNow and
    storage say."""
    handle: str = field(default="", repr=False)
    """The vendor's URL of the stored file (`heUri`). The portal never requests or stores it."""


@dataclass(frozen=True, kw_only=True)
class CreatedFax:
    """A fax resource that VoipNow created."""

    id: str
    uid: str
    targets: tuple[UploadTarget, ...]
    """In the order of the request's files; empty for the one-request form."""


@dataclass(frozen=True, kw_only=True)
class ListedExtension:
    """An extension as the server's presence list has it.

    The list doesn't say whether fax is enabled for it, and has no label.
    """

    number: str
    status: str
    """'1' online, '2' ringing, '3' busy, '0' unknown."""


@dataclass(frozen=True, kw_only=True)
class StoredUpload:
    """An upload that storage confirmed."""

    status: int
    """The HTTP status: 200, 201 or 204."""
    etag: str
    """Without its quotes; empty if storage sent none."""
    etag_differs: bool = False
    """Whether the ETag looks like an MD5 hash, but is not the MD5 hash of the file. That proves
    nothing, because storage may encrypt what it stores."""
    elapsed: float
    """Seconds."""

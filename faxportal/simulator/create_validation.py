"""Validating the recipients and files of a create request, and the codes of refusals.

Sources: the UnifiedAPI 3 pages, and the vendor's page of the fax service for the form of `files`.
"""

import re
from typing import Any

from .config import Config
from .fax_store import AnnouncedFile
from .responses import ApiRefusal

# A phone number in digits, with or without +, or an extension number, extended or short.
RECIPIENT = re.compile(r"\+?[0-9]{2,20}|[0-9]+\*[0-9]+")
# jpg, tif, pdf and txt, by file name ending and by media type.
ALLOWED_NAMES = re.compile(r".+\.(jpe?g|tiff?|pdf|txt)", re.IGNORECASE | re.DOTALL)
ALLOWED_TYPES = frozenset({"image/jpeg", "image/tiff", "application/pdf", "text/plain"})
# The vendor's client sends this type for every file. Then the name or the first bytes decide.
ANY_TYPE = "application/octet-stream"
ALLOWED_BEGINNINGS = (b"%PDF-", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")


def checked_recipients(recipients: Any, config: Config) -> list[str]:
    """The recipients of a request's JSON. Raises `ApiRefusal`."""
    good = (
        isinstance(recipients, list)
        and 0 < len(recipients) <= config.max_recipients
        and all(isinstance(r, str) and RECIPIENT.fullmatch(r) for r in recipients)
    )
    if not good:
        raise ApiRefusal(400, "fx_recipients_invalid", "Invalid recipients.")
    return list(recipients)


def check_count(count: int, config: Config) -> None:
    """Raise `ApiRefusal` for too many files."""
    if count > config.max_files:
        raise ApiRefusal(400, "fx_max_files_reached", f"At most {config.max_files} files.")


def check_file(announced: AnnouncedFile, config: Config, *, beginning: bytes = b"") -> None:
    """Raise `ApiRefusal` for a file that the server does not take.

    `beginning` has the file's first bytes, if the server has them already.
    """
    is_named_well = ALLOWED_NAMES.fullmatch(announced.name) is not None
    if announced.content_type == ANY_TYPE:
        is_allowed = is_named_well or beginning.startswith(ALLOWED_BEGINNINGS)
    else:
        is_allowed = is_named_well and announced.content_type in ALLOWED_TYPES
    if not (is_allowed and 0 < announced.size <= config.max_file_size):
        raise ApiRefusal(400, "fx_file_invalid", "The file is not allowed: jpg, tif, pdf, txt.")


def checked_files(files: Any, config: Config) -> list[AnnouncedFile]:
    """The files of a request's JSON. Raises `ApiRefusal`."""
    if not isinstance(files, list):
        raise ApiRefusal(400, "fx_file_invalid", "files is a list.")
    check_count(len(files), config)
    return [_checked_file(file, config) for file in files]


def _checked_file(file: Any, config: Config) -> AnnouncedFile:
    match file:
        case {
            "uploadIdentifier": str(identifier),
            "name": str(name),
            "size": int(size),
            "contentType": str(content_type),
        }:
            announced = AnnouncedFile(
                upload_identifier=identifier, name=name, size=size, content_type=content_type
            )
            check_file(announced, config)
            return announced
    raise ApiRefusal(400, "fx_file_invalid", "A file has an identifier, name, size and type.")


def file_names(files: Any) -> tuple[str, ...]:
    """The names among a request's `files`, however malformed `files` is."""
    names = [f.get("name") for f in files if isinstance(f, dict)] if isinstance(files, list) else []
    return texts(names)


def texts(values: Any) -> tuple[str, ...]:
    """The strings in a list; empty if `values` is not a list."""
    return tuple(v for v in values if isinstance(v, str)) if isinstance(values, list) else ()

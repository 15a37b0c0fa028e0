"""Making a logo for cover pages from a picture that an admin uploads."""

from __future__ import annotations

import tempfile

from django.core.files.base import File

from faxportal.documents import parser_pool
from faxportal.documents.kinds import HEAD_BYTES, Kind, recognise
from faxportal.documents.parser.rejections import Rejected

#: The most bytes that the picture may have.
MAX_BYTES = 5 * 2**20
#: Kinds of picture that a logo is made from. TIFF is left out: a TIFF may have several pages.
PICTURE_KINDS = (Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP, Kind.BMP)


class LogoRejected(Exception):
    """The file is no picture, is too large, or shows nothing."""


def make_logo(file: File[bytes]) -> bytes:
    """The logo as a PNG in black and white. The PNG's resolution gives the logo's size on paper.

    Raises `LogoRejected`, and `OSError` for a full disk.
    """
    if not file.size or file.size > MAX_BYTES:
        raise LogoRejected
    kind = recognise(next(iter(file.chunks(HEAD_BYTES))))
    if kind not in PICTURE_KINDS:
        raise LogoRejected
    with tempfile.TemporaryFile() as logo:
        try:
            parser_pool.run_task(file, kind, "make a logo", output=[logo.fileno()])
        except Rejected:
            raise LogoRejected from None
        logo.seek(0)
        return logo.read()

"""A logo for pages that the portal sets itself, from a picture that an admin has."""

from __future__ import annotations

import tempfile

from django.core.files.base import File

from faxportal.documents import parser_pool
from faxportal.documents.kinds import HEAD_BYTES, Kind, recognise
from faxportal.documents.parser.answers import Refused

#: Bytes of a picture that is worth opening.
MOST = 5 * 2**20
#: What a logo may be a picture of; a TIFF may have pages.
PICTURES = (Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP, Kind.BMP)


class NoLogo(Exception):
    """It is no picture, a too large one, or there is nothing on it."""


def make_logo(file: File[bytes]) -> bytes:
    """A PNG of black and white with its size on paper in it; raises `NoLogo`."""
    if not file.size or file.size > MOST:
        raise NoLogo
    kind = recognise(next(iter(file.chunks(HEAD_BYTES))))
    if kind not in PICTURES:
        raise NoLogo
    with tempfile.TemporaryFile() as made:
        try:
            parser_pool.ask(file, kind, "make a logo", made=[made.fileno()])
        except Refused:
            raise NoLogo from None
        made.seek(0)
        return made.read()

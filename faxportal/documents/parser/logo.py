"""Making a logo for a faxed page: black and white, without margins, as large as on a letterhead."""

from __future__ import annotations

import mmap
from typing import IO, Any

from PIL import Image, ImageOps

from faxportal.documents.kinds import Kind
from faxportal.documents.parser import picture_pdf, pictures
from faxportal.documents.parser.rejections import Rejected, RejectionReason

#: Finer than a fax, so that edges stay clean when the logo is scaled to a fax's resolution.
_DPI = 600
_MM_AN_INCH = 25.4
#: The largest logo, in millimetres across and down.
_MAX_MM = (60, 20)
#: This grey and lighter greys become white. A logo's colours are seldom so light, and paper is
#: never darker.
_LIGHT = 170


def make_logo(data: mmap.mmap, kind: Kind, to: IO[bytes]) -> dict[str, Any]:
    """Write the logo as a PNG in black and white. Its resolution gives the logo's size on paper.

    The logo has no half-tones, because a fax would rasterise their dots again. Raises `Rejected`
    for a picture that shows nothing.
    """
    [picture] = pictures.frames(data, kind)
    picture.draft("L", (4 * _DPI, 4 * _DPI))  # a JPEG is decoded no larger than needed
    grey = ImageOps.autocontrast(picture_pdf.flattened(picture))
    inked = ImageOps.invert(grey).point(lambda value: 255 if value > 255 - _LIGHT else 0).getbbox()
    if inked is None:
        raise Rejected(RejectionReason.DAMAGED)
    width, height = (round(side / _MM_AN_INCH * _DPI) for side in _MAX_MM)
    logo = ImageOps.contain(grey.crop(inked), (width, height), Image.Resampling.LANCZOS)
    logo.point(lambda value: 255 if value >= _LIGHT else 0).convert(
        "1", dither=Image.Dither.NONE
    ).save(to, "PNG", dpi=(_DPI, _DPI), optimize=True)
    return {}

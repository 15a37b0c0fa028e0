"""A logo for paper: black and white, without the white around it, no larger than a letterhead's."""

from __future__ import annotations

import mmap
from typing import IO, Any

from PIL import Image, ImageOps

from faxportal.documents.kinds import Kind
from faxportal.documents.parser import paper, pictures
from faxportal.documents.parser.answers import Refused, Why

#: Finer than a fax, so that edges stay clean where it is scaled to a fax's dots.
_DPI = 600
_MM_AN_INCH = 25.4
#: Millimetres across and down.
MOST = (60, 20)
#: Greys from here on become white: colours of a logo are seldom lighter, paper never darker.
_LIGHT = 170


def make_logo(data: mmap.mmap, kind: Kind, to: IO[bytes]) -> dict[str, Any]:
    """Write a PNG of black and white with its size on paper in it; raises `Refused`.

    Without half-tones: a fax would make dots of dots.
    """
    [picture] = pictures.frames(data, kind)
    picture.draft("L", (4 * _DPI, 4 * _DPI))  # a JPEG is decoded no larger than needed
    grey = ImageOps.autocontrast(paper.flattened(picture))
    inked = ImageOps.invert(grey).point(lambda value: 255 if value > 255 - _LIGHT else 0).getbbox()
    if inked is None:
        raise Refused(Why.DAMAGED)
    width, height = (round(side / _MM_AN_INCH * _DPI) for side in MOST)
    logo = ImageOps.contain(grey.crop(inked), (width, height), Image.Resampling.LANCZOS)
    logo.point(lambda value: 255 if value >= _LIGHT else 0).convert(
        "1", dither=Image.Dither.NONE
    ).save(to, "PNG", dpi=(_DPI, _DPI), optimize=True)
    return {}

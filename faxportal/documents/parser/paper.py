"""A picture as a page: flat, upright and on a sheet of paper, as a PDF.

The same picture gives the same bytes each time, since a document is known by its content: the PDF
has no dates and no identifiers.
"""

from __future__ import annotations

import zlib
from typing import IO

from PIL import Image, ImageOps

#: Inches: as wide as A4, as high as Letter, so that it lies on either sheet.
WIDTH, HEIGHT = 8.27, 11.0
#: Dots an inch that are kept: more than a fax has, less than a camera makes.
MOST_DPI = 300
#: For a picture that doesn't say, a screen's; one that says what no scanner does is not believed.
_USUAL_DPI, _BELIEVED = 96.0, (50, 2400)
#: PDF's unit (ISO 32000-2, 8.3.2.3).
_POINTS = 72
#: The tag that says how a picture is to be turned, and its values that swap its sides (EXIF 2.3).
_ORIENTATION, _SIDEWAYS = 0x0112, range(5, 9)


def lies_turned(picture: Image.Image) -> bool:
    """It says that it is to be turned or mirrored, which not every program does."""
    return bool(picture.getexif().get(_ORIENTATION, 1) != 1)


def write_pdf(picture: Image.Image, to: IO[bytes]) -> None:
    """Write a PDF of one page with the picture at its top, no larger than the paper."""
    width, height = size_on_paper(picture)
    most = (max(1, round(width * MOST_DPI)), max(1, round(height * MOST_DPI)))
    picture.draft("L", (max(most), max(most)))  # a JPEG is decoded no larger than needed
    flat = flattened(picture)
    if flat.width > most[0]:
        flat = flat.resize(most, Image.Resampling.LANCZOS)
    _write(flat, width, height, to)


def size_on_paper(
    picture: Image.Image, *, within: tuple[float, float] = (WIDTH, HEIGHT)
) -> tuple[float, float]:
    """Inches, upright: its own size where that is known and fits, else as large as fits."""
    dots = picture.info.get("dpi", (0, 0))
    across, down = (float(dpi) if _BELIEVED[0] <= dpi <= _BELIEVED[1] else 0.0 for dpi in dots)
    if not across or not down:
        across = down = _USUAL_DPI
    width, height = picture.width / across, picture.height / down
    if picture.getexif().get(_ORIENTATION) in _SIDEWAYS:
        width, height = height, width
    scale = min(1.0, within[0] / width, within[1] / height)
    return width * scale, height * scale


def flattened(picture: Image.Image) -> Image.Image:
    """Upright, in grey, with white where it is transparent."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16"):  # 16 bits of grey
        return upright.convert("I").point(lambda value: value / 256).convert("L")
    if not upright.has_transparency_data:
        return upright.convert("L")
    colours = upright.convert("RGBA")
    white = Image.new("L", colours.size, 255)
    white.paste(colours.convert("L"), mask=colours.getchannel("A"))
    return white


def _write(picture: Image.Image, width: float, height: float, to: IO[bytes]) -> None:
    """A PDF of one page with one grey picture, `width` by `height` inches of it."""
    left, bottom = (WIDTH - width) / 2, HEIGHT - height
    place = [number * _POINTS for number in (width, height, left, bottom)]
    content = b"%.2f 0 0 %.2f %.2f %.2f cm /P Do" % tuple(place)
    pixels = zlib.compress(picture.tobytes())
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents 4 0 R"
        b"/Resources<</XObject<</P 5 0 R>>>>>>" % (WIDTH * _POINTS, HEIGHT * _POINTS),
        _stream(b"", content),
        _stream(
            b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Width %d/Height %d/Filter/FlateDecode" % picture.size,
            pixels,
        ),
    ]
    offsets, at = [], to.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, start=1):
        offsets.append(at)
        at += to.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    to.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    to.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    to.write(b"trailer<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1))
    to.write(b"startxref\n%d\n%%%%EOF\n" % at)


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(content), content)

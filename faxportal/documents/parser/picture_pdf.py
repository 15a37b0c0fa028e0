"""Converting a picture to a PDF of one page: upright, in grey, on a sheet of paper.

The same picture always gives the same bytes, because duplicates of a document are found by its
hash. So the PDF has no dates and no identifiers.
"""

from __future__ import annotations

import zlib
from typing import IO

from PIL import Image, ImageOps

from faxportal.documents.parser import fax_raster

#: Inches: as wide as A4 and as high as Letter, so that the page fits on either sheet.
WIDTH, HEIGHT = 8.27, 11.0
#: The highest resolution in dots an inch: higher than a fax's, lower than a photograph's.
MOST_DPI = 300
#: Dots an inch. A picture that states no resolution, or a resolution outside `_PLAUSIBLE_DPI`, gets
#: the resolution of a screen.
_DEFAULT_DPI, _PLAUSIBLE_DPI = 96.0, (50, 2400)
#: Units of a PDF in an inch (ISO 32000-2, 8.3.2.3).
_POINTS = 72
#: EXIF's tag that says how to turn a picture, and its values that swap width and height (EXIF 2.3).
_ORIENTATION, _SIDEWAYS = 0x0112, range(5, 9)


def needs_rotation(picture: Image.Image) -> bool:
    """Whether the picture's metadata tells programs to turn or mirror the picture.

    Some programs ignore such metadata, and perhaps VoipNow does.
    """
    return bool(picture.getexif().get(_ORIENTATION, 1) != 1)


def write_pdf(picture: Image.Image, to: IO[bytes]) -> None:
    """Write a PDF of one page with the picture at the top, scaled down if it is too large."""
    width, height = size_on_paper(picture)
    max_size = (max(1, round(width * MOST_DPI)), max(1, round(height * MOST_DPI)))
    write_page(_grey(picture, max_size), (width, height), (WIDTH, HEIGHT), to)


def write_frame(picture: Image.Image, to: IO[bytes]) -> None:
    """Write a PDF of one page with the picture in the size that the preview of a fax shows.

    The picture is at the top of the page. The page is at least as large as a page of `write_pdf`. A
    picture in black and white keeps its dots.
    """
    width, height = size_on_paper(picture, within=(fax_raster.WIDTH, fax_raster.LONGEST))
    max_size = (max(1, round(width * MOST_DPI)), max(1, round(height * MOST_DPI)))
    flat = ImageOps.exif_transpose(picture) if picture.mode == "1" else _grey(picture, max_size)
    write_page(flat, (width, height), (max(WIDTH, width), max(HEIGHT, height)), to)


def _grey(picture: Image.Image, max_size: tuple[int, int]) -> Image.Image:
    """The picture upright and in grey. `max_size` is the most dots across and down."""
    picture.draft("L", (max(max_size), max(max_size)))  # a JPEG is decoded no larger than needed
    flat = flattened(picture)
    if flat.width > max_size[0]:
        flat = flat.resize(max_size, Image.Resampling.LANCZOS)
    return flat


def size_on_paper(
    picture: Image.Image, *, within: tuple[float, float] = (WIDTH, HEIGHT)
) -> tuple[float, float]:
    """The width and height in inches of the upright picture.

    The resolution gives the size. A size that is larger than `within` is scaled down.
    """
    dots = picture.info.get("dpi", (0, 0))
    lowest, highest = _PLAUSIBLE_DPI
    across, down = (float(dpi) if lowest <= dpi <= highest else 0.0 for dpi in dots)
    if not across or not down:
        across = down = _DEFAULT_DPI
    width, height = picture.width / across, picture.height / down
    if picture.getexif().get(_ORIENTATION) in _SIDEWAYS:
        width, height = height, width
    scale = min(1.0, within[0] / width, within[1] / height)
    return width * scale, height * scale


def flattened(picture: Image.Image) -> Image.Image:
    """The picture upright, in 8 bits of grey, with white where it is transparent."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16"):  # 16 bits of grey
        return upright.convert("I").point(lambda value: value / 256).convert("L")
    if not upright.has_transparency_data:
        return upright.convert("L")
    colours = upright.convert("RGBA")
    white = Image.new("L", colours.size, 255)
    white.paste(colours.convert("L"), mask=colours.getchannel("A"))
    return white


def write_page(
    picture: Image.Image, size: tuple[float, float], page: tuple[float, float], to: IO[bytes]
) -> None:
    """Write a PDF of one page with a picture, in grey or in black and white, at the page's top.

    `size` is the width and height of the picture in inches, and `page` the width and height of the
    page.
    """
    (width, height), bits = size, 1 if picture.mode == "1" else 8
    left, bottom = (page[0] - width) / 2, page[1] - height
    matrix = [inches * _POINTS for inches in (width, height, left, bottom)]
    content = b"%.2f 0 0 %.2f %.2f %.2f cm /P Do" % tuple(matrix)
    pixels = zlib.compress(picture.tobytes())
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents 4 0 R"
        b"/Resources<</XObject<</P 5 0 R>>>>>>" % (page[0] * _POINTS, page[1] * _POINTS),
        _stream(b"", content),
        _stream(
            b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent %d"
            b"/Width %d/Height %d/Filter/FlateDecode" % (bits, *picture.size),
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

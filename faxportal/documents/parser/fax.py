"""A page as a fax machine gets it: rows of 1,728 dots, each black or white.

ITU-T T.4 has 1,728 picture elements on a line of 215 mm, and 3.85 (standard) or 7.7 (fine) lines a
millimetre: 204 dots by 98 or 196 lines an inch. The size on the line is that of T.6 ("Group 4",
MMR), which libtiff writes.
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops, TiffImagePlugin

DOTS = 1728
DOTS_AN_INCH = 204
FINE, STANDARD = 196, 98
#: Inches: the line of 215 mm, and the longest sheet that is usual (Legal).
WIDTH, LONGEST = DOTS / DOTS_AN_INCH, 14.0
#: Tags of TIFF 6.0.
_ROWS_PER_STRIP, _STRIP_BYTE_COUNTS = 278, 279


def scale_to_line(width: float, height: float) -> float:
    """How much smaller a page of so many inches becomes: it is never made larger."""
    return min(1.0, WIDTH / width, LONGEST / height)


def extent(width: float, height: float, lines: int) -> tuple[int, int]:
    """Dots and rows of a page of so many inches, at so many lines an inch."""
    scale = scale_to_line(width, height)
    dots, rows = round(width * scale * DOTS_AN_INCH), round(height * scale * lines)
    return min(DOTS, max(1, dots)), max(1, rows)


def on_line(page: Image.Image) -> Image.Image:
    """A page drawn at its extent, in the middle of the line."""
    sheet = Image.new("L", (DOTS, page.height), 255)
    sheet.paste(page, ((DOTS - page.width) // 2, 0))
    return sheet


def in_dots(sheet: Image.Image) -> Image.Image:
    """Black and white: greys become more or fewer dots (Floyd and Steinberg's)."""
    return sheet.convert("1")


def bytes_on_the_line(dots: Image.Image) -> int:
    """The size of a page as T.6 codes it."""
    # T.6 has short codes for white, which to libtiff is 0 and to Pillow 1.
    inked = ImageChops.invert(dots)
    file = io.BytesIO()
    inked.save(file, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: dots.height})
    file.seek(0)
    with TiffImagePlugin.TiffImageFile(file) as saved:
        return int(sum(saved.tag_v2[_STRIP_BYTE_COUNTS]))

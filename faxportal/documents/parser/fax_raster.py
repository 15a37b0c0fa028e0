"""The raster of a fax: rows of 1,728 dots, each black or white.

ITU-T T.4 has 1,728 picture elements on a line of 215 mm, and 3.85 (standard) or 7.7 (fine) lines a
millimetre: 204 dots by 98 or 196 lines an inch. The size of a page on the telephone line is its
size in ITU-T T.6 coding ("Group 4", MMR), which libtiff writes.
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops, TiffImagePlugin

DOTS = 1728
DOTS_AN_INCH = 204
#: Lines an inch.
FINE, STANDARD = 196, 98
#: Inches: the width of a line, and the height of the longest usual sheet (Legal).
WIDTH, LONGEST = DOTS / DOTS_AN_INCH, 14.0
#: Numbers of TIFF tags (TIFF 6.0, section 8).
_ROWS_PER_STRIP, _STRIP_BYTE_COUNTS = 278, 279


def scale_to_line(width: float, height: float) -> float:
    """The factor by which a page is scaled to fit; 1 for a page that fits. Sizes are in inches."""
    return min(1.0, WIDTH / width, LONGEST / height)


def extent(width: float, height: float, lines: int) -> tuple[int, int]:
    """The size of a page on a fax: the dots across, and the rows.

    `width` and `height` are in inches, `lines` is per inch. A page that is too large for a fax is
    scaled down.
    """
    scale = scale_to_line(width, height)
    dots, rows = round(width * scale * DOTS_AN_INCH), round(height * scale * lines)
    return min(DOTS, max(1, dots)), max(1, rows)


def on_line(page: Image.Image) -> Image.Image:
    """A white sheet as wide as a fax (1,728 dots), with `page` in the middle.

    `page` has the size that `extent` returns.
    """
    sheet = Image.new("L", (DOTS, page.height), 255)
    sheet.paste(page, ((DOTS - page.width) // 2, 0))
    return sheet


def in_dots(sheet: Image.Image) -> Image.Image:
    """A grey sheet in black and white: greys become dots (Floyd-Steinberg dithering)."""
    return sheet.convert("1")


def bytes_on_the_line(dots: Image.Image) -> int:
    """How many bytes a black-and-white page takes in the coding of ITU-T T.6."""
    # T.6 codes white with the shortest codes. White is 0 for libtiff and 1 for Pillow.
    inked = ImageChops.invert(dots)
    file = io.BytesIO()
    inked.save(file, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: dots.height})
    file.seek(0)
    with TiffImagePlugin.TiffImageFile(file) as saved:
        return int(sum(saved.tag_v2[_STRIP_BYTE_COUNTS]))

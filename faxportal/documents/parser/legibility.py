"""What a fax loses of a page, found on the grey sheet in fine resolution, before dithering.

The limits are rules of thumb. `tests/documents/test_preview.py` shows what they find.
"""

from __future__ import annotations

from enum import StrEnum

from PIL import Image, ImageChops, ImageFilter

#: Levels of grey; 0 is black. A stroke that is darker than the first level stays whole. A stroke
#: that is lighter than the second level is invisible on paper, too.
_DARK, _WHITE = 100, 236
#: Half the width, in dots, of the widest stroke, and of the narrowest black area that counts.
_STROKE, _AREA = 4, 12
#: A page has faint text if more than `_FAINT_DOTS` dots are in faint strokes (as many as in a few
#: letters), and these dots are more than `_FAINT_SHARE` of all light dots. A photograph has a far
#: smaller share.
_FAINT_DOTS, _FAINT_SHARE = 500, 0.25
#: The share of a sheet that may be black.
_BLACK_SHARE = 0.05
#: The height of a line of letters in rows, from the lowest to the highest stroke. A line with fewer
#: than `_LEGIBLE_ROWS` rows is smaller than about 5 points. Fewer than `_DUST_ROWS` rows are dust.
_LEGIBLE_ROWS, _DUST_ROWS = 12, 4
#: The least and the greatest share of ink in a line of letters. Less ink is dust, more ink is a
#: drawn line or a picture.
_INK = (0.05, 0.6)
#: Lines are counted in `_STRIPS` vertical strips of a page. The page has small text if at least
#: `_SMALL_LINES` lines are small, and these are more than `_SMALL_SHARE` of all lines.
_STRIPS, _SMALL_LINES, _SMALL_SHARE = 12, 8, 0.2


class Loss(StrEnum):
    """What a fax loses of a page. The child process reports these values to the portal."""

    #: Light strokes, which break up.
    FAINT = "faint"
    #: Large black areas, which take long to send and may smear.
    BLACK = "black"
    #: Small letters, which run together.
    SMALL = "small"


def losses(sheet: Image.Image) -> list[Loss]:
    """What a fax will lose of a page. `sheet` is the page in grey, in fine resolution."""
    tests = {Loss.FAINT: _is_faint, Loss.BLACK: _is_black, Loss.SMALL: _is_small}
    return [what for what, test in tests.items() if test(sheet)]


def _is_faint(sheet: Image.Image) -> bool:
    """Whether there are light strokes. Soft edges of dark strokes are not counted."""
    light = sheet.point([255 if _DARK <= value < _WHITE else 0 for value in range(256)])
    dark = sheet.point([255 if value < _DARK else 0 for value in range(256)])
    areas, beside_dark = _areas(light, _STROKE), _spread(dark, _STROKE)
    strokes = ImageChops.subtract(ImageChops.subtract(light, areas), beside_dark)
    found = _count(strokes)
    return found > _FAINT_DOTS and found > _FAINT_SHARE * _count(light)


def _is_black(sheet: Image.Image) -> bool:
    dark = sheet.point([255 if value < _DARK else 0 for value in range(256)])
    return _count(_areas(dark, _AREA)) > _BLACK_SHARE * sheet.width * sheet.height


def _is_small(sheet: Image.Image) -> bool:
    """Whether there are many lines of small letters. The lines are counted in vertical strips."""
    ink = sheet.point([255 if value < _WHITE else 0 for value in range(256)])
    small = legible = 0
    for left in range(0, sheet.width, sheet.width // _STRIPS):
        strip = ink.crop((left, 0, left + sheet.width // _STRIPS, sheet.height))
        for rows in _lines(strip):
            small += _DUST_ROWS <= rows < _LEGIBLE_ROWS
            legible += rows >= _LEGIBLE_ROWS
    return small >= _SMALL_LINES and small > _SMALL_SHARE * (small + legible)


def _lines(strip: Image.Image) -> list[int]:
    """The height, in rows, of each line of letters.

    A line is a band between white rows. The share of ink in the band is within `_INK`.
    """
    found: list[int] = []
    line: list[int] = []
    for ink in (*strip.resize((1, strip.height), Image.Resampling.BOX).tobytes(), 0):
        if ink:
            line.append(ink)
        elif line:
            if _INK[0] < sum(line) / len(line) / 255 < _INK[1]:
                found.append(len(line))
            line = []
    return found


def _areas(mask: Image.Image, reach: int) -> Image.Image:
    """The parts of a mask that are at least twice `reach` dots wide and high."""
    inside = mask.filter(ImageFilter.BoxBlur(reach)).point([0] * 255 + [255])
    return _spread(inside, reach)


def _spread(mask: Image.Image, reach: int) -> Image.Image:
    """A mask, widened by `reach` dots on each side."""
    return mask.filter(ImageFilter.BoxBlur(reach)).point([0] + [255] * 255)


def _count(mask: Image.Image) -> int:
    return mask.histogram()[255]

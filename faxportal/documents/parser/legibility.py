"""What a fax kills, measured on a page's grey sheet at fine resolution, before it becomes dots."""

from __future__ import annotations

from enum import StrEnum

from PIL import Image, ImageChops, ImageFilter

#: Greys from 0, black: below the first a stroke stays whole, above the second nobody sees it.
_DARK, _WHITE = 100, 236
#: Strokes are thinner than twice this, areas are not; in dots.
_STROKE, _AREA = 4, 12
#: Dots of faint strokes: a few letters. Of all that is light, the part that strokes are of a page
#: with faint text; in a photograph they are far fewer.
_FAINT_DOTS, _FAINT_PART = 500, 0.25
#: The part of a sheet that may be black.
_BLACK_PART = 0.05
#: Rows of a line of letters with their up and down strokes: under these, about 5 points high.
_LEAST_ROWS, _DUST_ROWS = 12, 4
#: The part of a line of letters that is ink: less is dust, more is a rule or a picture.
_INK = (0.05, 0.6)
_STRIPS, _SMALL_LINES, _SMALL_PART = 12, 8, 0.2


class Killed(StrEnum):
    """What will not survive."""

    FAINT = "faint"
    BLACK = "black"
    SMALL = "small"


def killed(sheet: Image.Image) -> list[Killed]:
    """What a fax will kill of a page."""
    tests = {Killed.FAINT: _is_faint, Killed.BLACK: _is_black, Killed.SMALL: _is_small}
    return [what for what, test in tests.items() if test(sheet)]


def _is_faint(sheet: Image.Image) -> bool:
    """Light strokes, with no dark ones beside them of which they are the soft edge."""
    light = sheet.point([255 if _DARK <= value < _WHITE else 0 for value in range(256)])
    dark = sheet.point([255 if value < _DARK else 0 for value in range(256)])
    areas, beside_dark = _areas(light, _STROKE), _spread(dark, _STROKE)
    strokes = ImageChops.subtract(ImageChops.subtract(light, areas), beside_dark)
    found = _count(strokes)
    return found > _FAINT_DOTS and found > _FAINT_PART * _count(light)


def _is_black(sheet: Image.Image) -> bool:
    dark = sheet.point([255 if value < _DARK else 0 for value in range(256)])
    return _count(_areas(dark, _AREA)) > _BLACK_PART * sheet.width * sheet.height


def _is_small(sheet: Image.Image) -> bool:
    """Lines of letters that are too few rows high, looked for in strips of the page's width."""
    ink = sheet.point([255 if value < _WHITE else 0 for value in range(256)])
    small = whole = 0
    for left in range(0, sheet.width, sheet.width // _STRIPS):
        strip = ink.crop((left, 0, left + sheet.width // _STRIPS, sheet.height))
        for rows in _lines(strip):
            small += _DUST_ROWS <= rows < _LEAST_ROWS
            whole += rows >= _LEAST_ROWS
    return small >= _SMALL_LINES and small > _SMALL_PART * (small + whole)


def _lines(strip: Image.Image) -> list[int]:
    """Heights of what stands between white rows and has as much ink as letters have."""
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
    """Those parts of a mask in which a square of twice `reach` finds room."""
    inside = mask.filter(ImageFilter.BoxBlur(reach)).point([0] * 255 + [255])
    return _spread(inside, reach)


def _spread(mask: Image.Image, reach: int) -> Image.Image:
    """A mask and what lies within `reach` of it."""
    return mask.filter(ImageFilter.BoxBlur(reach)).point([0] + [255] * 255)


def _count(mask: Image.Image) -> int:
    return mask.histogram()[255]

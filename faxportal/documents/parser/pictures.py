"""Pictures, by Pillow."""

from __future__ import annotations

import copy
import io
import mmap
import time
from collections.abc import Iterator
from typing import IO, Any

from PIL import (
    Image,
    ImageCms,
    ImageColor,
    ImageFile,
    ImageFilter,
    ImagePalette,
    MpoImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from faxportal.documents.kinds import Kind
from faxportal.documents.parser import paper
from faxportal.documents.parser.answers import MAX_PAGES, Refused, Why

#: A sheet of A4 at 1200 dpi has 139 million, the largest telephone camera 200 million.
MAX_PIXELS = 200_000_000
#: As for PDF: see `child.pdf`.
_READING_SECONDS = 3.0

Image.MAX_IMAGE_PIXELS = None  # ours is above; Pillow's would only warn
# All that Pillow needs now and then is imported before the process loses the right to open files.
Image.preinit()
_NOW_AND_THEN = (copy, ImageCms, ImageColor, ImageFilter, ImagePalette)
_FORMATS = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)


def examine(data: mmap.mmap, kind: Kind) -> dict[str, Any]:
    """The number of frames, when each can be decoded to its end; raises `Refused`.

    And whether it is to be turned, which VoipNow may or may not know to do.
    """
    read_until = time.monotonic() + _READING_SECONDS
    pages, lies_turned = 0, False
    for frame in frames(data, kind):
        lies_turned = kind is Kind.JPEG and paper.lies_turned(frame)
        pages += 1
        if pages > MAX_PAGES:
            raise Refused(Why.TOO_MANY_PAGES)
        if time.monotonic() < read_until:
            _decode(frame)
    return {"pages": pages, "lies_turned": lies_turned}


def make_pdf(data: mmap.mmap, kind: Kind, to: IO[bytes]) -> dict[str, Any]:
    """Write a PDF of the first frame, and say whether there are more; raises `Refused`."""
    [picture] = frames(data, kind)
    is_animated = getattr(picture, "is_animated", False)
    paper.write_pdf(picture, to)
    return {"pages": 1, "is_animated": is_animated}


def frames(data: mmap.mmap, kind: Kind) -> Iterator[ImageFile.ImageFile]:
    """Each frame of a TIFF; of all else the first. Sizes are checked, nothing is decoded yet."""
    # A copy in memory: from anything else libtiff would read the whole file anew for each frame.
    file = io.BytesIO(data.read())
    try:
        picture = Image.open(file, formats=[kind.name])
        yield _checked(picture)
        while kind is Kind.TIFF:
            picture.seek(picture.tell() + 1)
            yield _checked(picture)
    except EOFError:  # Pillow's word for "no such frame"
        return


def _checked(picture: ImageFile.ImageFile) -> ImageFile.ImageFile:
    if picture.width * picture.height > MAX_PIXELS:
        raise Refused(Why.TOO_MUCH)
    return picture


def _decode(frame: ImageFile.ImageFile) -> None:
    # A JPEG at an eighth of its size: read to its end all the same, in little memory.
    frame.draft("L", (frame.width // 8, frame.height // 8))
    frame.load()

"""Examining and converting pictures with Pillow."""

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
from faxportal.documents.parser import picture_pdf
from faxportal.documents.parser.file_limits import MAX_PAGES, MAX_PIXELS
from faxportal.documents.parser.rejections import Rejected, RejectionReason

#: Seconds after which the remaining frames of a long document are counted, but not decoded.
_READING_SECONDS = 3.0

Image.MAX_IMAGE_PIXELS = None  # `MAX_PIXELS` applies instead; Pillow would only warn
# Pillow imports these modules when it needs them. Here they are imported in advance, because later
# the process can't open a file. The names keep the imports from being removed as unused.
Image.preinit()
_IMPORTED_BY_PILLOW = (copy, ImageCms, ImageColor, ImageFilter, ImagePalette)
_FORMATS = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)


def examine(data: mmap.mmap, kind: Kind) -> dict[str, Any]:
    """Check that each frame can be decoded to its end, and count them. Raises `Rejected`.

    `needs_rotation` says whether a JPEG must be turned or mirrored. The vendor doesn't say whether
    VoipNow does that.
    """
    read_until = time.monotonic() + _READING_SECONDS
    pages, needs_rotation = 0, False
    for frame in frames(data, kind):
        needs_rotation = kind is Kind.JPEG and picture_pdf.needs_rotation(frame)
        pages += 1
        if pages > MAX_PAGES:
            raise Rejected(RejectionReason.TOO_MANY_PAGES)
        if time.monotonic() < read_until:
            _decode(frame)
    return {"pages": pages, "needs_rotation": needs_rotation}


def make_pdf(data: mmap.mmap, kind: Kind, to: IO[bytes]) -> dict[str, Any]:
    """Write a PDF of the first frame; `is_animated` says whether there are more frames.

    Raises `Rejected`.
    """
    [picture] = frames(data, kind)
    is_animated = getattr(picture, "is_animated", False)
    picture_pdf.write_pdf(picture, to)
    return {"pages": 1, "is_animated": is_animated}


def frames(data: mmap.mmap, kind: Kind) -> Iterator[ImageFile.ImageFile]:
    """Each frame of a TIFF; the first frame of any other picture. Nothing is decoded yet.

    Raises `Rejected` for a frame with more than `MAX_PIXELS`.
    """
    # A copy in memory is read, because libtiff would read any other file again for each frame.
    file = io.BytesIO(data.read())
    try:
        picture = Image.open(file, formats=[kind.name])
        yield _checked(picture)
        while kind is Kind.TIFF:
            picture.seek(picture.tell() + 1)
            yield _checked(picture)
    except EOFError:  # Pillow raises it if there is no such frame
        return


def _checked(picture: ImageFile.ImageFile) -> ImageFile.ImageFile:
    if picture.width * picture.height > MAX_PIXELS:
        raise Rejected(RejectionReason.TOO_MUCH)
    return picture


def _decode(frame: ImageFile.ImageFile) -> None:
    # A JPEG is read to its end and decoded at an eighth of its size, which takes little memory.
    frame.draft("L", (frame.width // 8, frame.height // 8))
    frame.load()

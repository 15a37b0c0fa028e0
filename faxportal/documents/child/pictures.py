"""Pictures, by Pillow."""

from __future__ import annotations

import io
import mmap
import time
from collections.abc import Iterator

from PIL import Image, ImageFile, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

from faxportal.documents.child.answers import MAX_PAGES, Refused, Why
from faxportal.documents.kinds import Kind

#: A sheet of A3 at 1200 dpi has 279 million pixels, the largest telephone camera 200 million.
MAX_PIXELS = 200_000_000
#: As for PDF: see `child.pdf`.
_PATIENCE = 3.0

Image.MAX_IMAGE_PIXELS = None  # ours is above; Pillow's would only warn
# All that Pillow needs is imported before the process loses the right to open files.
Image.preinit()
_MORE_FORMATS = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)


def count_pages(data: mmap.mmap, kind: Kind) -> int:
    """The number of frames, when each can be decoded to its end; raises `Refused`."""
    patience_ends = time.monotonic() + _PATIENCE
    pages = 0
    for frame in frames(data, kind):
        pages += 1
        if pages > MAX_PAGES:
            raise Refused(Why.TOO_MANY_PAGES)
        if time.monotonic() < patience_ends:
            _decode(frame)
    return pages


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

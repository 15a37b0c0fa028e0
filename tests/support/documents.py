"""Valid documents for tests, and the functions with which `odd_documents` builds odd documents."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

A4 = (595, 842)


def pdf(*contents: str, size: tuple[float, float] = A4, at_least: int = 0) -> bytes:
    """A PDF with a page for each content stream. Without `contents`, it has a page with one word.

    `size` is in points. The file is filled up to `at_least` bytes.
    """
    pages = contents or ("BT /F 24 Tf 72 720 Td (Offer) Tj ET",)
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]/MediaBox[0 0 {size[0]} {size[1]}]"
        "/Resources<</Font<</F 3 0 R>>>>>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for index, content in enumerate(pages):
        objects.append(f"<</Type/Page/Parent 2 0 R/Contents {5 + 2 * index} 0 R>>".encode())
        objects.append(stream(content.encode("latin-1")))
    return assemble(objects, at_least=at_least)


def stream(data: bytes, entries: str = "") -> bytes:
    """The body of a PDF stream object. Its dictionary also gets `entries`."""
    return f"<</Length {len(data)}{entries}>>stream\n".encode() + data + b"\nendstream"


def assemble(objects: Sequence[bytes], *, at_least: int = 0, entries: str = "") -> bytes:
    """A PDF of these objects, with the catalogue first, a cross-reference table and an end.

    Its trailer also gets `entries`.
    """
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    body += b"%" + b"." * (at_least - len(body)) + b"\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    table += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    table += (
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R{entries}>>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return body + table.encode()


def picture(
    picture_format: str, mode: str = "L", size: tuple[int, int] = (200, 100), **how: object
) -> bytes:
    """A picture whose samples are all 0, saved by Pillow with these options."""
    file = io.BytesIO()
    Image.new(mode, size).save(file, picture_format, **how)
    return file.getvalue()


def tiff(pages: int = 3, compression: str = "group4") -> bytes:
    """Fax pages as scanners make them: A4 in fine resolution, with 1 bit a dot."""
    page = Image.new("1", (1728, 2292), 1)
    others = [page] * (pages - 1)  # one picture in memory for any number of pages
    file = io.BytesIO()
    page.save(
        file,
        "TIFF",
        save_all=True,
        append_images=others,
        compression=compression,
        dpi=(204, 196),
    )
    return file.getvalue()

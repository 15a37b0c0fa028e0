"""Odd documents: some that offices have, and some that attackers make."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from tests.support import documents


def locked_pdf() -> bytes:
    """A PDF that no password opens, because its password check (/U) is all zeros."""
    encryption = f"/Filter/Standard/V 1/R 2/P -4/O<{'00' * 32}>/U<{'00' * 32}>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"]
    return documents.assemble(objects, entries=f"/Encrypt<<{encryption}>>/ID[<00><00>]")


def updated_pdf() -> bytes:
    """A PDF that was changed by appending, as PDF editors do, so that it has two end markers."""
    whole = documents.pdf()
    return whole + b"9 0 obj\n<<>>\nendobj\n" + whole[whole.index(b"xref") :]


def looping_page_tree() -> bytes:
    """A PDF whose page tree contains itself."""
    return documents.assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 9/Kids[2 0 R 3 0 R]>>",
            b"<</Type/Pages/Count 9/Kids[2 0 R]/Parent 2 0 R>>",
        ]
    )


def many_pages(count: int) -> bytes:
    """A PDF with `count` empty pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    page = b"<</Type/Page/Parent 2 0 R>>"
    return documents.assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Count {count}/MediaBox[0 0 595 842]/Kids[{kids}]>>".encode(),
            *[page] * count,
        ]
    )


def no_pages() -> bytes:
    """A PDF without pages."""
    return documents.assemble([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"])


def bomb(content: bytes = b"0 0 m 9 9 l S\n", megabytes: int = 3000) -> bytes:
    """A PDF whose page content unpacks to several gigabytes, a thousand times its size."""
    packer = zlib.compressobj(9)
    piece = content * (2**20 // len(content))
    first = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush no data refers to earlier data, so the block can be repeated.
    again = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = first + again * megabytes + packer.flush()
    return _one_page(documents.stream(packed, "/Filter/FlateDecode"))


def laughs(depth: int = 25) -> bytes:
    """A PDF with nested forms, each of which draws the next form twice.

    The last form is drawn 2**depth times.
    """
    form = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    forms = [
        documents.stream(b"/X Do /X Do", f"{form}/Resources<</XObject<</X {number + 1} 0 R>>>>")
        for number in range(5, 5 + depth)
    ]
    last = documents.stream(b"0 0 9 9 re f", form)
    return _one_page(documents.stream(b"/X Do"), *forms, last, resources="/XObject<</X 5 0 R>>")


def _one_page(content: bytes, *more: bytes, resources: str = "") -> bytes:
    return documents.assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>",
            f"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<{resources}>>>>".encode(),
            content,
            *more,
        ]
    )


def huge_tiff(width: int = 50_000, height: int = 50_000) -> bytes:
    """A small TIFF whose tags ImageWidth and ImageLength state a huge size."""
    whole = bytearray(documents.tiff(1))
    for tag, value in ((256, width), (257, height)):
        at = whole.index(struct.pack("<HH", tag, 3))
        whole[at : at + 12] = struct.pack("<HHII", tag, 4, 1, value)
    return bytes(whole)


def huge_jpeg(width: int = 65_000, height: int = 65_000) -> bytes:
    """A small JPEG whose frame header states a huge size."""
    whole = bytearray(documents.picture("JPEG"))
    at = whole.index(b"\xff\xc0") + 5
    whole[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(whole)


def huge_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """A small PNG whose first chunk states a huge size."""
    whole = bytearray(documents.picture("PNG"))
    whole[16:24] = struct.pack(">II", width, height)
    whole[29:33] = struct.pack(">I", zlib.crc32(whole[12:29]))
    return bytes(whole)


def animated_gif() -> bytes:
    """A GIF of three pictures: black, grey and white."""
    pictures = [Image.new("L", (60, 40), shade) for shade in (0, 128, 255)]
    file = io.BytesIO()
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:])
    return file.getvalue()


def looping_tiff() -> bytes:
    """A TIFF whose last directory names the first directory as its next."""
    whole = bytearray(documents.tiff(2))
    (first,) = struct.unpack_from("<I", whole, 4)
    (entries,) = struct.unpack_from("<H", whole, first)
    (second,) = struct.unpack_from("<I", whole, first + 2 + 12 * entries)
    (entries,) = struct.unpack_from("<H", whole, second)
    struct.pack_into("<I", whole, second + 2 + 12 * entries, first)
    return bytes(whole)


def two_sizes_tiff() -> bytes:
    """A TIFF with a page of A4 in fine resolution and a page of A5 in standard resolution."""
    pages = [Image.new("1", (1728, 2292), 1), Image.new("1", (1224, 816), 1)]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="group3")
    return file.getvalue()


def turned_jpeg() -> bytes:
    """A photograph as a phone in upright position saves it: sideways, with a tag to rotate it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: rotate by 90 degrees (EXIF 2.3, 4.6.4)
    return documents.picture("JPEG", "RGB", exif=exif)

"""Files to send, as small as their kinds allow or as large as a test wants."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TypedDict

MB = 1024 * 1024


class Chosen(TypedDict):
    """A file as Playwright's `set_input_files` takes it."""

    name: str
    mimeType: str
    buffer: bytes


def pdf(name: str = "contract.pdf") -> Chosen:
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    body += b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return Chosen(name=name, mimeType="application/pdf", buffer=body)


def tiff(pages: int = 3) -> Chosen:
    """A chain of image file directories (TIFF 6.0, section 2), each with its width alone."""
    body = b"II*\0" + struct.pack("<I", 8)
    for page in range(1, pages + 1):
        entry = struct.pack("<HHII", 256, 4, 1, 1728)
        after = len(body) + 2 + len(entry) + 4
        body += struct.pack("<H", 1) + entry + struct.pack("<I", after if page < pages else 0)
    return Chosen(name="plan.tif", mimeType="image/tiff", buffer=body)


def jpeg(size: int = 20 * MB) -> Chosen:
    noise = Random(size).randbytes(size - 6)
    return Chosen(
        name="photo.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff\xe0" + noise + b"\xff\xd9"
    )


def text(content: str = "Please call back.\n") -> Chosen:
    return Chosen(name="note.txt", mimeType="text/plain", buffer=content.encode())


def program() -> Chosen:
    """What VoipNow does not take, under a name that it does."""
    return Chosen(name="invoice.pdf", mimeType="application/pdf", buffer=b"MZ\0\1\2\3" * 100)


def on_disk(folder: Path, chosen: Sequence[Chosen]) -> list[Path]:
    """The same files by their paths: large ones reach the browser sooner that way."""
    paths = [folder / file["name"] for file in chosen]
    for path, file in zip(paths, chosen, strict=True):
        path.write_bytes(file["buffer"])
    return paths


def sha256(file: Chosen) -> str:
    return hashlib.sha256(file["buffer"]).hexdigest()

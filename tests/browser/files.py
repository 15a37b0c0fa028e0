"""Files to send, as small as their kinds allow or as large as a test wants."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TypedDict
from uuid import uuid4

from tests.support import documents

MB = 1024 * 1024


class Chosen(TypedDict):
    """A file as Playwright's `set_input_files` takes it."""

    name: str
    mimeType: str
    buffer: bytes


def pdf(name: str = "contract.pdf") -> Chosen:
    return Chosen(name=name, mimeType="application/pdf", buffer=documents.pdf())


def png(name: str = "logo.png") -> Chosen:
    return Chosen(name=name, mimeType="image/png", buffer=documents.picture("PNG", size=(300, 100)))


def tiff(pages: int = 3) -> Chosen:
    return Chosen(name="plan.tif", mimeType="image/tiff", buffer=documents.tiff(pages))


def jpeg(size: int = 20 * MB) -> Chosen:
    """A picture of any size: readers ignore the bytes after its end."""
    picture = documents.picture("JPEG")
    noise = Random(size).randbytes(size - len(picture))
    return Chosen(name="photo.jpg", mimeType="image/jpeg", buffer=picture + noise)


def text(content: str = "Please call back.\n") -> Chosen:
    return Chosen(name="note.txt", mimeType="text/plain", buffer=content.encode())


def never_sent() -> Chosen:
    """A text with new content each time, so that no duplicate has to be confirmed."""
    return text(f"For you alone: {uuid4()}.\n")


def csv(content: str) -> Chosen:
    return Chosen(name="contacts.csv", mimeType="text/csv", buffer=content.encode())


def recipients() -> Chosen:
    """A list as a spreadsheet saves it; its last row has no number."""
    rows = (
        "Name,City,Fax",
        "Zoë Quist,Oslo,+1 650 253 0107",
        '"Lee, Ann",Bergen,+1 650 253 0108',
        "Nobody,Bergen,",
    )
    return Chosen(name="list.csv", mimeType="text/csv", buffer="\r\n".join(rows).encode())


def program() -> Chosen:
    """A program, which VoipNow does not accept, under the name of a PDF."""
    return Chosen(name="invoice.pdf", mimeType="application/pdf", buffer=b"MZ\0\1\2\3" * 100)


def on_disk(folder: Path, chosen: Sequence[Chosen]) -> list[Path]:
    """Write files to a folder, and return their paths.

    A large file reaches the browser faster by its path.
    """
    paths = [folder / file["name"] for file in chosen]
    for path, file in zip(paths, chosen, strict=True):
        path.write_bytes(file["buffer"])
    return paths


def sha256(file: Chosen) -> str:
    return hashlib.sha256(file["buffer"]).hexdigest()


#: Drops a text file on a page. The arguments are the file's name, type and text.
DROP = """([name, type, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type }));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(
      new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }),
    );
  }
}"""

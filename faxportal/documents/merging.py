"""Merging a fax's documents into one PDF, for a server that takes one file in a request.

The parser copies PDFs and pictures page by page (`parser.merge`). A text has no pages of its own,
so it is typeset first. A text that can't be shown exactly is refused: nothing in it is guessed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile, File

from faxportal.documents import file_store, parser_pool
from faxportal.documents.file_store import StoredFile
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from faxportal.documents.parser_pool import NotMergeable
from faxportal.documents.typesetting import StandardNotMet, typeset

#: The Typst template for the pages of a text.
_TEXT_PAGES = Path(__file__).with_name("text_pages.typ")


class FileChanged(Exception):
    """A stored file does not have the hash that it had when it was attached."""


class CannotBeShown(Exception):
    """A text can't be typeset.

    `letters` are the characters that no font has. It is empty for another cause, for example a text
    that can't be read.
    """

    def __init__(self, letters: Sequence[str] = ()) -> None:
        super().__init__("a text can't be typeset")
        self.letters = letters


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stored file that becomes pages of a merged PDF."""

    stored_as: str
    kind: Kind
    #: In hex.
    sha256: str


def merge_stored(parts: Sequence[Part]) -> StoredFile:
    """Merge stored files in their order, and store the PDF durably.

    Raises `NotMergeable` and `FileChanged`. Raises `Rejected` (NOT_NOW), `TypesettingFailed` or
    `OSError` if the same call may work later.
    """
    with ExitStack() as opened:
        pages_of = [
            (opened.enter_context(_with_pages(part, number)), _kind_with_pages(part.kind))
            for number, part in enumerate(parts, start=1)
        ]
        with tempfile.TemporaryFile() as merged:
            pages = parser_pool.merge(pages_of, to=merged)
            return file_store.store_pdf(File(merged), pages=pages)


def typeset_text(text: File[bytes]) -> bytes:
    """A text as a PDF.

    Raises `CannotBeShown`, and `Rejected` for a text that is too long. Raises `Rejected` (NOT_NOW),
    `TypesettingFailed` or `OSError` if the same call may work later.
    """
    try:
        return typeset(_TEXT_PAGES, {"pages": parser_pool.lay_out(text)}, standards=["a-2b"])
    except StandardNotMet as error:
        raise CannotBeShown(error.missing_letters) from None
    except Rejected as rejected:
        if rejected.reason == RejectionReason.DAMAGED:
            raise CannotBeShown from None
        raise


def _kind_with_pages(kind: Kind) -> Kind:
    return Kind.PDF if kind is Kind.TEXT else kind


@contextmanager
def _with_pages(part: Part, number: int) -> Iterator[File[bytes]]:
    """A stored file, or the PDF of a stored text. Raises what `merge_stored` raises."""
    with file_store.open_stored(part.stored_as) as file:
        if file_store.sha256_of(file) != part.sha256:
            raise FileChanged
        if part.kind is not Kind.TEXT:
            yield file
            return
        try:
            pdf = typeset_text(file)
        except CannotBeShown:
            raise NotMergeable(number, RejectionReason.DAMAGED) from None
        except Rejected as rejected:
            if rejected.reason == RejectionReason.NOT_NOW:
                raise
            raise NotMergeable(number, rejected.reason) from None
    yield ContentFile(pdf)

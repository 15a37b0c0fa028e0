"""The fax that a draft would become now, as the search for concerns needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from faxportal.faxes.compose.client_files import ClientFile
from faxportal.faxes.models import Document, Fax
from faxportal.text.phone_numbers import Number


@dataclass(frozen=True, kw_only=True)
class FaxToConfirm:
    """The fax that a draft would become now."""

    draft: Fax
    numbers: Sequence[Number] = field(repr=False)
    #: The documents of the draft, without cover page and client files.
    documents: Sequence[Document]
    #: Files that stay in the sender's browser: they become documents when the fax is sent.
    client_files: Sequence[ClientFile]
    at: datetime
    #: Pages of the cover page, which becomes a document when the fax is sent; 0 if the fax has no
    #: cover page.
    cover_pages: int = 0

    @property
    def hashes(self) -> set[str]:
        """The SHA-256, in hex, of each file in `documents` and `client_files`."""
        stored = {document.sha256 for document in self.documents}
        return stored | {file.sha256 for file in self.client_files}

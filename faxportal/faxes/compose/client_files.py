"""Files that stay in the sender's browser: what the portal knows of those it never sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from faxportal.accounts.models import Connection, User
from faxportal.documents import file_store
from faxportal.documents.file_names import clean_name
from faxportal.documents.kinds import Kind, recognise
from faxportal.faxes.compose.attachment_messages import not_taken_sentence
from faxportal.faxes.compose.attachments import renumber, too_many_sentence
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.models import Carrier, Document, Fax
from faxportal.voipnow.api_types import WireForm


@dataclass(frozen=True, kw_only=True)
class DeclaredFile:
    """One file as the browser declares it: a claim, but for its kind."""

    name: str = field(repr=False)
    #: Bytes.
    size: int
    #: In hex, computed by the browser.
    sha256: str
    #: The first bytes, up to 1024.
    head: bytes = field(repr=False)
    #: How many of the documents that the portal holds come before it.
    after: int = 0

    @property
    def kind(self) -> Kind | None:
        """What it is, by its first bytes."""
        return recognise(self.head)


def problems_of(declared: Sequence[DeclaredFile], *, attached: int) -> list[str]:
    """A sentence for each declared file that no fax takes, `attached` others being there."""
    sentences = []
    for count, file in enumerate(declared, start=attached + 1):
        name = clean_name(file.name)
        if not file.size:
            sentences.append(not_taken_sentence(file_store.EmptyFile(), name))
        elif file.size > settings.MAX_FILE_BYTES:
            sentences.append(not_taken_sentence(file_store.TooLarge(), name))
        elif file.kind is None:
            sentences.append(not_taken_sentence(file_store.UnknownKind(), name))
        elif count > settings.MAX_FILES:
            sentences.append(too_many_sentence(name))
    return sentences


def must_be_relayed(
    by: User,
    typed: DraftContent,
    declared: Sequence[DeclaredFile],
    *,
    batches: int,
    has_cover: bool,
) -> bool:
    """Whether the portal has to carry a fax whatever its size.

    A browser carries one group of recipients, now, in the form that has upload targets; no file
    that is to be made a PDF first, and no cover page, which the portal draws.
    """
    if settings.DELIVERY == "relay" or typed.due_at or batches > 1 or has_cover:
        return True
    if any(file.kind and file.kind.becomes_pdf for file in declared):
        return True
    connection = Connection.objects.filter(user=by).first()
    return connection is not None and connection.wire_form() == WireForm.ONE_REQUEST


def add_declared(draft: Fax, declared: Sequence[DeclaredFile]) -> None:
    """Make documents of declared files, each in its place among those that the draft has.

    What the draft has already, by content, is not added.
    """
    held = list(draft.documents.all())
    known = {document.sha256 for document in held}
    order, added = list(held), 0
    for file in sorted(declared, key=lambda file: file.after):
        if file.sha256 in known or file.kind is None:
            continue
        known.add(file.sha256)
        order.insert(min(file.after, len(held)) + added, _document(draft, file))
        added += 1
    if added:
        renumber(order)
        draft.carrier = Carrier.BROWSER


def _document(draft: Fax, file: DeclaredFile) -> Document:
    assert file.kind is not None
    return Document(
        fax=draft,
        name=clean_name(file.name, file.kind),
        size=file.size,
        content_type=file.kind.content_type,
        sha256=file.sha256,
        carrier=Carrier.BROWSER,
    )

"""Client files. They stay in the sender's browser, which is to upload them to VoipNow's storage."""

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
class ClientFile:
    """A file as the browser describes it. The portal itself finds out only the file's kind."""

    name: str = field(repr=False)
    #: Bytes.
    size: int
    #: In hex, as the browser computed it.
    sha256: str
    #: The first bytes, for `documents.kinds.recognise`.
    head: bytes = field(repr=False)
    #: How many of the draft's documents come before the file.
    after: int = 0

    @property
    def kind(self) -> Kind | None:
        """The kind, by the first bytes; None for a kind that can't be faxed."""
        return recognise(self.head)


def client_file_problems(files: Sequence[ClientFile], *, attached: int) -> list[str]:
    """A sentence for each file that can't be sent. The draft has `attached` documents already."""
    sentences = []
    for count, file in enumerate(files, start=attached + 1):
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


def portal_must_carry(
    by: User,
    content: DraftContent,
    files: Sequence[ClientFile],
    *,
    batches: int,
    has_cover: bool,
) -> bool:
    """Whether the portal has to carry the files of a fax, whatever their size.

    If FAXPORTAL_DELIVERY is `relay`, the portal carries all files. Otherwise a browser can carry a
    fax that has one batch, is sent at once, and goes in the wire form with upload targets. But a
    browser can't carry a fax with a cover page, or a file that has to be converted to PDF.
    """
    if settings.DELIVERY == "relay" or content.due_at or batches > 1 or has_cover:
        return True
    if any(file.kind and file.kind.becomes_pdf for file in files):
        return True
    connection = Connection.objects.filter(user=by).first()
    return connection is not None and connection.wire_form() == WireForm.ONE_REQUEST


def add_client_files(draft: Fax, files: Sequence[ClientFile]) -> None:
    """Make documents of client files, each at its position among the draft's documents.

    If a document of the draft has the same content as a file, the file is not added. If any file is
    added, the draft's carrier becomes BROWSER. The caller saves the draft.
    """
    stored = list(draft.documents.all())
    known = {document.sha256 for document in stored}
    order, added = list(stored), 0
    for file in sorted(files, key=lambda file: file.after):
        kind = file.kind
        if file.sha256 in known or kind is None:
            continue
        known.add(file.sha256)
        order.insert(min(file.after, len(stored)) + added, _document(draft, file, kind))
        added += 1
    if added:
        renumber(order)
        draft.carrier = Carrier.BROWSER


def _document(draft: Fax, file: ClientFile, kind: Kind) -> Document:
    return Document(
        fax=draft,
        name=clean_name(file.name, kind),
        size=file.size,
        content_type=kind.content_type,
        sha256=file.sha256,
        carrier=Carrier.BROWSER,
    )

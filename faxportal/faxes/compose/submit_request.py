"""The first step of submitting: the form's request, and what the portal reads in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import File

from faxportal.accounts.models import User
from faxportal.contacts.name_lookup import NameLookup
from faxportal.faxes.compose.attachment_messages import unattached_sentence
from faxportal.faxes.compose.attachments import NamedFile, store_files
from faxportal.faxes.compose.client_files import ClientFile
from faxportal.faxes.compose.confirmations.confirmation import NO_CONFIRMATION, Confirmation
from faxportal.faxes.compose.content_hash import fingerprint
from faxportal.faxes.compose.covers.cover_document import PreparedCover, prepare_cover
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.draft_versions import DraftVersion
from faxportal.faxes.compose.one_file import one_file_problems
from faxportal.faxes.compose.problems_by_field import Problems
from faxportal.faxes.compose.recipients import ParsedRecipients, parse_recipients
from faxportal.text.phone_numbers import DialAs


@dataclass(frozen=True, kw_only=True)
class SubmitRequest:
    """A form that its sender submits, with the files that it posts."""

    by: User
    #: The submission key. One key makes one fax, however often the form is sent.
    key: UUID
    content: DraftContent
    files: Sequence[File[bytes]] = field(default=(), repr=False)
    #: Files that stay in the sender's browser, which is to carry them.
    client_files: Sequence[ClientFile] = ()
    #: Problems with fields that the form could not read, and that `content` therefore lacks.
    form_errors: Problems = field(default_factory=dict, repr=False)
    #: None if the request doesn't come from a browser's form.
    version: DraftVersion | None = None
    confirmation: Confirmation = NO_CONFIRMATION
    #: Ids of the documents that the form lists; None if the form doesn't say.
    listed_documents: Collection[int] | None = None
    #: Name of a contact or group → the canonical numbers that the browser showed for the name.
    shown_numbers: Mapping[str, Collection[str]] = field(default_factory=dict, repr=False)
    #: Names of files that the browser could not attach.
    failed_files: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class ReadRequest:
    """What the portal has read in a request, for all steps that follow."""

    recipients: ParsedRecipients = field(repr=False)
    #: The files of the request, stored.
    files: Sequence[NamedFile]
    #: A sentence for each file that is missing in `files`.
    file_problems: Sequence[str]
    cover: PreparedCover
    #: A sentence for each document that can't become part of the one PDF that the server needs.
    one_file_problems: Sequence[str] = ()
    #: When the form was submitted.
    at: datetime

    @property
    def dialled(self) -> list[str]:
        """The numbers as they are dialled, in the order of the text."""
        return [number.dialled for number in self.recipients.numbers]

    def fingerprint(self, content: DraftContent, hashes: Collection[str]) -> str:
        """The fingerprint of a fax to these recipients; see `content_hash.fingerprint`."""
        return fingerprint(content, dialled=self.dialled, hashes=hashes)


def read_request(request: SubmitRequest, *, at: datetime) -> ReadRequest:
    """Store the files, parse the recipients, draw and store the cover page.

    Call this before the transaction that sends the fax, so that all files that the transaction
    refers to are durably stored. The caller deletes stored files that no draft or fax uses.
    """
    files, problems = store_files(request.files)
    recipients = parse_recipients(
        request.content.recipients,
        region=settings.REGION,
        dial_as=DialAs(settings.DIAL_AS),
        book=NameLookup(request.by),
    )
    cover = prepare_cover(
        request.by,
        key=request.key,
        content=request.content,
        numbers=recipients.numbers,
        files=files,
        now=at,
    )
    return ReadRequest(
        recipients=recipients,
        files=files,
        file_problems=[*problems, *map(unattached_sentence, request.failed_files)],
        cover=cover,
        one_file_problems=one_file_problems(
            request.by, key=request.key, files=files, has_cover=cover.is_wanted
        ),
        at=at,
    )

"""Submitting a form in four steps: read, save the draft, check, send.

1. `read_request` stores the files, parses the recipients and draws the cover page.
2. `drafts.save_draft` writes the content and the files into the draft.
3. `_check` decides whether the draft can be sent as it is.
4. `_send` turns the draft into a fax that waits for the worker.

Steps 2 to 4 are one transaction. The sender sees the fax as submitted only after the commit.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from faxportal.accounts.models import Extension
from faxportal.audit import record_keys
from faxportal.contacts.address_book import note_use
from faxportal.faxes import event_log, search_index
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.already_submitted import resolve_already_submitted
from faxportal.faxes.compose.batches import batch_of, count_batches
from faxportal.faxes.compose.client_files import add_client_files, portal_must_carry
from faxportal.faxes.compose.confirmations.confirmation import ConfirmationRequest
from faxportal.faxes.compose.confirmations.fax_to_confirm import FaxToConfirm
from faxportal.faxes.compose.confirmations.needed_confirmations import needed_confirmations
from faxportal.faxes.compose.confirmations.number_notices import notices_about
from faxportal.faxes.compose.content_hash import content_hash
from faxportal.faxes.compose.content_lock import lock_content
from faxportal.faxes.compose.drafts import DraftEdit, NotADraft, SavedDraft
from faxportal.faxes.compose.submit_request import ReadRequest, SubmitRequest, read_request
from faxportal.faxes.compose.submit_result import (
    Conflict,
    NeedsConfirmation,
    NeedsCorrection,
    NeedsFiles,
    NotReady,
    SubmitResult,
    Submitted,
)
from faxportal.faxes.compose.validation import document_problems, problems_of, repeated_notices
from faxportal.faxes.event_log import Event
from faxportal.faxes.list_key import save_with_list_key
from faxportal.faxes.models import Carrier, Document, Fax, Recipient
from faxportal.faxes.queue import BROWSER_HEAD_START, plan_batches
from faxportal.faxes.record import facts
from faxportal.faxes.states import FaxState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A draft that can be sent as it is."""

    #: What the sender confirmed. It has no concerns if nothing had to be confirmed.
    confirmed: ConfirmationRequest


def submit_fax(request: SubmitRequest, *, clock: Clock | None = None) -> SubmitResult:
    """Submit the fax that is in a form and its draft, or return what has to happen first.

    A second request with the same key and content returns the first fax, so a request can be
    repeated safely.
    """
    read = read_request(request, at=(clock or Clock()).now())
    edit = DraftEdit(content=request.content, files=read.files, version=request.version)
    try:
        with transaction.atomic():
            saved = drafts.save_draft(request.by, key=request.key, edit=edit)
            checked = _check(request, read, saved)
            if isinstance(checked, _Ready):
                _send(request, read, saved.draft, checked.confirmed)
    except NotADraft as error:
        read.cover.forget()
        return resolve_already_submitted(error.fax, request, read)
    if not isinstance(checked, _Ready):
        read.cover.forget()
        return checked
    notices = [
        *saved.notices,
        *repeated_notices(read.recipients),
        *_note_numbers(request, read, saved.draft),
    ]
    return Submitted(fax=saved.draft, notices=notices)


def _check(request: SubmitRequest, read: ReadRequest, saved: SavedDraft) -> _Ready | NotReady:
    """Decide whether the draft can be sent as it is. Changes nothing."""
    draft = saved.draft
    if saved.changed_elsewhere_at:
        files = document_problems(request, read, saved)
        problems = {"documents": files} if files else {}
        return Conflict(draft=draft, changed_at=saved.changed_elsewhere_at, problems=problems)
    if problems := problems_of(request, read, saved):
        return NeedsCorrection(draft=draft, problems=problems)
    if request.client_files and portal_must_carry(
        request.by,
        request.content,
        request.client_files,
        batches=count_batches(len(read.recipients.numbers)),
        has_cover=read.cover.is_wanted,
    ):
        return NeedsFiles(draft=draft)
    fax = FaxToConfirm(
        draft=draft,
        numbers=read.recipients.numbers,
        documents=list(draft.documents.all()),
        client_files=request.client_files,
        at=read.at,
        cover_pages=read.cover.pages,
    )
    lock_content(content_hash(fax.hashes))
    needed = needed_confirmations(
        fax,
        request.confirmation,
        fingerprint=read.fingerprint(request.content, fax.hashes),
    )
    if not needed.is_met_by(request.confirmation):
        return NeedsConfirmation(draft=draft, request=needed)
    return _Ready(confirmed=needed)


def _send(
    request: SubmitRequest, read: ReadRequest, draft: Fax, confirmed: ConfirmationRequest
) -> None:
    """Turn a locked draft into a fax that waits, within the open transaction."""
    add_client_files(draft, request.client_files)
    read.cover.put_first(draft)
    documents = list(draft.documents.all())
    attached = [document for document in documents if not document.is_cover]
    label = Extension.objects.get(connection__user=draft.sender_id, number=draft.extension).label
    due_at = request.content.due_at or read.at
    draft.extension_label = label
    draft.state = FaxState.SCHEDULED if request.content.due_at else FaxState.WAITING
    draft.submitted_at = read.at
    draft.due_at = due_at
    draft.deadline_at = due_at + timedelta(hours=settings.DEADLINE_HOURS)
    draft.fingerprint = confirmed.fingerprint
    draft.content_hash = content_hash(document.sha256 for document in attached)
    save_with_list_key(draft)
    numbers = read.recipients.numbers
    Recipient.objects.bulk_create(_recipients(draft, read))
    search_index.index_fax(draft, numbers, attached)
    # A browser that carries files asks for its upload targets at once. So no worker claims the fax
    # before `browser_until`.
    browser_until = read.at + BROWSER_HEAD_START if draft.carrier == Carrier.BROWSER else None
    plan_batches(
        draft,
        batches=count_batches(len(read.recipients.numbers)),
        due_at=due_at,
        browser_until=browser_until,
    )
    event_log.add(
        draft,
        Event.SUBMITTED,
        at=read.at,
        by=draft.sender,
        recipients=len(numbers),
        documents=[_event_data(document) for document in documents],
        **_bound_facts(draft),
        **confirmed.event_data(),
    )


def _bound_facts(fax: Fax) -> dict[str, object]:
    """The keyed hashes of all that is known of the fax now; {} without a key."""
    key = record_keys.newest()
    if key is None:
        return {}
    return {"facts": facts.submitted_digests(facts.read_rows(Fax.objects.get(pk=fax.pk)), key)}


def _recipients(fax: Fax, read: ReadRequest) -> list[Recipient]:
    """The rows of a fax's recipients, each with the number of its batch."""
    return [
        Recipient(
            fax=fax,
            position=position,
            typed=number.typed,
            dialled=number.dialled,
            canonical=number.canonical,
            name=number.name,
            batch=batch_of(position),
        )
        for position, number in enumerate(read.recipients.numbers, start=1)
    ]


def _event_data(document: Document) -> dict[str, object]:
    """What the event log says about a document.

    `declared` means that the browser described the file, which the portal never had.
    """
    data: dict[str, object] = {
        "size": document.size,
        "sha256": document.sha256,
        "pages": document.pages,
    }
    data |= {"declared": True} if document.carrier == Carrier.BROWSER else {}
    return data | ({"cover": True} if document.is_cover else {})


def _note_numbers(request: SubmitRequest, read: ReadRequest, fax: Fax) -> list[str]:
    """Note in the address book that the numbers were used. Returns notices about the numbers.

    The fax is already committed, so a database error here must not fail the request. The error
    itself is not logged, because its text may contain numbers.
    """
    numbers = read.recipients.numbers
    try:
        note_use([number.canonical for number in numbers], by=request.by, at=read.at)
        return notices_about(numbers)
    except DatabaseError:
        logger.warning("fax %s: not all is done that follows its submitting", fax.uuid)
        return []

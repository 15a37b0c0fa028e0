"""Relaying a file that the sender's browser should upload, but can't.

The browser hands the file to the portal, and a worker uploads the file to the same target. So the
fax at VoipNow stays the same. The file must have the size and hash declared at the submit.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.core.files.base import File
from django.db.models import F
from django.utils.translation import gettext as _

from faxportal.accounts import encryption
from faxportal.accounts.models import User
from faxportal.documents import file_store
from faxportal.documents.file_names import clean_name
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.attachments import not_stored_sentence
from faxportal.faxes.delivery.browser.status import first_open_handover
from faxportal.faxes.delivery.locked_handover import LockedHandover, lock_handover
from faxportal.faxes.delivery.sealed_targets import open_target
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import BlockedOrigin, Carrier, Document, Fax
from faxportal.faxes.permissions import check_can_carry
from faxportal.voipnow.allowed_origins import Origin


class RelayReason(StrEnum):
    """Why a browser hands a file to the portal."""

    #: The browser can't upload to this storage: CORS, mixed content or the network forbids it.
    BLOCKED = "blocked"
    #: The browser's uploads failed too often.
    FAILED = "failed"
    #: A person or the portal asked for the file.
    ASKED = "asked"


class FileRefused(Exception):
    """The portal does not take a file; the text is a sentence for the person."""


def accept_file(
    document: Document,
    file: File[bytes],
    *,
    reason: RelayReason,
    by: User,
    portal: str,
    clock: Clock | None = None,
) -> None:
    """Store the file of a document that the sender's browser should upload. A worker relays it.

    `portal` is the portal's own origin as the browser knows it. The file is dropped if the portal
    has it already, or if the fax has no open handover. Raises `FileRefused` and `NotAllowedTo`.
    """
    fax = document.fax
    check_can_carry(by, fax)
    try:
        stored = file_store.store_declared(file, size=document.size, sha256=document.sha256)
    except file_store.ContentDiffers:
        sentence = _("“%(name)s” is not the file you chose for this fax. Choose that file.")
        raise FileRefused(sentence % {"name": document.name}) from None
    except OSError:
        raise FileRefused(not_stored_sentence(document.name)) from None
    handover = first_open_handover(fax)
    if handover is None:
        file_store.delete(stored)
        return
    with lock_handover(handover.pk, fax.pk, clock or Clock()) as locked:
        taken = locked.is_open and Document.objects.filter(
            pk=document.pk, carrier=Carrier.BROWSER
        ).update(stored_as=stored, carrier=Carrier.PORTAL)
        if taken:
            locked.add_event(Event.FILE_GIVEN_TO_PORTAL, document=document.position)
            # If a batch was divided, several handovers are open. All of them wait for the file.
            fax.handovers.open().update(browser_until=None)
            if reason == RelayReason.BLOCKED:
                _note_blocked(locked, document, portal)
    if not taken:
        file_store.delete(stored)


def accept_files(fax: Fax, files: Sequence[File[bytes]], *, by: User) -> list[str]:
    """Accept each file that the fax still needs, and return a sentence for each other file.

    A file is recognised by its content, because its name may have changed. Raises `NotAllowedTo`.
    """
    sentences = []
    for file in files:
        candidates = fax.documents.filter(carrier=Carrier.BROWSER, size=file.size)
        if not any(_is_accepted(document, file, by) for document in candidates):
            name = {"name": clean_name(file.name or "")}
            sentences.append(_("“%(name)s” is not one of the missing files.") % name)
    return sentences


def _is_accepted(document: Document, file: File[bytes], by: User) -> bool:
    try:
        accept_file(document, file, reason=RelayReason.ASKED, by=by, portal="")
    except FileRefused:
        return False
    return True


def _note_blocked(locked: LockedHandover, document: Document, portal: str) -> None:
    """Write that a browser could not upload to this storage. The page *Sending* shows it."""
    upload = next((one for one in locked.uploads if one.document_id == document.pk), None)
    if upload is None or not upload.sealed_target:
        return
    try:
        origin = str(Origin.of(open_target(upload.sealed_target).url))
    except (encryption.KeyLost, ValueError):
        return
    noted = {"portal_origin": portal[:300], "seen_at": locked.now}
    BlockedOrigin.objects.update_or_create(
        origin=origin,
        defaults=noted | {"failures": F("failures") + 1},
        create_defaults=noted | {"failures": 1},
    )

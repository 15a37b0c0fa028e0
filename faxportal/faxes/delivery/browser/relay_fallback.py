"""The way back: a file that the browser can't PUT goes to the portal, which relays it.

It goes to the same target, so the fax stays the same. The bytes must be the ones that were
declared when the fax was submitted.
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
from faxportal.documents.names import clean_name
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.attachments import not_stored_sentence
from faxportal.faxes.delivery.browser.status import newest_open
from faxportal.faxes.delivery.session import Page, open_page, open_target
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import BlockedOrigin, Carrier, Document, Fax
from faxportal.faxes.permissions import check_can_carry
from faxportal.voipnow.allowed_origins import Origin


class Why(StrEnum):
    """Why a page hands a file over."""

    #: Its browser can't put anything there: CORS, mixed content, a blocked network.
    BLOCKED = "blocked"
    #: It failed too often.
    FAILED = "failed"
    #: A person or the portal asked for it.
    ASKED = "asked"


class NotTaken(Exception):
    """A file that isn't taken; the text is a sentence for the person."""


def take_file(
    fax: Fax,
    document: Document,
    file: File[bytes],
    *,
    why: Why,
    by: User,
    portal: str,
    clock: Clock | None = None,
) -> None:
    """Keep a file that the sender's browser was to carry; a worker relays it from here.

    `portal` is the portal's own origin as the browser knows it. A file that has been handed over
    already, or of a fax that has come to rest, is let go. Raises `NotTaken` and `NotAllowedTo`.
    """
    check_can_carry(by, fax)
    try:
        stored = file_store.keep_declared(file, size=document.size, sha256=document.sha256)
    except file_store.OtherContent:
        sentence = _("“%(name)s” is not the file you chose for this fax. Choose that file.")
        raise NotTaken(sentence % {"name": document.name}) from None
    except OSError:
        raise NotTaken(not_stored_sentence(document.name)) from None
    handover = newest_open(fax)
    if handover is None:
        file_store.forget(stored)
        return
    with open_page(handover.pk, fax.pk, clock or Clock()) as page:
        taken = page.is_open and Document.objects.filter(
            pk=document.pk, carrier=Carrier.BROWSER
        ).update(stored_as=stored, carrier=Carrier.PORTAL)
        if taken:
            page.event(Event.FILE_HANDED_OVER, document=document.position)
            # Each batch's: of a fax that was halved all of them have waited for the files.
            fax.handovers.open().update(browser_until=None)
            if why == Why.BLOCKED:
                _note_blocked(page, document, portal)
    if not taken:
        file_store.forget(stored)


def take_files(fax: Fax, files: Sequence[File[bytes]], *, by: User) -> list[str]:
    """Take what is missing of these files, each known by its content; a sentence for each other."""
    sentences = []
    for file in files:
        wanted = fax.documents.filter(carrier=Carrier.BROWSER, size=file.size)
        if not any(_is_taken(fax, document, file, by) for document in wanted):
            name = {"name": clean_name(file.name or "")}
            sentences.append(_("“%(name)s” is not one of the missing files.") % name)
    return sentences


def _is_taken(fax: Fax, document: Document, file: File[bytes], by: User) -> bool:
    try:
        take_file(fax, document, file, why=Why.ASKED, by=by, portal="")
    except NotTaken:
        return False
    return True


def _note_blocked(page: Page, document: Document, portal: str) -> None:
    """Remember which storage a browser can't reach, for whoever configures it."""
    upload = next((one for one in page.uploads if one.document_id == document.pk), None)
    if upload is None or not upload.sealed_target:
        return
    try:
        origin = str(Origin.of(open_target(upload.sealed_target).url))
    except (encryption.KeyLost, ValueError):
        return
    noted = {"portal": portal[:300], "seen_at": page.now}
    BlockedOrigin.objects.update_or_create(
        origin=origin,
        defaults=noted | {"times": F("times") + 1},
        create_defaults=noted | {"times": 1},
    )

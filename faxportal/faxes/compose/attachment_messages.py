"""Sentences about a file that was not attached: why, and what to do."""

from __future__ import annotations

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.documents import file_store
from faxportal.documents.parser.file_limits import MAX_PAGES
from faxportal.documents.parser.rejections import Rejected, RejectionReason

_REFUSED: dict[RejectionReason, str | Promise] = {
    RejectionReason.DAMAGED: gettext_lazy(
        "“%(name)s” was not attached because it is damaged or incomplete. Open it in the "
        "program that made it, save it as PDF and attach that."
    ),
    RejectionReason.LOCKED: gettext_lazy(
        "“%(name)s” was not attached because it needs a password, and VoipNow could not open "
        "it. Save or print it as a PDF without a password and attach that."
    ),
    RejectionReason.TOO_MANY_PAGES: gettext_lazy(
        "“%(name)s” was not attached because it has more than %(pages)d pages. Split it and "
        "send several faxes."
    ),
    RejectionReason.TOO_MUCH: gettext_lazy(
        "“%(name)s” was not attached because it takes too much time or memory to open. Save it "
        "as a simpler PDF or in a lower resolution, and attach that."
    ),
    RejectionReason.NOT_NOW: gettext_lazy(
        "“%(name)s” was not attached because the portal could not check it. Nothing was sent. "
        "Attach it again in a minute, or tell your administrator."
    ),
}


def not_taken_sentence(error: file_store.NotStored | Rejected, name: str) -> str:
    """Why a file was not attached, and what to do."""
    match error:
        case Rejected():
            sentence = str(_REFUSED[error.reason])
        case file_store.EmptyFile():
            sentence = _(
                "“%(name)s” was not attached because it is empty. Choose a file with content."
            )
        case file_store.TooLarge():
            sentence = _(
                "“%(name)s” was not attached because it is larger than %(limit)s. Make it "
                "smaller or split it."
            )
        case _:
            sentence = _(
                "“%(name)s” was not attached because it is not a PDF, JPEG, TIFF, PNG, GIF, "
                "WebP, BMP or plain text file. Save it as PDF and attach that."
            )
    limit = filesizeformat(settings.MAX_FILE_BYTES)
    return sentence % {"name": name, "limit": limit, "pages": MAX_PAGES}


def unattached_sentence(name: str) -> str:
    """Says that the browser could not attach a file, and how to send without the file."""
    return _("“%(name)s” was not attached. Press “Send fax” again to send without it.") % {
        "name": name
    }

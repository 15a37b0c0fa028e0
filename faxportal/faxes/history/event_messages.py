"""A sentence for each kind of event in a fax's event log.

If an event has a reason, `reason_messages` has the sentence for the reason.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.compose.confirmations.confirmation import (
    DraftBeforeRestore,
    Duplicates,
    FirstTimeNumbers,
    LargeFax,
)
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import FaxEvent
from faxportal.faxes.reason_messages import what_happened
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState, HandoverState

#: code of a `Concern` that the sender confirmed → what the history says about the confirmation
_CONFIRMED: dict[str, str | Promise] = {
    Duplicates.code: gettext_lazy(
        "The sender was told that this had been sent before, and sent it anyway."
    ),
    DraftBeforeRestore.code: gettext_lazy(
        "The sender was told that this draft might have been sent before the portal was restored, "
        "and sent it."
    ),
    FirstTimeNumbers.code: gettext_lazy(
        "The sender confirmed each new number by entering it twice."
    ),
    LargeFax.code: gettext_lazy("The sender confirmed the size of this fax."),
}


def _submitted(event: FaxEvent) -> str:
    recipients, documents = event.data["recipients"], len(event.data["documents"])
    to = ngettext("to %(count)d recipient", "to %(count)d recipients", recipients)
    of = ngettext("%(count)d document", "%(count)d documents", documents)
    sentence = _("Submitted: %(documents)s %(recipients)s.") % {
        "documents": of % {"count": documents},
        "recipients": to % {"count": recipients},
    }
    return " ".join(
        [sentence, *(str(_CONFIRMED[code]) for code in event.data.get("confirmed", []))]
    )


def _state(event: FaxEvent) -> str:
    return _("Status: %(state)s.") % {"state": FaxState(event.data["state"]).label}


_DECISIONS: dict[str, str | Promise] = {
    HandoverState.CONFIRMED: gettext_lazy("Confirmed that it went out."),
    HandoverState.ABANDONED: gettext_lazy("Decided to send it again."),
    HandoverState.LEFT_OPEN: gettext_lazy("Left it open."),
}


def _decided(event: FaxEvent) -> str:
    return str(_DECISIONS[event.data["decision"]])


def _complete(event: FaxEvent) -> str:
    sentence: str = _("All files of fax %(voipnow_id)s are uploaded.") % event.data
    if not event.data.get("by_browser"):
        return sentence
    reported = ngettext(
        "For %(by_browser)d file, this is what the sender's browser reports.",
        "For %(by_browser)d files, this is what the sender's browser reports.",
        event.data["by_browser"],
    )
    return f"{sentence} {reported % event.data}"


def _documents_removed(event: FaxEvent) -> str:
    if not event.data["days"]:
        return _("The documents were removed because the fax is finished.")
    return ngettext(
        "The documents were removed after %(days)d day.",
        "The documents were removed after %(days)d days.",
        event.data["days"],
    ) % {"days": event.data["days"]}


def _sending(event: FaxEvent) -> str:
    data = event.data
    sentence: str
    if "merged" in data:
        sentence = _(
            "Sending one PDF to VoipNow in one request, made from documents 1 to %(merged)s: "
            "%(pages)s pages, %(size)s bytes, SHA-256 %(sha256)s."
        )
    elif "size" in data:
        sentence = _(
            "Sending document 1 to VoipNow in one request: %(size)s bytes, SHA-256 %(sha256)s."
        )
    else:
        sentence = _("Uploading all files to VoipNow in one request.")
    said: str = sentence % data
    return said


def _not_merged(event: FaxEvent) -> str:
    if not event.data["document"]:
        return _("The documents can't be combined into one PDF.")
    sentence: str = _("Document %(document)s can't become part of one PDF.") % event.data
    return sentence


def _what_and_why(sentence: str | Promise) -> Callable[[FaxEvent], str]:
    """A function that puts an event's data into a sentence, and adds the event's reason, if any."""

    def event_text(event: FaxEvent) -> str:
        text = str(sentence) % event.data if event.data else str(sentence)
        reason = event.data.get("reason")
        return f"{text} {what_happened(reason)}" if reason else text

    return event_text


def _resumed(event: FaxEvent) -> str:
    if event.data.get("because") == OwnReason.RESTORED:
        return _("It was confirmed that the fax is still wanted.")
    return _("The sender's account is open again. The fax continues with the time it had left.")


def _stored(event: FaxEvent) -> str:
    sentence: str = _("File %(document)s was uploaded.") % event.data
    if not event.data.get("etag_differs"):
        return sentence
    return "{} {}".format(
        sentence,
        _("Storage's checksum is not the file's, which encryption by the storage may explain."),
    )


#: kind of an event → the function that makes its sentence
EVENTS: dict[Event, Callable[[FaxEvent], str]] = {
    Event.SUBMITTED: _submitted,
    Event.CREATING: _what_and_why(gettext_lazy("Asking VoipNow to create the fax.")),
    Event.CREATED: _what_and_why(
        gettext_lazy(
            "VoipNow created fax %(voipnow_id)s. Nothing is faxed until all files are uploaded."
        )
    ),
    Event.CREATE_NOT_DONE: _what_and_why(gettext_lazy("VoipNow did not create the fax.")),
    Event.CREATE_UNKNOWN: _what_and_why(
        gettext_lazy(
            "It is not known whether VoipNow created a fax. Nothing is faxed without files, so "
            "the portal asks again."
        )
    ),
    Event.SENDING: _sending,
    Event.SENT: _what_and_why(
        gettext_lazy(
            "VoipNow confirmed the request as fax %(voipnow_id)s. With this upload method it "
            "confirms a number and an id, and not the file."
        )
    ),
    Event.NOT_MERGED: _not_merged,
    Event.OTHER_FORM: _what_and_why(
        gettext_lazy(
            "This server may need the other upload method, one request with all "
            "files. The portal tries it once."
        )
    ),
    Event.HALVED: _what_and_why(
        gettext_lazy(
            "VoipNow refused one of %(recipients)s numbers without saying which one. They were "
            "split into two batches."
        )
    ),
    Event.SET_APART: _what_and_why(
        gettext_lazy(
            "Now on the block list: %(recipients)s of its numbers. The fax goes to the others."
        )
    ),
    Event.CANCEL_ASKED: _what_and_why(gettext_lazy("Cancellation requested.")),
    Event.CANCELLED: _what_and_why(gettext_lazy("Stopped before VoipNow could send it.")),
    Event.EARLIER_IN_DOUBT: _what_and_why(
        gettext_lazy("The earlier fax to these recipients may have gone out. Nobody can know.")
    ),
    Event.DECIDED: _decided,
    Event.DOCUMENTS_REMOVED: _documents_removed,
    Event.HOLD_PLACED: _what_and_why(gettext_lazy("Put on legal hold: %(because)s")),
    Event.HOLD_LIFTED: _what_and_why(gettext_lazy("Legal hold lifted.")),
    Event.PUTTING: _what_and_why(gettext_lazy("Uploading file %(document)s.")),
    Event.STORED: _stored,
    Event.PUT_NOT_DONE: _what_and_why(gettext_lazy("File %(document)s was not uploaded.")),
    Event.PUT_UNKNOWN: _what_and_why(
        gettext_lazy("It is not known whether file %(document)s arrived.")
    ),
    Event.POSTPONED: _what_and_why(gettext_lazy("The fax waits, and nothing was sent.")),
    Event.WORKER_LOST: _what_and_why(
        gettext_lazy("The portal was interrupted and now continues with the fax.")
    ),
    Event.PORTAL_FAULT: _what_and_why(
        gettext_lazy("The portal had an internal error. It tries again until the deadline.")
    ),
    Event.BROWSER_PUTTING: _what_and_why(
        gettext_lazy("The sender's browser started uploading file %(document)s.")
    ),
    Event.BROWSER_STORED: _what_and_why(
        gettext_lazy("The sender's browser reported that file %(document)s was uploaded.")
    ),
    Event.BROWSER_PUT_NOT_DONE: _what_and_why(
        gettext_lazy("The sender's browser did not start uploading file %(document)s.")
    ),
    Event.BROWSER_PUT_UNKNOWN: _what_and_why(
        gettext_lazy(
            "The sender's browser had a problem with file %(document)s. It is not known "
            "whether the file arrived."
        )
    ),
    Event.BROWSER_GONE: _what_and_why(
        gettext_lazy("The sender's browser stopped responding while uploading file %(document)s.")
    ),
    Event.FILE_GIVEN_TO_PORTAL: _what_and_why(
        gettext_lazy("The sender gave file %(document)s to the portal, which uploads it.")
    ),
    Event.RENEWED: _what_and_why(
        gettext_lazy("Gave up on fax %(voipnow_id)s and asked VoipNow for a new one.")
    ),
    Event.COMPLETE: _complete,
    Event.REFUSED: _what_and_why(gettext_lazy("The fax could not be handed over.")),
    Event.UNCERTAIN: _what_and_why(
        gettext_lazy("It is not known whether VoipNow has all files. The portal stopped trying.")
    ),
    Event.SUSPENDED: _what_and_why(
        gettext_lazy("Sending is suspended, and the deadline is extended.")
    ),
    Event.RESUMED: _resumed,
    Event.STATE: _state,
}


def event_sentence(event: FaxEvent) -> str:
    """The sentence for an event. If a changed row can't be read any more, the sentence says so."""
    try:
        return EVENTS[Event(event.kind)](event)
    except (KeyError, TypeError, ValueError):
        return _("This entry can't be read because it was changed after it was written.")

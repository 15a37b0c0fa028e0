"""A sentence for each kind of event in a fax's event log.

Where an event has a reason, `reason_messages` says why it happened.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.compose.confirmations.confirmation import (
    Duplicates,
    FirstTimeNumbers,
    ManyRecipients,
)
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import FaxEvent
from faxportal.faxes.reason_messages import what_happened
from faxportal.faxes.states import FaxState, HandoverState

#: code of a concern → what its confirmation says
_CONFIRMED: dict[str, str | Promise] = {
    Duplicates.code: gettext_lazy(
        "The sender was told that the same was sent before, and sent it all the same."
    ),
    FirstTimeNumbers.code: gettext_lazy("The sender entered each new number a second time."),
    ManyRecipients.code: gettext_lazy("The sender was shown how large it is, and sent it."),
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
    return _("The fax is now: %(state)s.") % {"state": FaxState(event.data["state"]).label}


_DECISIONS: dict[str, str | Promise] = {
    HandoverState.CONFIRMED: gettext_lazy("Decided: it went out."),
    HandoverState.ABANDONED: gettext_lazy("Decided: send it again."),
    HandoverState.LEFT_OPEN: gettext_lazy("Decided: leave it open."),
}


def _decided(event: FaxEvent) -> str:
    return str(_DECISIONS[event.data["decision"]])


def _documents_removed(event: FaxEvent) -> str:
    if not event.data["days"]:
        return _("Its documents were removed: they are not kept after a fax's end.")
    return ngettext(
        "Its documents were removed after %(days)d day.",
        "Its documents were removed after %(days)d days.",
        event.data["days"],
    ) % {"days": event.data["days"]}


def _what_and_why(sentence: str | Promise) -> Callable[[FaxEvent], str]:
    """A function that puts an event's data into a sentence, and adds why where it has a reason."""

    def event_text(event: FaxEvent) -> str:
        text = str(sentence) % event.data if event.data else str(sentence)
        reason = event.data.get("reason")
        return f"{text} {what_happened(reason)}" if reason else text

    return event_text


#: kind of an event → the function that makes its sentence
EVENTS: dict[Event, Callable[[FaxEvent], str]] = {
    Event.SUBMITTED: _submitted,
    Event.CREATING: _what_and_why(gettext_lazy("Asking VoipNow to create the fax.")),
    Event.CREATED: _what_and_why(
        gettext_lazy("Created as fax %(voipnow_id)s. Nothing is faxed before all files are there.")
    ),
    Event.CREATE_NOT_DONE: _what_and_why(gettext_lazy("VoipNow did not create the fax.")),
    Event.CREATE_UNKNOWN: _what_and_why(
        gettext_lazy(
            "It is not known whether VoipNow created a fax. Without files nothing is faxed, so it "
            "is asked for again."
        )
    ),
    Event.SENDING: _what_and_why(gettext_lazy("Handing all files to VoipNow in one request.")),
    Event.SENT: _what_and_why(
        gettext_lazy("VoipNow took all files in one request, as fax %(voipnow_id)s.")
    ),
    Event.OTHER_FORM: _what_and_why(
        gettext_lazy("This server may want the older form, one request with all files: tried once.")
    ),
    Event.HALVED: _what_and_why(
        gettext_lazy(
            "VoipNow refused one of %(recipients)s numbers without naming it: "
            "they go in two groups."
        )
    ),
    Event.SET_APART: _what_and_why(
        gettext_lazy(
            "%(recipients)s of its numbers are on the block list by now: the others go without."
        )
    ),
    Event.CANCEL_ASKED: _what_and_why(gettext_lazy("Asked to cancel it.")),
    Event.CANCELLED: _what_and_why(gettext_lazy("Stopped before VoipNow could send it.")),
    Event.DECIDED: _decided,
    Event.DOCUMENTS_REMOVED: _documents_removed,
    Event.HOLD_PLACED: _what_and_why(gettext_lazy("Put on legal hold: %(because)s")),
    Event.HOLD_LIFTED: _what_and_why(gettext_lazy("The legal hold was lifted.")),
    Event.PUTTING: _what_and_why(gettext_lazy("Sending file %(document)s.")),
    Event.STORED: _what_and_why(gettext_lazy("File %(document)s is stored.")),
    Event.PUT_NOT_DONE: _what_and_why(gettext_lazy("File %(document)s was not stored.")),
    Event.PUT_UNKNOWN: _what_and_why(
        gettext_lazy("It is not known whether file %(document)s arrived.")
    ),
    Event.WORKER_LOST: _what_and_why(
        gettext_lazy("The portal was interrupted and takes the fax up again.")
    ),
    Event.BROWSER_PUTTING: _what_and_why(
        gettext_lazy("The sender's browser begins to send file %(document)s.")
    ),
    Event.BROWSER_STORED: _what_and_why(
        gettext_lazy("File %(document)s is stored: so says the sender's browser.")
    ),
    Event.BROWSER_PUT_NOT_DONE: _what_and_why(
        gettext_lazy("The sender's browser did not begin to send file %(document)s.")
    ),
    Event.BROWSER_PUT_UNKNOWN: _what_and_why(
        gettext_lazy(
            "The sender's browser met trouble with file %(document)s; it is not known whether it "
            "arrived."
        )
    ),
    Event.BROWSER_GONE: _what_and_why(
        gettext_lazy("The sender's page fell silent while it sent file %(document)s.")
    ),
    Event.FILE_GIVEN_TO_PORTAL: _what_and_why(
        gettext_lazy("The sender handed file %(document)s to the portal, which carries it on.")
    ),
    Event.RENEWED: _what_and_why(
        gettext_lazy("Fax %(voipnow_id)s is given up, and a new one is asked for.")
    ),
    Event.COMPLETE: _what_and_why(gettext_lazy("All files of fax %(voipnow_id)s are stored.")),
    Event.REFUSED: _what_and_why(gettext_lazy("It can't be handed over.")),
    Event.UNCERTAIN: _what_and_why(
        gettext_lazy("It is not known whether VoipNow has all files; nothing more is tried.")
    ),
    Event.SUSPENDED: _what_and_why(gettext_lazy("Nothing is tried for now, and no time is lost.")),
    Event.RESUMED: _what_and_why(
        gettext_lazy("The sender's account is open again: the fax goes on with the time it had.")
    ),
    Event.STATE: _state,
}


def event_sentence(event: FaxEvent) -> str:
    """What an event says. Where somebody changed its row, it may say that it can't be read."""
    try:
        return EVENTS[Event(event.kind)](event)
    except (KeyError, TypeError, ValueError):
        return _("This entry can't be read: it is not as it was written.")

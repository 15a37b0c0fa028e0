"""What people read about a fax: a sentence for each reason and each alarm.

One place for all of them, so that the screen, mail and commands say the same; what a record says is
`record_words`, and what is said of recipients `recipient_words`. A reason's words say what happened
and what to do; what it means for the fax is said by the state beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import dateformat, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.models import Alarm
from faxportal.faxes.reasons import OwnReason
from faxportal.text.phone_numbers import Number
from faxportal.voipnow.errors import Reason

_CONNECTION = gettext_lazy("Open “Connection”, enter it anew and test it.")
_ADMIN = gettext_lazy("Tell your admin.")
_WAIT = gettext_lazy("Nothing to do: it is tried again.")
#: Numbers that are named in a sentence, of however many there are.
_SHOWN_NUMBERS = 5

_ASK_VOIPNOW = gettext_lazy("Ask whoever runs your VoipNow.")

#: reason → (what happened, what to do)
REASONS: dict[str, tuple[str | Promise, str | Promise]] = {
    Reason.NO_CONNECTION: (gettext_lazy("The VoipNow server can't be reached."), _WAIT),
    Reason.CERTIFICATE_REFUSED: (
        gettext_lazy("The server's certificate is not trusted."),
        gettext_lazy("Tell your admin: the portal needs the certificate of whoever issued it."),
    ),
    Reason.SERVER_RESTING: (
        gettext_lazy("The server failed several times in a row and is left in peace for a moment."),
        _WAIT,
    ),
    Reason.SERVER_NOT_ALLOWED: (
        gettext_lazy("This VoipNow server is not on the portal's list."),
        gettext_lazy("Open “Connection” and choose a server that is offered there."),
    ),
    Reason.ORIGIN_NOT_ALLOWED: (
        gettext_lazy("VoipNow wants the files at a storage that is not on the portal's list."),
        gettext_lazy("Tell your admin to allow it; the fax then goes on by itself."),
    ),
    Reason.ADDRESS_NOT_ALLOWED: (
        gettext_lazy("The server's name leads to a private address that the portal may not use."),
        gettext_lazy("Tell your admin: a private server has to be listed by its exact name."),
    ),
    Reason.SIGN_IN_REFUSED: (
        gettext_lazy("VoipNow refused the sign-in: the token or session may have ended."),
        _CONNECTION,
    ),
    Reason.APP_KEY_REFUSED: (
        gettext_lazy("VoipNow refused the app key or its secret."),
        _CONNECTION,
    ),
    Reason.SIGN_IN_NOT_UNDERSTOOD: (
        gettext_lazy("VoipNow answered the sign-in in a way that the portal doesn't understand."),
        gettext_lazy("Check the server under “Connection”, or tell your admin."),
    ),
    Reason.FORBIDDEN: (
        gettext_lazy("VoipNow does not allow this for your connection."),
        gettext_lazy("Ask whoever runs your VoipNow for the permission to send faxes."),
    ),
    Reason.NOT_FOUND: (
        gettext_lazy("The server has no fax service at this address."),
        gettext_lazy("Check the server under “Connection”, or ask whoever runs your VoipNow."),
    ),
    Reason.TOO_MANY_REQUESTS: (gettext_lazy("The server asked to slow down."), _WAIT),
    Reason.USER_INVALID: (
        gettext_lazy("VoipNow does not know the user that is set under “Connection”."),
        gettext_lazy("Open “Connection” and correct “VoipNow user”; @me fits most people."),
    ),
    Reason.EXTENSION_INVALID: (
        gettext_lazy("VoipNow does not let this extension send a fax."),
        gettext_lazy("Choose another extension, or have fax enabled for this one in VoipNow."),
    ),
    Reason.RECIPIENTS_INVALID: (
        gettext_lazy("VoipNow refused the recipients: a number is wrong, or there are too many."),
        gettext_lazy("Check the numbers and send again."),
    ),
    Reason.FILE_INVALID: (
        gettext_lazy("VoipNow refused a document: it takes jpg, tif, pdf and txt."),
        gettext_lazy("Save the document as PDF and send again."),
    ),
    Reason.TOO_MANY_FILES: (
        gettext_lazy("VoipNow takes fewer documents in one fax."),
        gettext_lazy("Put them into fewer files, or send two faxes."),
    ),
    Reason.FAX_REFUSED: (gettext_lazy("VoipNow refused the fax."), _ASK_VOIPNOW),
    Reason.NOTHING_TO_SEND: (
        gettext_lazy("VoipNow answered that there is nothing to send, and queued nothing."),
        gettext_lazy("Check recipients and documents and send again."),
    ),
    Reason.TARGET_EXPIRED: (
        gettext_lazy("The upload address ended before the file had arrived."),
        _WAIT,
    ),
    Reason.SIGNATURE_REFUSED: (
        gettext_lazy("Storage refused the upload address that VoipNow had given."),
        _ASK_VOIPNOW,
    ),
    Reason.FILE_TOO_LARGE: (
        gettext_lazy("A document is larger than storage takes."),
        gettext_lazy("Make it smaller, or split it, and send again."),
    ),
    Reason.STORAGE_REFUSED: (gettext_lazy("Storage refused a document."), _ASK_VOIPNOW),
    Reason.FILE_CHANGED: (
        gettext_lazy("A stored document is not what it was when it was attached."),
        gettext_lazy("Attach it again and send a new fax; tell your admin."),
    ),
    Reason.FILE_UNREADABLE: (gettext_lazy("A stored document can't be read."), _ADMIN),
    Reason.STOPPED: (gettext_lazy("The portal was restarted in the middle."), _WAIT),
    Reason.TIMED_OUT: (gettext_lazy("The server did not answer in time."), _WAIT),
    Reason.CONNECTION_LOST: (gettext_lazy("The connection broke before an answer came."), _WAIT),
    Reason.SERVER_ERROR: (gettext_lazy("The server had a fault of its own."), _WAIT),
    Reason.REDIRECTED: (
        gettext_lazy("The server sent us elsewhere, which is not followed with a fax."),
        gettext_lazy("Check the server under “Connection”: it may have moved."),
    ),
    Reason.ANSWER_NOT_LISTED: (
        gettext_lazy("VoipNow refused with a code that its documentation doesn't name."),
        _ASK_VOIPNOW,
    ),
    Reason.ANSWER_NOT_UNDERSTOOD: (
        gettext_lazy("VoipNow answered in a way that the portal doesn't understand."),
        _ADMIN,
    ),
    OwnReason.NOT_CONNECTED: (
        gettext_lazy("The sender is not connected to VoipNow any more."),
        gettext_lazy("Open “Connection” and connect; then send again."),
    ),
    OwnReason.KEY_LOST: (
        gettext_lazy("The portal can't open the stored secrets any more: their key is gone."),
        _CONNECTION,
    ),
    OwnReason.SENDER_INACTIVE: (gettext_lazy("The sender's account is closed."), _ADMIN),
    OwnReason.EXTENSION_GONE: (
        gettext_lazy("The extension it was to go out from is not in the sender's list any more."),
        gettext_lazy("Add it under “Connection”, or send again from another one."),
    ),
    OwnReason.DOCUMENT_GONE: (
        gettext_lazy("A stored document is missing."),
        gettext_lazy("Tell your admin, and send a new fax with the document attached again."),
    ),
    OwnReason.BLOCKED: (
        gettext_lazy("The number is on the office's block list by now."),
        gettext_lazy("Ask your admin."),
    ),
    OwnReason.SET_APART: (
        gettext_lazy("A number is on the office's block list by now: the others go without it."),
        _WAIT,
    ),
    OwnReason.DEADLINE: (
        gettext_lazy("It could not be handed over in the time that the portal tries."),
        gettext_lazy("Send it again when the cause named in its record is gone."),
    ),
    OwnReason.TOO_LATE: (
        gettext_lazy("It was scheduled, and the portal was not running for a day after its time."),
        gettext_lazy("Send it again if it is still wanted."),
    ),
    OwnReason.OTHER_FORM: (gettext_lazy("The other way of handing over is tried."), _WAIT),
    OwnReason.HALVED: (
        gettext_lazy("VoipNow refused a number without saying which: they go in smaller groups."),
        _WAIT,
    ),
    OwnReason.CANCELLED: (gettext_lazy("It was cancelled."), ""),
    OwnReason.SENT_AGAIN: (gettext_lazy("Somebody decided to send it again."), ""),
    OwnReason.TARGET_RENEWED: (
        gettext_lazy("Its upload addresses had ended; nothing could have been faxed with them."),
        _WAIT,
    ),
    OwnReason.WORKER_LOST: (
        gettext_lazy("The portal was interrupted before it had the answer."),
        _WAIT,
    ),
    OwnReason.BROWSER_GONE: (
        gettext_lazy("The page that was sending the file fell silent."),
        gettext_lazy("Open the fax's page and choose the file again."),
    ),
    OwnReason.FILES_WANTED: (
        gettext_lazy("This fax can't go straight from the browser: the portal has to carry it."),
        gettext_lazy("Hand its files to the portal."),
    ),
    OwnReason.WAITS_FOR_BROWSER: (
        gettext_lazy("It waits for files that are in its sender's browser."),
        gettext_lazy("Open the fax's page there, and choose what is missing."),
    ),
    OwnReason.RESTORED: (
        gettext_lazy(
            "The portal was restored from a backup, which doesn't know what came after it."
        ),
        gettext_lazy("Look in VoipNow's own Fax Center whether it went out, and decide."),
    ),
    OwnReason.PORTAL_FAULT: (gettext_lazy("The portal itself had a fault."), _ADMIN),
}


def reason_sentence(reason: str, server_message: str = "") -> str:
    """What happened and what to do; with the server's own words where it had some."""
    _happened, to_do = REASONS.get(reason, ("", _ADMIN))
    return f"{what_happened(reason, server_message)} {to_do}"


def what_happened(reason: str, server_message: str = "") -> str:
    """What happened, without what to do: for a record, or for somebody who needn't do anything.

    For an origin that is not allowed, the message is the origin.
    """
    happened = str(REASONS.get(reason, (_("Something is not as expected."), ""))[0])
    if not server_message:
        return happened
    if reason == Reason.ORIGIN_NOT_ALLOWED:
        said = _("It is %(message)s.")
    else:
        said = _("The server said: “%(message)s”.")
    return f"{happened} {said}" % {"message": server_message.rstrip(" .")}


def arrived_sentence(stored: int, *, of: int, nothing_faxed: bool) -> str:
    """How many files storage has, and that nothing went out, where that is sure (A1)."""
    arrived = ngettext(
        "%(stored)d of %(count)d file arrived.", "%(stored)d of %(count)d files arrived.", of
    ) % {"stored": stored, "count": of}
    if nothing_faxed:
        return f"{arrived} " + _("Nothing was faxed yet.")
    return f"{arrived} " + _("The last one may have arrived, too, and the fax may be sent.")


def numbers_words(numbers: Sequence[Number]) -> str:
    """Numbers as they were typed, the first few of many."""
    shown = ", ".join(number.typed for number in numbers[:_SHOWN_NUMBERS])
    if len(numbers) <= _SHOWN_NUMBERS:
        return shown
    return _("%(numbers)s and %(count)d more") % {
        "numbers": shown,
        "count": len(numbers) - _SHOWN_NUMBERS,
    }


def moment_words(at: datetime) -> str:
    """A time in the person's zone: of today the hour only, else with its date."""
    local = timezone.localtime(at)
    day, hour = local.date(), f"{local:%H:%M}"
    return hour if day == timezone.localdate() else f"{dateformat.format(day, 'j M Y')}, {hour}"


_ALARMS: dict[str, str | Promise] = {
    Alarm.Kind.NO_WORKER: gettext_lazy("Start the portal's worker again."),
    Alarm.Kind.NOTHING_MOVES: gettext_lazy("Look at the worker's log."),
    Alarm.Kind.ACCOUNT_CLOSED: gettext_lazy(
        "Open the account again, or cancel the faxes. Until then they lose no time."
    ),
}


def alarm_sentence(alarm: Alarm) -> str:
    """What is wrong with sending."""
    if alarm.sender is None:
        return str(alarm.get_kind_display())
    return _("The account of %(name)s is closed, and faxes wait for it.") % {
        "name": alarm.sender.get_username()
    }


def alarm_to_do(alarm: Alarm) -> str:
    """What an admin can do about it."""
    return str(_ALARMS[alarm.kind])


def not_known_sentences() -> list[str]:
    """What no record can prove, for whoever reads one as evidence."""
    return [
        _(
            "Whether the recipient's machine received the fax. VoipNow's interface can't be "
            "asked for that. “Handed to VoipNow” means that VoipNow has every file, and no more."
        ),
        _(
            "Whether VoipNow sends a fax of which not all files arrived. The portal assumes that "
            "it does not (assumption A1), and so asks for a new fax where an answer was lost."
        ),
        _(
            "Whether a file that arrives twice at the same upload address starts a second fax. The "
            "portal assumes that it does not (assumption A2). The record shows each repeat."
        ),
        _(
            "Whether the clocks of the portal's machines were right. Times are those of the "
            "machine or the database that wrote the entry."
        ),
    ]

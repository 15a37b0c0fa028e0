"""Sentences for reasons: what happened, and what a person can do about it.

Screen, mail, commands and evidence sheets take the sentences from here. A sentence does not say
what the reason means for the fax: the state that is shown beside it does.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes.reasons import OwnReason
from faxportal.voipnow.errors import Reason

_CONNECTION = gettext_lazy("Open “Connection”, enter it anew and test it.")
_ADMIN = gettext_lazy("Tell your admin.")
_WAIT = gettext_lazy("Nothing to do: it is tried again.")
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
    """What happened and what to do, with the server's own message where there is one.

    `reason` is a `Reason` or an `OwnReason`; an unknown one gets a general sentence.
    """
    _happened, to_do = REASONS.get(reason, ("", _ADMIN))
    return f"{what_happened(reason, server_message)} {to_do}"


def what_happened(reason: str, server_message: str = "") -> str:
    """What happened, without what to do: for the event log, and where there is nothing to do.

    For `Reason.ORIGIN_NOT_ALLOWED`, `server_message` is the origin.
    """
    happened = str(REASONS.get(reason, (_("Something is not as expected."), ""))[0])
    if not server_message:
        return happened
    if reason == Reason.ORIGIN_NOT_ALLOWED:
        said = _("It is %(message)s.")
    else:
        said = _("The server said: “%(message)s”.")
    return f"{happened} {said}" % {"message": server_message.rstrip(" .")}

"""Sentences for reasons: what happened, and what a person can do about it.

Pages, mails, commands and evidence sheets take the sentences from here. A sentence does not say
what the reason means for the fax, because the fax's state is shown beside the sentence.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes.reasons import OwnReason
from faxportal.voipnow.errors import Reason

_CONNECTION = gettext_lazy("Update it under “Connection” and test it.")
_ADMIN = gettext_lazy("Tell your administrator.")
_WAIT = gettext_lazy("You don't need to do anything. It will be tried again.")
_CERTIFICATE = gettext_lazy(
    "Tell your administrator. The portal needs the certificate of the authority that issued it."
)
_ASK_VOIPNOW = gettext_lazy("Ask your VoipNow provider.")

#: reason → (what happened, what to do)
REASONS: dict[str, tuple[str | Promise, str | Promise]] = {
    Reason.NO_CONNECTION: (gettext_lazy("The VoipNow server can't be reached."), _WAIT),
    Reason.CERTIFICATE_REFUSED: (
        gettext_lazy("The server's certificate is not trusted."),
        _CERTIFICATE,
    ),
    Reason.CIRCUIT_OPEN: (
        gettext_lazy("VoipNow keeps failing, so the portal is pausing before it tries again."),
        _WAIT,
    ),
    Reason.SERVER_NOT_ALLOWED: (
        gettext_lazy("This VoipNow server is not one that the portal allows."),
        gettext_lazy("Choose another server under “Connection”."),
    ),
    Reason.ORIGIN_NOT_ALLOWED: (
        gettext_lazy("VoipNow wants the files uploaded to a server that the portal doesn't allow."),
        gettext_lazy("Ask your administrator to allow it. The fax will then continue."),
    ),
    Reason.ADDRESS_NOT_ALLOWED: (
        gettext_lazy("The server's name points to a private address that the portal may not use."),
        gettext_lazy(
            "Tell your administrator. A private server has to be listed by its exact name."
        ),
    ),
    Reason.SIGN_IN_REFUSED: (
        gettext_lazy("VoipNow refused the sign-in. It may have expired."),
        _CONNECTION,
    ),
    Reason.APP_KEY_REFUSED: (
        gettext_lazy("VoipNow refused the app key or secret."),
        _CONNECTION,
    ),
    Reason.SIGN_IN_NOT_UNDERSTOOD: (
        gettext_lazy("The portal didn't understand VoipNow's reply to the sign-in."),
        gettext_lazy("Check the server under “Connection”, or tell your administrator."),
    ),
    Reason.FORBIDDEN: (
        gettext_lazy("VoipNow denied access to this account."),
        gettext_lazy("Ask your VoipNow provider for permission to send faxes."),
    ),
    Reason.NOT_FOUND: (
        gettext_lazy("There is no fax service at the server's address."),
        gettext_lazy("Check the server under “Connection”, or ask your VoipNow provider."),
    ),
    Reason.TOO_MANY_REQUESTS: (
        gettext_lazy("VoipNow is busy and asked the portal to slow down."),
        _WAIT,
    ),
    Reason.USER_INVALID: (
        gettext_lazy("VoipNow doesn't know the user set under “Connection”."),
        gettext_lazy("Correct “VoipNow user” under “Connection”. @me is right for most people."),
    ),
    Reason.EXTENSION_INVALID: (
        gettext_lazy("VoipNow doesn't let this extension send faxes."),
        gettext_lazy("Choose another extension, or have fax enabled for this one in VoipNow."),
    ),
    Reason.RECIPIENTS_INVALID: (
        gettext_lazy("VoipNow refused the recipients. A number is wrong, or there are too many."),
        gettext_lazy("Check the numbers and send again."),
    ),
    Reason.FILE_INVALID: (
        gettext_lazy("VoipNow refused a document. It accepts JPG, TIF, PDF and TXT."),
        gettext_lazy("Save the document as PDF and send again."),
    ),
    Reason.TOO_MANY_FILES: (
        gettext_lazy("VoipNow refused the fax because it has too many documents."),
        gettext_lazy("Combine them into fewer files, or send two faxes."),
    ),
    Reason.FAX_REFUSED: (gettext_lazy("VoipNow refused the fax."), _ASK_VOIPNOW),
    Reason.NOTHING_TO_SEND: (
        gettext_lazy("VoipNow said that there was nothing to send."),
        gettext_lazy("Check the recipients and documents, then send again."),
    ),
    Reason.TARGET_EXPIRED: (
        gettext_lazy("The upload link expired before the file arrived."),
        _WAIT,
    ),
    Reason.SIGNATURE_REFUSED: (
        gettext_lazy("VoipNow's storage refused the upload link."),
        _ASK_VOIPNOW,
    ),
    Reason.FILE_TOO_LARGE: (
        gettext_lazy("A document is too large for VoipNow's storage."),
        gettext_lazy("Make it smaller or split it, then send again."),
    ),
    Reason.STORAGE_REFUSED: (gettext_lazy("VoipNow's storage refused a document."), _ASK_VOIPNOW),
    Reason.TARGET_REFUSED: (
        gettext_lazy("VoipNow's storage no longer accepts the upload link."),
        _WAIT,
    ),
    Reason.STORAGE_UNREACHABLE: (gettext_lazy("VoipNow's storage can't be reached."), _WAIT),
    Reason.STORAGE_CERTIFICATE_REFUSED: (
        gettext_lazy("The certificate of VoipNow's storage is not trusted."),
        _CERTIFICATE,
    ),
    Reason.STORAGE_BUSY: (
        gettext_lazy("VoipNow's storage is busy and asked the portal to slow down."),
        _WAIT,
    ),
    Reason.STORAGE_TIMED_OUT: (
        gettext_lazy("VoipNow's storage did not take the file in time."),
        _WAIT,
    ),
    Reason.STORAGE_CONNECTION_LOST: (
        gettext_lazy("The connection to VoipNow's storage was lost before an answer came."),
        _WAIT,
    ),
    Reason.STORAGE_ERROR: (gettext_lazy("VoipNow's storage had an internal error."), _WAIT),
    Reason.STORAGE_ANSWER_NOT_LISTED: (
        gettext_lazy("VoipNow's storage refused a document with an unknown error code."),
        _ASK_VOIPNOW,
    ),
    Reason.STORAGE_ANSWER_NOT_UNDERSTOOD: (
        gettext_lazy("The portal didn't understand the reply of VoipNow's storage."),
        _ADMIN,
    ),
    Reason.FILE_CHANGED: (
        gettext_lazy("A stored document has changed since it was attached."),
        gettext_lazy(
            "Send a new fax with the document attached again, and tell your administrator."
        ),
    ),
    Reason.FILE_UNREADABLE: (
        gettext_lazy("The portal can't read a stored document."),
        gettext_lazy("Tell your administrator. The fax goes on when the document can be read."),
    ),
    Reason.STOPPED: (gettext_lazy("The portal was restarted before this was finished."), _WAIT),
    Reason.TIMED_OUT: (gettext_lazy("The server did not answer in time."), _WAIT),
    Reason.CONNECTION_LOST: (gettext_lazy("The connection was lost before an answer came."), _WAIT),
    Reason.SERVER_ERROR: (gettext_lazy("VoipNow had an internal error."), _WAIT),
    Reason.REDIRECTED: (
        gettext_lazy(
            "The server redirected the portal to another address. Faxes are not sent "
            "on to other addresses."
        ),
        gettext_lazy(
            "Check the server under “Connection”. If it is right, your administrator should change "
            "FAXPORTAL_FAX_PATH_SLASH, the slash at the end of the address."
        ),
    ),
    Reason.ANSWER_NOT_LISTED: (
        gettext_lazy("VoipNow refused the fax with an unknown error code."),
        _ASK_VOIPNOW,
    ),
    Reason.ANSWER_NOT_UNDERSTOOD: (
        gettext_lazy("The portal didn't understand VoipNow's reply."),
        _ADMIN,
    ),
    OwnReason.NOT_CONNECTED: (
        gettext_lazy("The sender is no longer connected to VoipNow."),
        gettext_lazy("Connect under “Connection”, then send again."),
    ),
    OwnReason.KEY_LOST: (
        gettext_lazy(
            "The portal can no longer read the saved VoipNow sign-in because its "
            "encryption key is gone."
        ),
        gettext_lazy(
            "Tell your administrator. The fax goes on when the key is back, or when you have "
            "entered the sign-in again under “Connection”."
        ),
    ),
    OwnReason.SENDER_INACTIVE: (gettext_lazy("The sender's account is closed."), _ADMIN),
    OwnReason.EXTENSION_GONE: (
        gettext_lazy(
            "The extension that this fax was to be sent from is no longer in the sender's list."
        ),
        gettext_lazy("Add it under “Connection”, or send again from another extension."),
    ),
    OwnReason.DOCUMENT_GONE: (
        gettext_lazy("A stored document is missing."),
        gettext_lazy(
            "Send a new fax with the document attached again, and tell your administrator."
        ),
    ),
    OwnReason.NOT_MERGEABLE: (
        gettext_lazy(
            "This VoipNow server takes one file for each fax, and the portal can't combine these "
            "documents into one PDF."
        ),
        gettext_lazy(
            "Combine them into one PDF yourself and send that, or send each document as a fax of "
            "its own."
        ),
    ),
    OwnReason.NOT_MERGED_NOW: (
        gettext_lazy("The portal could not combine the documents into one PDF just now."),
        gettext_lazy(
            "It will be tried again. If this goes on, tell your administrator: the portal's disk "
            "may be full."
        ),
    ),
    OwnReason.BLOCKED: (
        gettext_lazy("The number is now on the office's block list."),
        gettext_lazy("Ask your administrator."),
    ),
    OwnReason.SET_APART: (
        gettext_lazy(
            "A number is now on the office's block list. The fax goes to the other recipients."
        ),
        _WAIT,
    ),
    OwnReason.DEADLINE: (
        gettext_lazy("It could not be handed over before the deadline."),
        gettext_lazy("Fix the cause shown in its history, then send it again."),
    ),
    OwnReason.TOO_LATE: (
        gettext_lazy("It was scheduled, but the portal was not running for a day after that time."),
        gettext_lazy("Send it again if it is still needed."),
    ),
    OwnReason.OTHER_FORM: (gettext_lazy("The other upload method is being tried."), _WAIT),
    OwnReason.HALVED: (
        gettext_lazy(
            "VoipNow refused a number without saying which one, so the recipients are "
            "sent in smaller batches."
        ),
        _WAIT,
    ),
    OwnReason.CANCELLED: (gettext_lazy("It was cancelled."), ""),
    OwnReason.SENT_AGAIN: (
        gettext_lazy("It was not known whether it went out. Someone decided to send it again."),
        "",
    ),
    OwnReason.TARGET_RENEWED: (
        gettext_lazy("Its upload links had expired, so nothing can have been faxed with them."),
        _WAIT,
    ),
    OwnReason.WORKER_LOST: (
        gettext_lazy("The portal was interrupted before it got an answer."),
        _WAIT,
    ),
    OwnReason.BROWSER_GONE: (
        gettext_lazy("The browser that was uploading the file stopped responding."),
        gettext_lazy("Open the fax and choose the file again."),
    ),
    OwnReason.FILES_WANTED: (
        gettext_lazy(
            "This fax can't be uploaded straight from the browser, so the portal has to upload it."
        ),
        gettext_lazy("Give its files to the portal."),
    ),
    OwnReason.WAITS_FOR_BROWSER: (
        gettext_lazy("Waiting for files from the sender's browser."),
        gettext_lazy("Open the fax there and choose the missing files."),
    ),
    OwnReason.RESTORED: (
        gettext_lazy(
            "The portal was restored from a backup and doesn't know what happened after the "
            "backup was made."
        ),
        gettext_lazy("Check in VoipNow's Fax Center whether it went out, then decide."),
    ),
    OwnReason.PORTAL_FAULT: (gettext_lazy("The portal had an internal error."), _ADMIN),
}


def reason_sentence(reason: str, server_message: str = "") -> str:
    """What happened and what to do, with the server's own message if there is one.

    `reason` is a `Reason` or an `OwnReason`. An unknown reason gets a general sentence.
    """
    _happened, to_do = REASONS.get(reason, ("", _ADMIN))
    return f"{what_happened(reason, server_message)} {to_do}"


def final_sentence(reason: str, server_message: str = "") -> str:
    """What happened and what to do, if nothing is tried again. The advice to wait is left out."""
    _happened, to_do = REASONS.get(reason, ("", _ADMIN))
    happened = what_happened(reason, server_message)
    return happened if to_do is _WAIT else f"{happened} {to_do}".rstrip()


def links_expire_sentence() -> str:
    """Says why a batch needs new upload links again and again."""
    return _(
        "VoipNow's upload links keep expiring before the files have arrived. Either a clock is "
        "wrong, or the line is too slow."
    )


def what_happened(reason: str, server_message: str = "") -> str:
    """A sentence that says what happened, but gives no advice.

    It is for the event log, and for texts that give other advice or none. For
    `Reason.ORIGIN_NOT_ALLOWED`, `server_message` is the origin.
    """
    happened = str(REASONS.get(reason, (_("Something unexpected happened."), ""))[0])
    if not server_message:
        return happened
    if reason == Reason.ORIGIN_NOT_ALLOWED:
        said = _("The server is %(message)s.")
    else:
        said = _("The server said: “%(message)s”.")
    return f"{happened} {said}" % {"message": server_message.rstrip(" .")}

"""Sentences for alerts: what is wrong with sending, and what an admin can do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes import reason_messages, server_messages
from faxportal.faxes.models import Alert

_CALLED_AGAIN = gettext_lazy(
    "The portal keeps trying by itself. Check that the server is running and can be reached."
)
_TO_DO: dict[str, str | Promise] = {
    Alert.Kind.COPY: gettext_lazy(
        "If another portal runs with the original database, stop this one. Otherwise decide about "
        "the faxes that need a decision, and resume sending on the page Sending."
    ),
    Alert.Kind.NO_WORKER: gettext_lazy("Start the portal's worker again."),
    Alert.Kind.NOTHING_MOVES: gettext_lazy("Check the worker's log."),
    Alert.Kind.ACCOUNT_CLOSED: gettext_lazy(
        "Open the account again, or cancel the faxes. Until then they wait, and their "
        "deadlines are extended."
    ),
    Alert.Kind.SERVER_AWAY: _CALLED_AGAIN,
    Alert.Kind.STORAGE_AWAY: _CALLED_AGAIN,
    Alert.Kind.ATTEMPTS_FAIL: gettext_lazy(
        "The portal tries again until each fax's deadline. The history of each fax has its "
        "attempts. Ask your VoipNow provider."
    ),
    Alert.Kind.PORTAL_FAULT: gettext_lazy(
        "The worker's log names the place in the code. Report it to the portal's developers."
    ),
    Alert.Kind.KEY_LOST: gettext_lazy(
        "Put the missing key back into FAXPORTAL_CREDENTIAL_KEYS and restart the portal. The faxes "
        "then continue by themselves. If the key is lost, each sender has to enter the sign-in "
        "again on the page Connection."
    ),
    Alert.Kind.LINKS_EXPIRE: gettext_lazy(
        "Check that the clocks of the portal's machines and of VoipNow are right, and that the "
        "line to VoipNow's storage is fast enough for the files."
    ),
    Alert.Kind.RECORD_NOT_WHOLE: gettext_lazy(
        "Run manage.py verifyrecords on the server. It names the faxes, and what was changed or "
        "which key is missing. The portal tries to remove these faxes again every day."
    ),
    Alert.Kind.ORIGIN_NOT_LISTED: gettext_lazy(
        "If it belongs to your VoipNow, add it to FAXPORTAL_STORAGE_ORIGINS. The faxes then "
        "continue by themselves."
    ),
}


def alert_sentence(alert: Alert) -> str:
    """Says what is wrong. Callers select `sender` together with the alert, to save a query."""
    kind = Alert.Kind(alert.kind)
    if alert.sender is not None:
        return _("The account of %(name)s is closed, so its faxes are waiting.") % {
            "name": alert.sender.get_username()
        }
    if kind in (Alert.Kind.SERVER_AWAY, Alert.Kind.STORAGE_AWAY) and alert.failing_since:
        failing = server_messages.failing_sentence(
            alert.origin,
            alert.reason,
            alert.failing_since,
            is_storage=kind == Alert.Kind.STORAGE_AWAY,
        )
        return f"{failing} {_wait(alert.faxes)}"
    if kind == Alert.Kind.ATTEMPTS_FAIL:
        return _("Faxes to %(server)s fail again and again. %(why)s %(wait)s") % {
            "server": server_messages.server_name(alert.origin, is_storage=False),
            "why": reason_messages.what_happened(alert.reason),
            "wait": _wait(alert.faxes),
        }
    if kind == Alert.Kind.ORIGIN_NOT_LISTED:
        return _("VoipNow wants files uploaded to %(origin)s, which is not allowed. %(wait)s") % {
            "origin": alert.origin,
            "wait": _wait(alert.faxes),
        }
    if kind in (Alert.Kind.PORTAL_FAULT, Alert.Kind.KEY_LOST):
        return f"{kind.label} {_wait(alert.faxes)}"
    if kind == Alert.Kind.LINKS_EXPIRE:
        return f"{reason_messages.links_expire_sentence()} {_wait(alert.faxes)}"
    if kind == Alert.Kind.RECORD_NOT_WHOLE:
        return ngettext(
            "The retention period of %(count)d fax is over, but its record is not whole. The fax "
            "is kept.",
            "The retention period of %(count)d faxes is over, but their records are not whole. "
            "The faxes are kept.",
            alert.faxes,
        ) % {"count": alert.faxes}
    return str(kind.label)


def alert_end_sentence(alert: Alert) -> str:
    """Says that the trouble of an alert has ended."""
    kind = Alert.Kind(alert.kind)
    if kind in (Alert.Kind.SERVER_AWAY, Alert.Kind.STORAGE_AWAY):
        is_storage = kind == Alert.Kind.STORAGE_AWAY
        return _("%(server)s answers again.") % {
            "server": server_messages.server_name(alert.origin, is_storage=is_storage)
        }
    return _("No longer the case: %s") % alert_sentence(alert)


def alert_to_do(alert: Alert) -> str:
    """What an admin can do about the alert."""
    return str(_TO_DO[alert.kind])


def _wait(faxes: int) -> str:
    return ngettext("%(count)d fax waits.", "%(count)d faxes wait.", faxes) % {"count": faxes}

"""Sentences for alerts: what is wrong with sending, and what an admin can do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes.models import Alert

_TO_DO: dict[str, str | Promise] = {
    Alert.Kind.NO_WORKER: gettext_lazy("Start the portal's worker again."),
    Alert.Kind.NOTHING_MOVES: gettext_lazy("Check the worker's log."),
    Alert.Kind.ACCOUNT_CLOSED: gettext_lazy(
        "Open the account again, or cancel the faxes. Until then they wait, and their "
        "deadlines are extended."
    ),
}


def alert_sentence(alert: Alert) -> str:
    """What is wrong. Callers select `sender` together with the alert, to save a query."""
    if alert.sender is None:
        return str(alert.get_kind_display())
    return _("The account of %(name)s is closed, so its faxes are waiting.") % {
        "name": alert.sender.get_username()
    }


def alert_to_do(alert: Alert) -> str:
    """What an admin can do about the alert."""
    return str(_TO_DO[alert.kind])

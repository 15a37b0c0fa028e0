"""Sentences for alarms: what is wrong with sending, and what an admin can do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes.models import Alarm

_TO_DO: dict[str, str | Promise] = {
    Alarm.Kind.NO_WORKER: gettext_lazy("Start the portal's worker again."),
    Alarm.Kind.NOTHING_MOVES: gettext_lazy("Check the worker's log."),
    Alarm.Kind.ACCOUNT_CLOSED: gettext_lazy(
        "Open the account again, or cancel the faxes. Until then they wait, and their "
        "deadlines are extended."
    ),
}


def alarm_sentence(alarm: Alarm) -> str:
    """What is wrong. Reads `alarm.sender`: callers select the sender with the alarm."""
    if alarm.sender is None:
        return str(alarm.get_kind_display())
    return _("The account of %(name)s is closed, so its faxes are waiting.") % {
        "name": alarm.sender.get_username()
    }


def alarm_to_do(alarm: Alarm) -> str:
    """What an admin can do about the alarm."""
    return str(_TO_DO[alarm.kind])

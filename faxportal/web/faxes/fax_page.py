"""What the page of one fax shows to one person, made ready for the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.history.progress import Progress
from faxportal.faxes.maintenance.retention import retention_of
from faxportal.faxes.models import Fax
from faxportal.faxes.permissions import (
    can,
    check_can_cancel,
    check_can_confirm_scheduled,
    check_can_decide,
    check_can_forward,
    check_can_hold,
    check_can_open,
    check_can_send_again,
    why_not,
)
from faxportal.web.faxes.browser_upload_status import browser_upload_context
from faxportal.web.faxes.save_number_views import numbers_to_save
from faxportal.web.site.typed_request import Request


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """One event of the fax's history."""

    sentence: str
    at: datetime
    #: Who did it; empty if the portal did it.
    username: str


def fax_page(request: Request, fax: Fax, progress: Progress) -> dict[str, object]:
    """The template's context: the fax, its history, and what this person may do with it.

    `fax` comes with its parts; see `FaxQuerySet.with_parts`.
    """
    user = request.user
    why_not_again = why_not(check_can_send_again, user, fax)
    return {
        "fax": fax,
        "progress": progress,
        "events": _event_rows(fax),
        "can_cancel": can(check_can_cancel, user, fax),
        "can_confirm_scheduled": can(check_can_confirm_scheduled, user, fax),
        "can_decide": can(check_can_decide, user, fax),
        "can_send_again": fax.is_settled and not why_not_again,
        "can_forward": can(check_can_forward, user, fax),
        "can_hold": can(check_can_hold, user, fax),
        "why_not_again": why_not_again,
        "why_not_open": why_not(check_can_open, user, fax),
        "retention": retention_of(fax),
        "to_save": numbers_to_save(request, fax),
        **browser_upload_context(request, fax),
    }


def _event_rows(fax: Fax) -> Sequence[EventRow]:
    return [
        EventRow(
            sentence=event_sentence(event),
            at=event.at,
            username=event.by.get_username() if event.by else "",
        )
        for event in fax.events.select_related("by")
    ]

"""Lists of handovers by what they wait for, as pages and mails tell admins and senders.

`scheduled`, `suspended`, `failing`, `under_way`, `for_browsers` and `in_queue` divide the open
handovers: each open handover is in exactly one of these lists.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from faxportal.faxes.models.document import Carrier, Document
from faxportal.faxes.models.upload import Upload
from faxportal.faxes.states import OPEN_HANDOVERS, TROUBLES, FaxState, HandoverState, UploadState

if TYPE_CHECKING:
    from faxportal.faxes.models.handover import Handover  # noqa: F401 - named in a string

#: From this many renewals of a batch on, the fax's page says why the fax takes so long.
RENEWALS_TO_EXPLAIN = 3
#: From this many renewals of a batch on, with no file stored, sender and admins are told.
RENEWALS_TO_TELL = 5


#: The last attempt failed, or the upload links had expired.
_HAS_FAILED = (
    Q(failures_in_a_row__gt=0) | ~Q(reason="") | Q(renewals__gt=0, state=HandoverState.PLANNED)
)


def _is_held(now: datetime) -> Q:
    """Handovers of faxes that are not due, or whose senders' accounts are closed."""
    return _is_scheduled(now) | _is_suspended(now)


def _is_scheduled(now: datetime) -> Q:
    return Q(fax__state=FaxState.SCHEDULED, fax__due_at__gt=now)


def _is_suspended(now: datetime) -> Q:
    closed = Q(fax__sender__is_active=False, fax__due_at__lte=now)
    is_suspended = closed | Q(fax__suspended_at__isnull=False)
    return is_suspended & Q(fax__cancel_asked_at=None)


class HandoverLists(models.QuerySet["Handover"]):
    """Handovers by what they wait for."""

    def open(self) -> Self:
        """Handovers that the portal still has something to do for."""
        return self.filter(state__in=OPEN_HANDOVERS)

    def scheduled(self, now: datetime) -> Self:
        """Open handovers of faxes that are not due, the next one first."""
        return self.open().filter(_is_scheduled(now)).order_by("fax__due_at", "id")

    def suspended(self, now: datetime) -> Self:
        """Open handovers of due faxes that are suspended, or whose sender's account is closed."""
        return (
            self.open()
            .filter(~_is_scheduled(now), _is_suspended(now))
            .order_by("fax__due_at", "id")
        )

    def failing(self, now: datetime) -> Self:
        """Open handovers with trouble. The handover with the most failures in a row comes first."""
        failing = self.open().filter(~_is_held(now), _HAS_FAILED)
        return failing.order_by("-failures_in_a_row", "id")

    def under_way(self, now: datetime) -> Self:
        """Open handovers without trouble whose lease is running: a worker works on them."""
        return self._without_trouble(now).filter(lease_until__gt=now)

    def for_browsers(self, now: datetime) -> Self:
        """Open handovers without trouble that wait for files from senders' browsers."""
        waiting = self._without_trouble(now).exclude(lease_until__gt=now).waiting_for_browser()
        return waiting.order_by("due_at", "id")

    def in_queue(self, now: datetime) -> Self:
        """Open handovers that wait for their turn. The handover that was due first comes first.

        Handovers whose server fails are in this list, too: they wait until the server answers.
        """
        waiting = self._without_trouble(now).exclude(lease_until__gt=now)
        return waiting.exclude(_lacks_file_of_browser()).order_by("due_at", "id")

    def _without_trouble(self, now: datetime) -> Self:
        return self.open().filter(~_is_held(now), ~_HAS_FAILED)

    def uncertain_longest(self) -> Self:
        """Handovers that wait for a person's decision, the longest wait first."""
        return self.filter(state=HandoverState.UNCERTAIN).order_by("closed_at", "id")

    def for_servers(self, servers: Collection[str]) -> Self:
        """Open handovers whose next call goes to one of these VoipNow servers."""
        return self.open().filter(
            state__in=[HandoverState.PLANNED, HandoverState.CREATING],
            fax__sender__connection__server__in=servers,
        )

    def for_storages(self, origins: Collection[str]) -> Self:
        """Open handovers whose files are to go to one of these storages."""
        return self.open().filter(state=HandoverState.UPLOADING, storage_origin__in=origins)

    def of_faxes_that_may_go(self, now: Now | datetime) -> Self:
        """Open handovers of faxes that are due, and neither suspended nor being cancelled."""
        return self.open().filter(
            fax__due_at__lte=now, fax__suspended_at=None, fax__cancel_asked_at=None
        )

    def in_new_trouble(self) -> Self:
        """Refused and uncertain handovers about which the sender has not got a mail yet.

        If somebody has cancelled the fax, only its uncertain handovers count.
        """
        cancelled = Q(state=HandoverState.REFUSED, fax__cancel_asked_at__isnull=False)
        return self.filter(~cancelled, state__in=TROUBLES, notified_at=None)

    def whose_links_expire(self) -> Self:
        """Open handovers of batches that were renewed many times and have no file stored."""
        stored = Upload.objects.filter(
            handover__fax=OuterRef("fax"),
            handover__batch=OuterRef("batch"),
            state=UploadState.STORED,
        )
        return self.open().filter(~Exists(stored), renewals__gte=RENEWALS_TO_TELL)

    def waiting_for_browser(self) -> Self:
        """Open handovers that lack a file which only the sender's browser has."""
        return self.open().filter(_lacks_file_of_browser())


def _lacks_file_of_browser() -> Q:
    stored = Upload.objects.filter(
        handover=OuterRef(OuterRef("pk")), document=OuterRef("pk"), state=UploadState.STORED
    )
    missing = Document.objects.filter(~Exists(stored), fax=OuterRef("fax"), carrier=Carrier.BROWSER)
    return Q(Exists(missing), fax__carrier=Carrier.BROWSER)

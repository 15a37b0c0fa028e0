"""Retention: what is kept for how long, and removing what has had its time.

Documents go `FAXPORTAL_RETENTION_DAYS` after their fax came to its final state; their fax stays,
with its record, unless `FAXPORTAL_RECORD_DAYS` says when it goes as well. What is not final keeps
its documents, because it may still need them, and what is on legal hold keeps all. A draft goes
when nobody has changed it for as long as documents are kept, an empty one after a day.

The rows go first, then the bytes: a process that is killed in between leaves bytes that no row
names, and `sweeping` removes them a day later. The other way round a row would claim bytes that
are gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import event_log
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.attachments import forget_bytes
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Document, Fax, LegalHold
from faxportal.faxes.models.fax import Carrier
from faxportal.faxes.states import FINAL_FAXES, FaxState
from faxportal.faxes.stats import counts

#: With no days to keep documents, those of a fax that went out go at once. Of others a person may
#: want to send the fax again: they have a day.
AT_ONCE = frozenset({FaxState.HANDED_OVER, FaxState.CONFIRMED})
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """How much is to go, or went."""

    #: Faxes that lose their documents and stay.
    cleared: int
    #: Faxes that go with their record.
    removed: int
    drafts: int

    def __bool__(self) -> bool:
        return bool(self.cleared or self.removed or self.drafts)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long a fax's documents and the fax itself are kept, for its page."""

    hold: LegalHold | None
    #: Whether the portal ever had the documents: a browser may have carried all of them.
    had_documents: bool
    #: When retention removed the documents.
    cleared_at: datetime | None
    #: When it will; none while the fax has not come to its end.
    documents_until: datetime | None
    #: When the fax goes with its record; none: not known yet, or never.
    record_until: datetime | None


def retention_of(fax: Fax) -> Retention:
    """How long a fax is kept, as far as is known now."""
    until = record_until = None
    if fax.state in FINAL_FAXES and fax.settled_at:
        until = fax.settled_at + _documents_kept(FaxState(fax.state))
        if settings.RECORD_DAYS:
            record_until = fax.settled_at + timedelta(days=settings.RECORD_DAYS)
    return Retention(
        had_documents=any(one.carrier == Carrier.PORTAL for one in fax.documents.all()),
        hold=LegalHold.objects.filter(fax=fax).select_related("placed_by").first(),
        cleared_at=fax.cleared_at,
        documents_until=until,
        record_until=record_until,
    )


def due(clock: Clock) -> Amounts:
    """How much would be removed now."""
    now = clock.now()
    records = _records_due(now)
    return Amounts(
        cleared=_documents_due(now).filter(_has_documents()).exclude(pk__in=records).count(),
        removed=records.count(),
        drafts=_drafts_due(now).count(),
    )


def documents_due(clock: Clock) -> tuple[int, int]:
    """How many stored files would go now, and their bytes: those that no other fax shares."""
    now = clock.now()
    going = Q(fax__in=_documents_due(now)) | Q(fax__in=_records_due(now))
    going |= Q(fax__in=_drafts_due(now))
    shared = Document.objects.filter(stored_as=OuterRef("stored_as")).exclude(going)
    files = Document.objects.filter(going).exclude(stored_as="").exclude(Exists(shared))
    each = files.order_by().values("stored_as", "size").distinct()
    return each.count(), each.aggregate(bytes=Sum("size"))["bytes"] or 0


def remove_due(clock: Clock, *, at_most: int) -> Amounts:
    """Remove what has had its time, of each kind so many at most; how much went.

    Raises `OSError` where bytes can't be removed: their rows say by then that they are gone.
    """
    now = clock.now()
    _documents_due(now).exclude(_has_documents()).update(cleared_at=now)

    def each(faxes: QuerySet[Fax], remove: Callable[[Fax], bool]) -> int:
        return sum(remove(fax) for fax in list(faxes[:at_most]))

    return Amounts(
        removed=each(_records_due(now), partial(remove_fax, now=now)),
        cleared=each(_documents_due(now), partial(remove_documents, now=now)),
        drafts=each(_drafts_due(now), partial(_remove_draft, now=now)),
    )


def remove_documents(fax: Fax, *, now: datetime) -> bool:
    """Remove a fax's documents if their time has come; whether it had."""
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        if not _documents_due(now).filter(pk=fax.pk).exists():
            return False
        kept = list(locked.documents.exclude(stored_as=""))
        locked.documents.update(stored_as="")
        locked.cleared_at = now
        locked.save(update_fields=["cleared_at"])
        days = settings.RETENTION_DAYS
        event_log.add(locked, Event.DOCUMENTS_REMOVED, at=now, documents=len(kept), days=days)
    forget_bytes(kept)
    return True


def remove_fax(fax: Fax, *, now: datetime) -> bool:
    """Remove a fax with its record if its time has come.

    What stays is an entry of the audit with the hash that the record ended with: whoever has a
    copy of the record can still prove that it is the one.
    """
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        if not _records_due(now).filter(pk=fax.pk).exists():
            return False
        kept = list(locked.documents.exclude(stored_as=""))
        audit_log.write(
            Action.RECORD_REMOVED,
            fax=locked.uuid,
            at=now,
            events=locked.events.count(),
            head=event_log.head(locked),
            whole=event_log.first_broken(locked) is None,
        )
        if locked.submitted_at:
            counts.count_anew(locked.submitted_at)
        locked.events.all().delete()
        locked.delete()
    forget_bytes(kept)
    return True


def _remove_draft(draft: Fax, *, now: datetime) -> bool:
    drafts.discard_draft(draft, untouched_since=draft.changed_at)
    return True


def _documents_due(now: datetime) -> QuerySet[Fax]:
    """Final faxes whose documents have had their time, the longest ago first."""
    settled = Q(settled_at__lte=now - (_days() or A_DAY))
    if not _days():
        settled |= Q(settled_at__lte=now, state__in=AT_ONCE)
    return _final().filter(settled, cleared_at=None).order_by("settled_at")


def _records_due(now: datetime) -> QuerySet[Fax]:
    if not settings.RECORD_DAYS:
        return Fax.objects.none()
    before = now - timedelta(days=settings.RECORD_DAYS)
    return _final().filter(settled_at__lte=before).order_by("settled_at")


def _drafts_due(now: datetime) -> QuerySet[Fax]:
    untouched = Fax.objects.filter(state=FaxState.DRAFT, changed_at__lte=now - _drafts_kept())
    empty = Fax.objects.empty_drafts().filter(changed_at__lte=now - A_DAY)
    return (untouched | empty).order_by("changed_at")


def _final() -> QuerySet[Fax]:
    """Faxes that nothing happens to any more, and that nobody holds."""
    return Fax.objects.filter(state__in=FINAL_FAXES, legal_hold=None)


def _has_documents() -> Exists:
    return Exists(Document.objects.filter(fax=OuterRef("pk")).exclude(stored_as=""))


def _documents_kept(state: FaxState) -> timedelta:
    """How long a fax's documents are kept from when it came to this final state."""
    return _days() or (timedelta() if state in AT_ONCE else A_DAY)


def _drafts_kept() -> timedelta:
    return _days() or A_DAY


def _days() -> timedelta:
    return timedelta(days=settings.RETENTION_DAYS)

"""Retention: how long documents, faxes and drafts are kept, and removing them after that time.

- Documents are removed `FAXPORTAL_RETENTION_DAYS` after their fax reached a final state. The fax
  itself and its event log are removed `FAXPORTAL_RECORD_DAYS` after that moment. If that setting is
  0, they are kept for ever.
- A fax that is not final keeps its documents: it may still need them. A fax on legal hold keeps
  everything.
- A draft is removed `FAXPORTAL_RETENTION_DAYS` after its last change. If that setting is 0, or if
  the draft is empty, it is removed a day after its last change.

Rows are changed first, and bytes are removed after that. A process that is killed in between leaves
bytes that no row names, and `orphaned_files` removes them a day later. In the other order, a row
could name bytes that are gone.
"""

from __future__ import annotations

import logging
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
from faxportal.faxes.installation import recent_events
from faxportal.faxes.models import Carrier, Document, Fax, LegalHold, MergedPdf
from faxportal.faxes.record.sealing import seal_removal
from faxportal.faxes.record.verification import Verdict
from faxportal.faxes.record.verifying import verify_locked
from faxportal.faxes.states import FINAL_FAXES, FaxState
from faxportal.faxes.stats import counts

logger = logging.getLogger(__name__)

#: With `FAXPORTAL_RETENTION_DAYS` 0, the documents of faxes in these states are removed at once.
#: The documents of other faxes are kept for a day: a person may want to send the fax again.
REMOVED_AT_ONCE = frozenset({FaxState.HANDED_OVER, FaxState.CONFIRMED})
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class RemovalCounts:
    """How much retention is to remove, or has removed."""

    #: Faxes whose documents are removed, but which stay themselves.
    faxes_cleared: int
    #: Faxes that are removed together with their event logs.
    faxes_removed: int
    drafts_removed: int

    def __bool__(self) -> bool:
        return bool(self.faxes_cleared or self.faxes_removed or self.drafts_removed)

    def __add__(self, other: RemovalCounts) -> RemovalCounts:
        return RemovalCounts(
            faxes_cleared=self.faxes_cleared + other.faxes_cleared,
            faxes_removed=self.faxes_removed + other.faxes_removed,
            drafts_removed=self.drafts_removed + other.drafts_removed,
        )


NOTHING_REMOVED = RemovalCounts(faxes_cleared=0, faxes_removed=0, drafts_removed=0)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long a fax and its documents are kept, for the fax's page."""

    hold: LegalHold | None
    #: Whether the portal ever had any of the documents: a browser may have carried them all.
    had_documents: bool
    #: When retention removed the documents; None if it has not removed them yet.
    documents_removed_at: datetime | None
    #: When retention removes the documents; None while the fax is not final.
    documents_until: datetime | None
    #: When the fax is removed with its event log; None while the fax is not final, and if faxes are
    #: kept for ever.
    fax_until: datetime | None


def retention_of(fax: Fax) -> Retention:
    """How long a fax is kept, as far as is known now."""
    documents_until = fax_until = None
    if fax.state in FINAL_FAXES and fax.settled_at:
        documents_until = fax.settled_at + _documents_kept(FaxState(fax.state))
        if settings.RECORD_DAYS:
            fax_until = fax.settled_at + timedelta(days=settings.RECORD_DAYS)
    return Retention(
        had_documents=any(one.carrier == Carrier.PORTAL for one in fax.documents.all()),
        hold=LegalHold.objects.filter(fax=fax).select_related("placed_by").first(),
        documents_removed_at=fax.documents_removed_at,
        documents_until=documents_until,
        fax_until=fax_until,
    )


def count_due(clock: Clock) -> RemovalCounts:
    """How much `remove_due` would remove now, if it removed everything that is due."""
    now = clock.now()
    faxes_due = _faxes_due(now)
    documents_due = _documents_due(now).filter(_has_documents())
    return RemovalCounts(
        faxes_cleared=documents_due.exclude(pk__in=faxes_due).count(),
        faxes_removed=faxes_due.count(),
        drafts_removed=_drafts_due(now).count(),
    )


def count_files_due(clock: Clock) -> tuple[int, int]:
    """How many stored files are due, and how many bytes they have.

    A file that another fax still needs is not due.
    """
    now = clock.now()
    is_due = Q(fax__in=_documents_due(now)) | Q(fax__in=_faxes_due(now))
    is_due |= Q(fax__in=_drafts_due(now))
    shared = Document.objects.filter(stored_as=OuterRef("stored_as")).exclude(is_due)
    documents = Document.objects.filter(is_due).exclude(stored_as="").exclude(Exists(shared))
    files = documents.order_by().values("stored_as", "size").distinct()
    merged = MergedPdf.objects.filter(is_due).exclude(stored_as="")
    return files.count() + merged.count(), sum(
        rows.aggregate(bytes=Sum("size"))["bytes"] or 0 for rows in (files, merged)
    )


def remove_due(clock: Clock, *, at_most: int) -> RemovalCounts:
    """Remove what is due, at most `at_most` faxes of each kind. Returns how much was removed.

    Raises `OSError` if bytes can't be removed. No row names these bytes any more, so
    `orphaned_files` removes them later.
    """
    now = clock.now()
    # The portal never had documents of these faxes. All others get an event.
    _documents_due(now).exclude(_had_documents()).update(documents_removed_at=now)

    def each(faxes: QuerySet[Fax], remove: Callable[[Fax], bool]) -> int:
        return sum(remove(fax) for fax in list(faxes[:at_most]))

    return RemovalCounts(
        faxes_removed=each(_faxes_due(now), partial(remove_fax, now=now)),
        faxes_cleared=each(_documents_due(now), partial(remove_documents, now=now)),
        drafts_removed=each(_drafts_due(now), _remove_draft),
    )


def remove_documents(fax: Fax, *, now: datetime) -> bool:
    """Remove a fax's documents if they are due. Returns whether they were due. Raises `OSError`."""
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        if not _documents_due(now).filter(pk=fax.pk).exists():
            return False
        documents = list(locked.documents.exclude(stored_as=""))
        merged = _merged(locked)
        locked.documents.update(stored_as="")
        MergedPdf.objects.filter(fax=locked).update(stored_as="")
        locked.documents_removed_at = now
        locked.save(update_fields=["documents_removed_at"])
        days = settings.RETENTION_DAYS
        event_log.add(locked, Event.DOCUMENTS_REMOVED, at=now, documents=len(documents), days=days)
    forget_bytes([*documents, *merged])
    return True


def remove_fax(fax: Fax, *, now: datetime) -> bool:
    """Remove a fax with its event log if it is due. Returns whether it was due. Raises `OSError`.

    The audit keeps the hash of the log's last event: whoever has a copy of the log can still prove
    that the copy is genuine. A fax whose record is not whole stays: somebody may have changed it so
    that it is removed. A missing key keeps a fax, too.
    """
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        if not _faxes_due(now).filter(pk=fax.pk).exists():
            return False
        if not _is_whole(locked):
            _refuse_removal(locked, now)
            return False
        documents = list(locked.documents.exclude(stored_as=""))
        merged = _merged(locked)
        audit_log.write(
            Action.RECORD_REMOVED,
            fax=locked.uuid,
            at=now,
            events=locked.events.count(),
            head=event_log.head(locked),
            whole=True,
        )
        seal_removal(locked, at=now)
        if locked.submitted_at:
            counts.recount_later(locked.submitted_at)
        event_ids = set(locked.events.values_list("pk", flat=True))
        recent_events.forget(event_ids)
        locked.events.all().delete()
        locked.delete()
    forget_bytes([*documents, *merged])
    return True


def _is_whole(fax: Fax) -> bool:
    """Whether the record of a locked fax is as it was written."""
    return verify_locked(fax, list(fax.events.all())).verdict == Verdict.WHOLE


def _refuse_removal(fax: Fax, now: datetime) -> None:
    """Note that a fax is kept. The watch then alerts admins, and retention tries again tomorrow."""
    if fax.removal_refused_at is None:
        logger.error("retention: fax %d is kept, because its record is not whole", fax.pk)
    Fax.objects.filter(pk=fax.pk).update(removal_refused_at=now)


def _merged(fax: Fax) -> list[MergedPdf]:
    """The stored PDF that the fax's documents were merged into, if any."""
    return list(MergedPdf.objects.filter(fax=fax).exclude(stored_as=""))


def _remove_draft(draft: Fax) -> bool:
    return drafts.discard_draft(draft, untouched_since=draft.changed_at)


def _documents_due(now: datetime) -> QuerySet[Fax]:
    """Final faxes whose documents are due, the longest overdue first."""
    settled = Q(settled_at__lte=now - (_retention() or A_DAY))
    if not _retention():
        settled |= Q(settled_at__lte=now, state__in=REMOVED_AT_ONCE)
    return _removable().filter(settled, documents_removed_at=None).order_by("settled_at")


def _faxes_due(now: datetime) -> QuerySet[Fax]:
    if not settings.RECORD_DAYS:
        return Fax.objects.none()
    before = now - timedelta(days=settings.RECORD_DAYS)
    due = _removable().filter(settled_at__lte=before).order_by("settled_at")
    # A fax that was kept is not looked at for a day, so that it holds up no other fax.
    return due.filter(Q(removal_refused_at=None) | Q(removal_refused_at__lte=now - A_DAY))


def _drafts_due(now: datetime) -> QuerySet[Fax]:
    untouched = Fax.objects.filter(state=FaxState.DRAFT, changed_at__lte=now - _drafts_kept())
    empty = Fax.objects.empty_drafts().filter(changed_at__lte=now - A_DAY)
    return (untouched | empty).order_by("changed_at")


def _removable() -> QuerySet[Fax]:
    """Faxes in a final state that are not on legal hold."""
    return Fax.objects.filter(state__in=FINAL_FAXES, legal_hold=None)


def _has_documents() -> Exists:
    return Exists(Document.objects.filter(fax=OuterRef("pk")).exclude(stored_as=""))


def _had_documents() -> Exists:
    """Whether the portal has or had a document, or the cover page, of a fax."""
    return Exists(Document.objects.filter(fax=OuterRef("pk"), carrier=Carrier.PORTAL))


def _documents_kept(state: FaxState) -> timedelta:
    """How long documents are kept after their fax reached this final state."""
    return _retention() or (timedelta() if state in REMOVED_AT_ONCE else A_DAY)


def _drafts_kept() -> timedelta:
    return _retention() or A_DAY


def _retention() -> timedelta:
    """`FAXPORTAL_RETENTION_DAYS` as a `timedelta`, which counts as false if it is zero."""
    return timedelta(days=settings.RETENTION_DAYS)

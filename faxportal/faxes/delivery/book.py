"""Writing a delivery down: every change of state together with its event, in one transaction.

The fax's row is locked first, so its record has one writer at a time; each change of a handover's
state names the state and the counter that it read, so that a change decided on rows that have
changed since is refused, not applied.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from faxportal.accounts import encryption
from faxportal.faxes import record
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.plan import HandoverFacts, UploadFacts, cannot_be_complete
from faxportal.faxes.models import Fax, Handover, Try, Upload
from faxportal.faxes.record import Event
from faxportal.faxes.states import (
    FAX_TRANSITIONS,
    HANDOVER_TRANSITIONS,
    OPEN_HANDOVERS,
    RESTING_FAXES,
    FaxState,
    HandoverState,
    UploadState,
    fax_state,
)
from faxportal.voipnow.errors import Outcome
from faxportal.voipnow.messages import UploadTarget


class Superseded(Exception):
    """The handover is not ours any more, or has changed since it was read: nothing was written."""


class Page:
    """One handover, open for writing within one transaction. Made by `open_page`."""

    def __init__(self, fax: Fax, handover: Handover, now: datetime) -> None:
        self.fax = fax
        self.handover = handover
        self.now = now
        self.uploads = list(
            handover.uploads.select_related("document").order_by("document__position")
        )

    @property
    def is_open(self) -> bool:
        return self.handover.state in OPEN_HANDOVERS

    def require(self, lease: Lease) -> None:
        """Raise `Superseded` unless the lease is the handover's and has not ended."""
        until = self.handover.lease_until
        if self.handover.lease != lease.token or until is None or until <= self.now:
            raise Superseded

    def event(self, kind: Event, **data: Any) -> None:
        """Add to the fax's record, naming the slice where there are several."""
        record.add(self.fax, kind, at=self.now, slice=self.handover.slice, **data)

    def change(self, **fields: Any) -> None:
        """Change the handover, if it still is as it was read."""
        handover = self.handover
        changed = Handover.objects.filter(
            pk=handover.pk, state=handover.state, counter=handover.counter
        ).update(**fields)
        if not changed:
            raise Superseded
        for name, value in fields.items():
            setattr(handover, name, value)

    def move(self, to: HandoverState, **fields: Any) -> None:
        """Change the handover's state, and the fax's with it."""
        before = HandoverState(self.handover.state)
        if to not in HANDOVER_TRANSITIONS[before]:
            raise ValueError(f"a handover doesn't go from {before} to {to}")
        if to not in OPEN_HANDOVERS:
            fields |= {"closed_at": self.now, "lease": None, "lease_until": None}
            self._erase_targets()
        self.change(state=to, **fields)
        if to != HandoverState.ABANDONED:  # another one takes its place first
            self.follow()

    def follow(self) -> None:
        """Let the fax's state follow from its handovers', with an event where it changes."""
        newest = Handover.objects.filter(fax=self.fax, slice=OuterRef("slice")).order_by("-id")
        slices = (
            Handover.objects.filter(fax=self.fax)
            .filter(pk=Subquery(newest.values("pk")[:1]))
            .values_list("state", flat=True)
        )
        started = Try.objects.filter(handover__fax=self.fax).exists()
        before = FaxState(self.fax.state)
        after = fax_state([HandoverState(state) for state in slices], started=started)
        if after == before:
            return
        if after not in FAX_TRANSITIONS[before]:
            raise ValueError(f"a fax doesn't go from {before} to {after}")
        self.fax.state = after
        self.fax.rested_at = self.now if after in RESTING_FAXES else None
        self.fax.save(update_fields=["state", "rested_at"])
        record.add(self.fax, Event.STATE, at=self.now, state=after)

    def open_try(self, upload: Upload | None = None) -> Try:
        """Write that a call is about to go out. Commit before its first byte does."""
        opened = Try.objects.create(handover=self.handover, upload=upload, opened_at=self.now)
        self.change(counter=self.handover.counter + 1)
        if upload is not None:
            change_upload(upload, state=UploadState.PUTTING, bytes_sent=0, reason="")
        return opened

    def close_try(self, try_id: int, outcome: Outcome, **what: Any) -> None:
        """Write what is known of a call. Needs no lease: it is knowledge, whoever holds it now."""
        Try.objects.filter(pk=try_id, closed_at=None).update(
            closed_at=self.now, outcome=outcome, **what
        )
        self.change(counter=self.handover.counter + 1)

    def is_under_way(self, try_id: int) -> bool:
        """Whether a try has not been closed yet."""
        return Try.objects.filter(pk=try_id, closed_at=None).exists()

    def upload(self, upload_id: int) -> Upload:
        return next(upload for upload in self.uploads if upload.pk == upload_id)

    def facts(self) -> HandoverFacts:
        """The rows as the plan wants them."""
        assert self.fax.deadline_at is not None, "only a submitted fax has handovers"
        tried = Try.objects.filter(upload__handover=self.handover)
        doubtful = set(tried.exclude(outcome=Outcome.NOT_DONE).values_list("upload_id", flat=True))
        return HandoverFacts(
            state=HandoverState(self.handover.state),
            due_at=self.handover.due_at,
            deadline_at=self.fax.deadline_at,
            uploads=[
                UploadFacts(
                    id=upload.pk,
                    position=upload.document.position,
                    size=upload.document.size,
                    state=UploadState(upload.state),
                    has_target=bool(upload.sealed_target)
                    and (upload.target_expires_at is None or upload.target_expires_at > self.now),
                    surely_absent=upload.pk not in doubtful,
                )
                for upload in self.uploads
            ],
        )

    def give_up(self, reason: str, server_message: str = "") -> None:
        """End the handover: refused where its fax surely wasn't sent, else uncertain."""
        safe = cannot_be_complete(self.facts().uploads)
        to = HandoverState.REFUSED if safe else HandoverState.UNCERTAIN
        self.event(Event.REFUSED if safe else Event.UNCERTAIN, reason=reason)
        self.move(to, reason=reason, server_message=server_message)

    def _erase_targets(self) -> None:
        Upload.objects.filter(handover=self.handover).update(sealed_target="")


@contextmanager
def open_page(handover_id: int, fax_id: int, clock: Clock) -> Iterator[Page]:
    """One handover, its fax locked, for one transaction; what is written is written whole."""
    with transaction.atomic():
        fax = record.lock(fax_id)
        yield Page(fax, Handover.objects.get(pk=handover_id), clock.now())


def change_upload(upload: Upload, **fields: Any) -> None:
    """Change an upload's row and the value in hand."""
    for name, value in fields.items():
        setattr(upload, name, value)
    upload.save(update_fields=list(fields))


def seal_target(target: UploadTarget) -> str:
    """An upload target as encrypted text: its URL is a secret while it lives."""
    return encryption.encrypt(
        json.dumps(
            {
                "upload_identifier": target.upload_identifier,
                "url": target.url,
                "headers": dict(target.headers),
                "content_type": target.content_type,
                "content_length": target.content_length,
                "expires_at": target.expires_at and target.expires_at.isoformat(),
            }
        )
    )


def open_target(sealed: str) -> UploadTarget:
    """The upload target behind `seal_target`; raises `encryption.KeyLost`."""
    fields = json.loads(encryption.decrypt(sealed))
    expires_at = fields.pop("expires_at")
    return UploadTarget(
        **fields, expires_at=datetime.fromisoformat(expires_at) if expires_at else None
    )

"""Changing handovers: each change of state together with its event, in one transaction.

The fax's row is locked first, so that its event log has one writer at a time. Each UPDATE of a
handover's row has a condition: the row still has the state and the counter that were read. If an
attempt has started or ended since then, the counter has risen, and the change is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Unpack

from django.db import transaction
from django.db.models import QuerySet

from faxportal.accounts.models import User
from faxportal.faxes import event_log
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.handover_changes import (
    ClosingChanges,
    GuardedChanges,
    HandoverChanges,
    UploadChanges,
)
from faxportal.faxes.delivery.handover_snapshot import HandoverSnapshot, read_snapshot, read_uploads
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.update_fax import update_fax_state
from faxportal.faxes.event_log import Event
from faxportal.faxes.history.uncertain_batches import Arrival, arrivals_of
from faxportal.faxes.models import Attempt, Fax, Handover, Recipient, Upload
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import (
    HANDOVER_TRANSITIONS,
    OPEN_HANDOVERS,
    UPLOAD_TRANSITIONS,
    HandoverState,
    UploadState,
)
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Outcome


class Superseded(Exception):
    """Nothing was written: the lease has ended, or the handover has changed since it was read."""


class LockedHandover:
    """One handover whose fax the current transaction has locked, with the methods that change it.

    Lock the fax before you make an instance; `lock_handover` does both. The rows `fax`, `handover`
    and `uploads` include the changes that these methods made. `now` is the moment of the lock.
    """

    def __init__(self, fax: Fax, handover: Handover, now: datetime) -> None:
        self.fax = fax
        self.handover = handover
        self.now = now
        self.uploads = read_uploads(handover)

    @property
    def recipients(self) -> QuerySet[Recipient]:
        """The recipients of the handover's batch."""
        return self.fax.recipients.filter(batch=self.handover.batch).order_by("position")

    @property
    def is_open(self) -> bool:
        """Whether the portal will still do something for the handover."""
        return self.handover.state in OPEN_HANDOVERS

    def snapshot(self) -> HandoverSnapshot:
        """The handover as it is now, for reading only."""
        return read_snapshot(self.fax, self.handover, self.uploads, self.now)

    def upload(self, upload_id: int) -> Upload:
        """The upload with this id. Raises `StopIteration` if the handover does not have it."""
        return next(upload for upload in self.uploads if upload.pk == upload_id)

    def is_under_way(self, attempt_id: int) -> bool:
        """Whether the outcome of an attempt is not written yet."""
        return Attempt.objects.filter(pk=attempt_id, closed_at=None).exists()

    def require(self, lease: Lease) -> None:
        """Raise `Superseded` if the lease has ended, or if the handover has another lease."""
        until = self.handover.lease_until
        if self.handover.lease != lease.token or until is None or until <= self.now:
            raise Superseded

    def add_event(self, kind: Event, *, by: User | None = None, **data: str | int) -> None:
        """Add an event to the fax's event log. The event names the batch."""
        event_log.add(self.fax, kind, at=self.now, by=by, batch=self.handover.batch, **data)

    def change(self, **changes: Unpack[HandoverChanges]) -> None:
        """Change the handover. Raises `Superseded` if its row has changed since it was read."""
        self._write(**changes)

    def raise_counter(self, **changes: Unpack[HandoverChanges]) -> None:
        """Change the handover and raise its counter. Raises `Superseded`.

        After that, a change that was decided on the old counter is refused.
        """
        self._write(counter=self.handover.counter + 1, **changes)

    def move(self, to: HandoverState, **changes: Unpack[HandoverChanges]) -> None:
        """Change the handover's state, and the fax's state with it.

        A handover that ends loses its lease and its targets. Abandoning a handover leaves the fax's
        state as it is, because the caller may first add another handover for the batch. The caller
        then calls `update_fax_state`.

        Raises `Superseded`, and `ValueError` for a transition that is not in `states`.
        """
        before = HandoverState(self.handover.state)
        if to not in HANDOVER_TRANSITIONS[before]:
            raise ValueError(f"a handover doesn't go from {before} to {to}")
        closing: ClosingChanges = {}
        if to not in OPEN_HANDOVERS:
            closing = {"closed_at": self.now, "lease": None, "lease_until": None}
            self._erase_targets()
        self._write(state=to, **changes, **closing)
        if to != HandoverState.ABANDONED:
            self.update_fax_state()

    def replace(
        self,
        *,
        because: str,
        due_at: datetime,
        wire_form: WireForm | None = None,
        failures_in_a_row: int = 0,
        renewals: int = 0,
    ) -> None:
        """Abandon the handover, and add a new handover for the batch. Raises `Superseded`.

        `because` is why the old handover ends. The other parameters are for the new handover.
        """
        old = self.handover
        in_doubt = self.may_have_gone_out if because == OwnReason.SENT_AGAIN else False
        self.move(HandoverState.ABANDONED, reason=because)
        Handover.objects.create(
            fax=self.fax,
            batch=old.batch,
            queue_position=old.queue_position,
            due_at=due_at,
            wire_form=wire_form or "",
            failures_in_a_row=failures_in_a_row,
            renewals=renewals,
            earlier_in_doubt=old.earlier_in_doubt or in_doubt,
        )
        self.update_fax_state()

    @property
    def may_have_gone_out(self) -> bool:
        """Whether VoipNow may have the files of this handover, which has ended."""
        return arrivals_of([self.handover])[self.handover.pk] != Arrival.INCOMPLETE

    def give_up(self, reason: str, server_message: str = "") -> None:
        """End the handover as refused if the fax surely wasn't sent, otherwise as uncertain."""
        safe = self.snapshot().cannot_be_complete
        self.add_event(Event.REFUSED if safe else Event.UNCERTAIN, reason=reason)
        to = self._end(HandoverState.REFUSED) if safe else HandoverState.UNCERTAIN
        self.move(to, reason=reason, server_message=server_message)

    def cancel(self) -> None:
        """End the handover, because somebody cancels the fax.

        Call this only for an open handover that surely isn't complete.
        """
        self.add_event(Event.CANCELLED)
        self.move(self._end(HandoverState.ABANDONED), reason=OwnReason.CANCELLED)
        self.update_fax_state()

    def _end(self, to: HandoverState) -> HandoverState:
        """The final state of a handover that surely isn't complete: `to` or uncertain.

        It is uncertain if an earlier handover of the batch may be complete. Then the batch may have
        gone out, and a person has to decide.
        """
        if not self.handover.earlier_in_doubt:
            return to
        self.add_event(Event.EARLIER_IN_DOUBT)
        return HandoverState.UNCERTAIN

    def update_fax_state(self) -> None:
        """Derive the fax's state from its handovers; see `update_fax.update_fax_state`."""
        update_fax_state(self.fax, self.now)

    def start_attempt(
        self, upload: Upload | None = None, *, browser_until: datetime | None = None
    ) -> Attempt:
        """Write that a call is about to go out. The caller commits before the call's first byte.

        `upload` is what the call uploads; None for a create request. `browser_until` is for a
        call that the sender's browser makes: until when the browser counts as alive.
        """
        attempt = Attempt.objects.create(
            handover=self.handover, upload=upload, opened_at=self.now, browser_until=browser_until
        )
        self.raise_counter()
        if upload is not None:
            self.change_upload(upload, state=UploadState.PUTTING, bytes_sent=0, reason="")
        return attempt

    def finish_attempt(
        self,
        attempt_id: int,
        outcome: Outcome,
        *,
        reason: str = "",
        status: int | None = None,
        server_message: str = "",
    ) -> None:
        """Write how a call ended. This needs no lease: the outcome is true in any case.

        `status` is the HTTP status of the answer; None if no answer came.
        """
        Attempt.objects.filter(pk=attempt_id, closed_at=None).update(
            closed_at=self.now,
            outcome=outcome,
            reason=reason,
            status=status,
            server_message=server_message,
        )
        self.raise_counter()

    def change_upload(self, upload: Upload, **changes: Unpack[UploadChanges]) -> None:
        """Change one of the handover's uploads: its row, and the object `upload`.

        Raises `ValueError` for a transition that is not in `states`.
        """
        before = UploadState(upload.state)
        after = changes.get("state", before)
        if after not in UPLOAD_TRANSITIONS[before] | {before}:
            raise ValueError(f"an upload doesn't go from {before} to {after}")
        for name, value in changes.items():
            setattr(upload, name, value)
        upload.save(update_fields=list(changes))

    def mark_stored(self, upload: Upload) -> None:
        """Write that storage has an upload's document, and erase the upload's target."""
        self.change_upload(
            upload,
            state=UploadState.STORED,
            reason="",
            bytes_sent=upload.document.size,
            stored_at=self.now,
            sealed_target="",
        )

    def _write(self, **changes: Unpack[GuardedChanges]) -> None:
        """Change the handover's row by compare-and-swap. All other methods change the row by this.

        Raises `Superseded`.
        """
        handover = self.handover
        changed = Handover.objects.filter(
            pk=handover.pk, state=handover.state, counter=handover.counter
        ).update(**changes)
        if not changed:
            raise Superseded
        for name, value in changes.items():
            setattr(handover, name, value)

    def _erase_targets(self) -> None:
        Upload.objects.filter(handover=self.handover).update(sealed_target="")


@contextmanager
def lock_handover(handover_id: int, fax_id: int, clock: Clock) -> Iterator[LockedHandover]:
    """Lock the fax of a handover for one transaction, which writes all of its changes or none."""
    with transaction.atomic():
        fax = Fax.objects.locked(fax_id)
        yield LockedHandover(fax, Handover.objects.get(pk=handover_id), clock.now())


def newest_handovers(fax: Fax, clock: Clock) -> list[LockedHandover]:
    """The newest handover of each batch of a fax that the current transaction has locked."""
    newest = {handover.batch: handover for handover in fax.handovers.order_by("id")}
    return [LockedHandover(fax, handover, clock.now()) for handover in newest.values()]

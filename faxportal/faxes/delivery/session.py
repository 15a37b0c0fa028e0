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
from django.db.models import OuterRef, QuerySet, Subquery

from faxportal.accounts import encryption
from faxportal.accounts.models import User
from faxportal.faxes import event_log
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.next_step import HandoverFacts, UploadFacts
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Attempt, Carrier, Fax, Handover, Recipient, SendingPause, Upload
from faxportal.faxes.states import (
    FAX_TRANSITIONS,
    HANDOVER_TRANSITIONS,
    OPEN_HANDOVERS,
    SETTLED_FAXES,
    UPLOAD_TRANSITIONS,
    FaxState,
    HandoverState,
    UploadState,
    fax_state,
)
from faxportal.voipnow.api_types import UploadTarget, WireForm
from faxportal.voipnow.errors import Outcome


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
    def recipients(self) -> QuerySet[Recipient]:
        """The recipients of the handover's batch."""
        return self.fax.recipients.filter(batch=self.handover.batch).order_by("position")

    @property
    def is_open(self) -> bool:
        return self.handover.state in OPEN_HANDOVERS

    def require(self, lease: Lease) -> None:
        """Raise `Superseded` unless the lease is the handover's and has not ended."""
        until = self.handover.lease_until
        if self.handover.lease != lease.token or until is None or until <= self.now:
            raise Superseded

    def event(self, kind: Event, *, by: User | None = None, **data: Any) -> None:
        """Add to the fax's record, naming the batch."""
        event_log.add(self.fax, kind, at=self.now, by=by, batch=self.handover.batch, **data)

    def replace(self, *, because: str, due_at: datetime, **fields: Any) -> None:
        """Give the handover up for a new one of the same batch."""
        old = self.handover
        self.move(HandoverState.ABANDONED, reason=because)
        Handover.objects.create(
            fax=self.fax,
            batch=old.batch,
            queue_position=old.queue_position,
            due_at=due_at,
            **fields,
        )
        self.follow()

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
        newest = Handover.objects.filter(fax=self.fax, batch=OuterRef("batch")).order_by("-id")
        # A batch that was halved has no recipients left, and so no say.
        batches = (
            Handover.objects.filter(fax=self.fax, batch__in=self.fax.recipients.values("batch"))
            .filter(pk=Subquery(newest.values("pk")[:1]))
            .values_list("state", flat=True)
        )
        before = FaxState(self.fax.state)
        after = fax_state(
            [HandoverState(state) for state in batches],
            started=Attempt.objects.filter(handover__fax=self.fax).exists(),
            scheduled=self.now < self.fax.times.due_at,
            cancelling=self.fax.cancel_asked_at is not None,
        )
        if after == before:
            return
        if after not in FAX_TRANSITIONS[before]:
            raise ValueError(f"a fax doesn't go from {before} to {after}")
        self.fax.state = after
        self.fax.settled_at = self.now if after in SETTLED_FAXES else None
        if after in SETTLED_FAXES:
            self.fax.suspended_at = None
        self.fax.notified_at = self.fax.notifying_until = None
        self.fax.save(
            update_fields=["state", "settled_at", "suspended_at", "notified_at", "notifying_until"]
        )
        event_log.add(self.fax, Event.STATE, at=self.now, state=after)

    def start_attempt(
        self, upload: Upload | None = None, *, browser_until: datetime | None = None
    ) -> Attempt:
        """Write that a call is about to go out. Commit before its first byte does.

        `browser_until`: a browser makes it, and its page is taken to be there until then.
        """
        opened = Attempt.objects.create(
            handover=self.handover, upload=upload, opened_at=self.now, browser_until=browser_until
        )
        self.change(counter=self.handover.counter + 1)
        if upload is not None:
            change_upload(upload, state=UploadState.PUTTING, bytes_sent=0, reason="")
        return opened

    def finish_attempt(self, attempt_id: int, outcome: Outcome, **what: Any) -> None:
        """Write what is known of a call. Needs no lease: it is knowledge, whoever holds it now."""
        Attempt.objects.filter(pk=attempt_id, closed_at=None).update(
            closed_at=self.now, outcome=outcome, **what
        )
        self.change(counter=self.handover.counter + 1)

    def is_under_way(self, attempt_id: int) -> bool:
        """Whether a try has not been closed yet."""
        return Attempt.objects.filter(pk=attempt_id, closed_at=None).exists()

    def upload(self, upload_id: int) -> Upload:
        return next(upload for upload in self.uploads if upload.pk == upload_id)

    def facts(self) -> HandoverFacts:
        """The rows as the plan wants them."""
        # Uploads, and None for the create, with a try that is not surely without effect.
        doubtful = set(
            self.handover.attempts.exclude(outcome=Outcome.NOT_DONE).values_list(
                "upload_id", flat=True
            )
        )
        put_by_browser = dict(
            self.handover.attempts.filter(closed_at=None, browser_until__gt=self.now).values_list(
                "upload_id", "browser_until"
            )
        )
        return HandoverFacts(
            state=HandoverState(self.handover.state),
            due_at=self.handover.due_at,
            deadline_at=self.fax.times.deadline_at,
            in_one_request=self.handover.wire_form == WireForm.ONE_REQUEST,
            create_in_doubt=None in doubtful,
            cancelling=self.fax.cancel_asked_at is not None,
            suspended=not self.fax.sender.is_active
            or self.fax.suspended_at is not None
            or SendingPause.is_on(),
            needs_browser=self.fax.documents.filter(carrier=Carrier.BROWSER).exists(),
            uploads=[
                UploadFacts(
                    id=upload.pk,
                    position=upload.document.position,
                    size=upload.document.size,
                    state=UploadState(upload.state),
                    has_target=bool(upload.sealed_target)
                    and (upload.target_expires_at is None or upload.target_expires_at > self.now),
                    surely_absent=upload.pk not in doubtful,
                    target_ends_at=upload.target_expires_at,
                    is_here=upload.document.carrier == Carrier.PORTAL,
                    browser_until=put_by_browser.get(upload.pk),
                )
                for upload in self.uploads
            ],
        )

    def give_up(self, reason: str, server_message: str = "") -> None:
        """End the handover: refused where its fax surely wasn't sent, else uncertain."""
        safe = self.facts().cannot_be_complete
        to = HandoverState.REFUSED if safe else HandoverState.UNCERTAIN
        self.event(Event.REFUSED if safe else Event.UNCERTAIN, reason=reason)
        self.move(to, reason=reason, server_message=server_message)

    def _erase_targets(self) -> None:
        Upload.objects.filter(handover=self.handover).update(sealed_target="")


@contextmanager
def open_page(handover_id: int, fax_id: int, clock: Clock) -> Iterator[Page]:
    """One handover, its fax locked, for one transaction; what is written is written whole."""
    with transaction.atomic():
        fax = Fax.objects.locked(fax_id)
        yield Page(fax, Handover.objects.get(pk=handover_id), clock.now())


def open_pages(fax: Fax, clock: Clock) -> list[Page]:
    """The newest handover of each batch of a fax that this transaction has locked."""
    newest = {handover.batch: handover for handover in fax.handovers.order_by("id")}
    return [Page(fax, handover, clock.now()) for handover in newest.values()]


def change_upload(upload: Upload, **fields: Any) -> None:
    """Change an upload's row and the value in hand."""
    before = UploadState(upload.state)
    after = UploadState(fields.get("state", before))
    if after not in UPLOAD_TRANSITIONS[before] | {before}:
        raise ValueError(f"an upload doesn't go from {before} to {after}")
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

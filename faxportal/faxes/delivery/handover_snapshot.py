"""One handover with its fax and its uploads as they were at one moment: for reading only.

A snapshot can't write. Code that changes a handover locks it first; see `locked_handover`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from faxportal.faxes.models import Carrier, Fax, Handover, SendingPause, Upload
from faxportal.faxes.states import OPEN_HANDOVERS, HandoverState, UploadState
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Outcome


@dataclass(frozen=True, kw_only=True)
class UploadSnapshot:
    """One upload of the handover."""

    id: int
    document_id: int
    #: The document's position in its fax.
    position: int
    #: Bytes of the document.
    size: int
    state: UploadState
    #: The upload target, encrypted (see `sealed_targets`); empty if there is none.
    sealed_target: str = field(repr=False)
    #: When the target expires; None if its URL doesn't say.
    target_expires_at: datetime | None
    #: The upload has a target that has not expired.
    has_target: bool
    #: Storage surely lacks the file: there was no attempt, or each attempt ended as *not done*.
    surely_absent: bool
    #: The portal has the document's bytes; otherwise the sender's browser has them.
    is_at_portal: bool
    #: Until when the browser that uploads the document counts as alive; None if no browser uploads.
    browser_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class HandoverSnapshot:
    """A handover, with the facts of its fax, its sender's account and the pause of sending."""

    #: The moment of the snapshot: deadlines and due times are compared with it.
    taken_at: datetime
    state: HandoverState
    #: Why the last attempt failed: a code of `voipnow.errors.Reason` or `reasons.OwnReason`.
    reason: str
    #: What the server said about that failure, or the origin that is not allowed.
    server_message: str
    due_at: datetime
    deadline_at: datetime
    #: In the order of the documents; empty until VoipNow has created the fax resource.
    uploads: Sequence[UploadSnapshot]
    #: The handover uses the older wire form: the create request carries the files.
    in_one_request: bool
    #: A create request may have had an effect: its attempt did not end as *not done*.
    create_in_doubt: bool
    #: Somebody asked to cancel the fax.
    cancelling: bool
    #: No attempt may start: sending is paused, or the sender's account is closed.
    suspended: bool
    #: The sender's browser carries a document, so only a request of that browser may create or
    #: renew.
    needs_browser: bool

    @property
    def is_open(self) -> bool:
        """Whether the portal will still do something for the handover."""
        return self.state in OPEN_HANDOVERS

    @property
    def is_late(self) -> bool:
        """Whether the fax's deadline has passed."""
        return self.taken_at >= self.deadline_at

    @property
    def cannot_be_complete(self) -> bool:
        """Whether VoipNow surely lacks a file, so that it can't have sent the fax.

        Assumption A1 of `docs/delivery.md`: VoipNow sends a fax only when it has all of the files.
        """
        if self.in_one_request:
            return not self.create_in_doubt
        return not self.uploads or any(upload.surely_absent for upload in self.uploads)

    @property
    def is_before_last_upload(self) -> bool:
        """Whether exactly one file is missing, and storage surely lacks it.

        The upload of this file completes the fax.
        """
        return len(self.missing) == 1 and self.cannot_be_complete

    @property
    def missing(self) -> Sequence[UploadSnapshot]:
        """The uploads that are not stored."""
        return [upload for upload in self.uploads if upload.state != UploadState.STORED]

    @property
    def uploading_in_browser(self) -> frozenset[int]:
        """Ids of the uploads that a browser is making."""
        return frozenset(upload.id for upload in self.uploads if upload.browser_until)

    @property
    def browser_until(self) -> datetime:
        """Until when a worker has nothing to do for a handover that waits for a browser.

        Three kinds of moments count: the deadline, the expiry of a missing upload's target, and
        the moment until which an uploading browser counts as alive. The earliest moment that has
        not passed is returned, or `taken_at` if all have passed.
        """
        ends = [self.deadline_at]
        ends += [upload.browser_until for upload in self.uploads if upload.browser_until]
        ends += [upload.target_expires_at for upload in self.missing if upload.target_expires_at]
        return min((end for end in ends if end > self.taken_at), default=self.taken_at)


def read_uploads(handover: Handover) -> list[Upload]:
    """A handover's uploads with their documents, in the order of the documents."""
    return list(handover.uploads.select_related("document").order_by("document__position"))


def read_snapshot(
    fax: Fax, handover: Handover, uploads: Sequence[Upload], now: datetime
) -> HandoverSnapshot:
    """A snapshot of rows that the caller has read. `uploads` come from `read_uploads`.

    Reads the attempts, the documents, the sender and the pause from the database.
    """
    # Ids of the uploads whose attempts may have had an effect; None stands for a create request.
    in_doubt = set(
        handover.attempts.exclude(outcome=Outcome.NOT_DONE).values_list("upload_id", flat=True)
    )
    browser_until = dict(
        handover.attempts.filter(closed_at=None, browser_until__gt=now).values_list(
            "upload_id", "browser_until"
        )
    )
    return HandoverSnapshot(
        taken_at=now,
        state=HandoverState(handover.state),
        reason=handover.reason,
        server_message=handover.server_message,
        due_at=handover.due_at,
        deadline_at=fax.times.deadline_at,
        in_one_request=handover.wire_form == WireForm.ONE_REQUEST,
        create_in_doubt=None in in_doubt,
        cancelling=fax.cancel_asked_at is not None,
        suspended=not fax.sender.is_active or fax.suspended_at is not None or SendingPause.is_on(),
        needs_browser=fax.documents.filter(carrier=Carrier.BROWSER).exists(),
        uploads=[
            _upload_snapshot(
                upload,
                now,
                surely_absent=upload.pk not in in_doubt,
                browser_until=browser_until.get(upload.pk),
            )
            for upload in uploads
        ],
    )


def _upload_snapshot(
    upload: Upload, now: datetime, *, surely_absent: bool, browser_until: datetime | None
) -> UploadSnapshot:
    expires_at = upload.target_expires_at
    return UploadSnapshot(
        id=upload.pk,
        document_id=upload.document_id,
        position=upload.document.position,
        size=upload.document.size,
        state=UploadState(upload.state),
        sealed_target=upload.sealed_target,
        target_expires_at=expires_at,
        has_target=bool(upload.sealed_target) and (expires_at is None or expires_at > now),
        surely_absent=surely_absent,
        is_at_portal=upload.document.carrier == Carrier.PORTAL,
        browser_until=browser_until,
    )

"""What to do next for a handover, decided from a snapshot alone. Reads and writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from faxportal.faxes.delivery.handover_snapshot import HandoverSnapshot, UploadSnapshot
from faxportal.faxes.states import HandoverState

#: A target that expires within this time is not used, because the upload's headers must arrive
#: before the target expires.
TARGET_MARGIN = timedelta(seconds=5)


@dataclass(frozen=True)
class Create:
    """Ask VoipNow to create the fax resource."""


@dataclass(frozen=True)
class Put:
    """Make the uploads with these ids, all at the same time."""

    uploads: tuple[int, ...]


@dataclass(frozen=True)
class Complete:
    """Write that the batch is handed over, because every file is stored."""


@dataclass(frozen=True)
class Renew:
    """Replace the handover: its targets have expired, and the fax surely isn't complete."""


@dataclass(frozen=True)
class Cancel:
    """Abandon the handover: the fax is to be cancelled, and surely isn't complete."""


@dataclass(frozen=True)
class GiveUp:
    """End the handover: as refused if the fax surely isn't complete, otherwise as uncertain."""

    #: Whether the deadline is the reason. Otherwise the last attempt's failure is the reason.
    is_late: bool


@dataclass(frozen=True)
class Wait:
    """Calls are under way. How they end decides the next step."""


@dataclass(frozen=True)
class NothingToDo:
    """The handover is not due yet, is suspended, or is left to the sender's browser."""


Step = Create | Put | Complete | Renew | Cancel | GiveUp | Wait | NothingToDo


def choose(
    snapshot: HandoverSnapshot,
    *,
    running: Collection[int],
    creating: bool = False,
    for_browser: bool = False,
) -> Step:
    """The next step for a handover. Only the owner of the handover's lease may take the step.

    `running` are the ids of the uploads that the caller has under way. `creating` says that the
    caller has a create request under way. The calls of other workers are not known here.
    `for_browser` says that the caller is a request of the sender's browser: if the browser carries
    documents, only such a request may create and renew.
    """
    running = snapshot.uploading_in_browser | set(running)
    is_stored = snapshot.state == HandoverState.UPLOADING and not snapshot.missing
    if is_stored:
        return Wait() if running else Complete()
    if snapshot.cancelling and snapshot.cannot_be_complete:
        return Cancel()
    if creating:
        return Wait()
    is_early = snapshot.due_at > snapshot.taken_at
    if snapshot.cancelling or snapshot.suspended or snapshot.is_late or is_early:
        return Wait() if running else _without_new_calls(snapshot)
    may_create = for_browser or not snapshot.needs_browser
    if snapshot.state != HandoverState.UPLOADING:
        return _next_create(snapshot) if may_create else NothingToDo()
    return _next_uploads(snapshot, running, may_renew=may_create)


def may_start(snapshot: HandoverSnapshot) -> Sequence[UploadSnapshot]:
    """The uploads that are not stored and may be made now.

    The last upload may start only when all others are stored. Until the last upload starts, the fax
    can't be complete at VoipNow, so the handover can be replaced.
    """
    missing = snapshot.missing
    if len(missing) < 2:
        return missing
    last = last_upload(snapshot.uploads)
    return [upload for upload in missing if upload is not last]


def last_upload(uploads: Sequence[UploadSnapshot]) -> UploadSnapshot:
    """The upload that goes last: the upload of the smallest document.

    If several documents are equally small, the last of them counts as the smallest.
    """
    return min(uploads, key=lambda upload: (upload.size, -upload.position))


def _without_new_calls(snapshot: HandoverSnapshot) -> Step:
    """The step for a handover that has no call under way and may start no call now."""
    if snapshot.cancelling:
        return GiveUp(is_late=False)
    if snapshot.suspended:
        return NothingToDo()
    return GiveUp(is_late=True) if snapshot.is_late else NothingToDo()


def _next_create(snapshot: HandoverSnapshot) -> Step:
    """Create the fax resource, or give up if an earlier create request may have sent the files.

    A second resource is safe as long as the first got no files (assumption A1, `docs/delivery.md`).
    Sending the files a second time is not safe.
    """
    if snapshot.in_one_request and snapshot.create_in_doubt:
        return GiveUp(is_late=False)
    return Create()


def _next_uploads(snapshot: HandoverSnapshot, running: Collection[int], *, may_renew: bool) -> Step:
    if any(not upload.has_target for upload in snapshot.missing if upload.id not in running):
        if running:
            return Wait()
        if not snapshot.cannot_be_complete:
            return GiveUp(is_late=False)
        return Renew() if may_renew else NothingToDo()
    to_put = [
        upload.id
        for upload in may_start(snapshot)
        if upload.is_at_portal and upload.id not in running
    ]
    return Put(tuple(to_put)) if to_put else Wait()

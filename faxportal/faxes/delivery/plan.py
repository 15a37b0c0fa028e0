"""What to do next for a handover, decided from its rows alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from faxportal.faxes.states import HandoverState, UploadState

#: A target that ends within this time is not begun with: the PUT's headers have to arrive first.
TARGET_MARGIN = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class UploadFacts:
    """What the decision needs of one upload."""

    id: int
    position: int
    #: Bytes of its document.
    size: int
    state: UploadState
    #: Its target is known and lives.
    has_target: bool
    #: Every try of it was closed as *not done*, or there was none: storage surely lacks it.
    surely_absent: bool


@dataclass(frozen=True, kw_only=True)
class HandoverFacts:
    """What the decision needs of a handover."""

    state: HandoverState
    due_at: datetime
    deadline_at: datetime
    uploads: Sequence[UploadFacts]


@dataclass(frozen=True)
class Create:
    """Ask VoipNow to create it."""


@dataclass(frozen=True)
class Put:
    """Put these uploads, side by side."""

    uploads: tuple[int, ...]


@dataclass(frozen=True)
class Complete:
    """Everything is stored."""


@dataclass(frozen=True)
class Renew:
    """Its targets are dead and it surely isn't complete: give it up and plan a new one."""


@dataclass(frozen=True)
class GiveUp:
    """It can't go on: refused where it surely isn't complete, else uncertain."""

    is_late: bool


@dataclass(frozen=True)
class Wait:
    """Calls are running; their end decides."""


@dataclass(frozen=True)
class Rest:
    """Not due yet."""


Step = Create | Put | Complete | Renew | GiveUp | Wait | Rest


def cannot_be_complete(uploads: Sequence[UploadFacts]) -> bool:
    """Whether VoipNow surely lacks a file, so that it can't have sent this handover's fax (A1)."""
    return not uploads or any(upload.surely_absent for upload in uploads)


def commit_upload(uploads: Sequence[UploadFacts]) -> UploadFacts:
    """The upload that goes last: the smallest document, of equals the last one.

    Until it starts, the fax can't be complete at VoipNow, so that all before it can be renewed.
    """
    return min(uploads, key=lambda upload: (upload.size, -upload.position))


def next_step(facts: HandoverFacts, *, running: Collection[int], now: datetime) -> Step:
    """The next step for a handover that we hold; `running` are uploads with a PUT under way."""
    everything_is_stored = facts.state == HandoverState.UPLOADING and all(
        upload.state == UploadState.STORED for upload in facts.uploads
    )
    if everything_is_stored:
        return Wait() if running else Complete()
    if running and (facts.due_at > now or now >= facts.deadline_at):
        return Wait()
    if now >= facts.deadline_at:
        return GiveUp(is_late=True)
    if facts.due_at > now:
        return Rest()
    if facts.state != HandoverState.UPLOADING:
        return Create()
    return _next_uploads(facts.uploads, running)


def _next_uploads(uploads: Sequence[UploadFacts], running: Collection[int]) -> Step:
    missing = [upload for upload in uploads if upload.state != UploadState.STORED]
    if any(not upload.has_target for upload in missing if upload.id not in running):
        if running:
            return Wait()
        return Renew() if cannot_be_complete(uploads) else GiveUp(is_late=False)
    last = commit_upload(uploads)
    first = [upload for upload in missing if upload is not last]
    todo = [upload.id for upload in first or missing if upload.id not in running]
    return Put(tuple(todo)) if todo else Wait()

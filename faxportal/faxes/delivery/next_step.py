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
    #: When its target dies, where that is known.
    target_ends_at: datetime | None = None
    #: The portal has its document's bytes; else the sender's browser has.
    is_here: bool = True
    #: A page is putting it, and is taken to be there until then.
    browser_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class HandoverFacts:
    """What the decision needs of a handover and of its fax."""

    state: HandoverState
    due_at: datetime
    deadline_at: datetime
    uploads: Sequence[UploadFacts] = ()
    #: The create carries the files themselves: the older wire form.
    in_one_request: bool = False
    #: A create was tried and not closed as *not done*.
    create_in_doubt: bool = False
    #: Somebody asked to cancel the fax.
    cancelling: bool = False
    #: Sending is paused, or the sender's account is closed: no new try.
    suspended: bool = False
    #: The sender's browser carries a document: only a request of its page creates and renews.
    needs_browser: bool = False

    @property
    def cannot_be_complete(self) -> bool:
        """Whether VoipNow surely lacks a file, so that it can't have sent this fax (A1)."""
        if self.in_one_request:
            return not self.create_in_doubt
        return not self.uploads or any(upload.surely_absent for upload in self.uploads)

    @property
    def put_by_browser(self) -> frozenset[int]:
        """Uploads that a page is putting now."""
        return frozenset(upload.id for upload in self.uploads if upload.browser_until)

    def browser_until(self, now: datetime) -> datetime:
        """Until when nothing but a page can change what there is to do."""
        missing = [upload for upload in self.uploads if upload.state != UploadState.STORED]
        ends = [self.deadline_at]
        ends += [upload.browser_until for upload in self.uploads if upload.browser_until]
        ends += [upload.target_ends_at for upload in missing if upload.target_ends_at]
        return min((end for end in ends if end > now), default=now)


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
class Cancel:
    """It is to be cancelled, and surely isn't complete."""


@dataclass(frozen=True)
class GiveUp:
    """It can't go on: refused where it surely isn't complete, else uncertain."""

    is_late: bool


@dataclass(frozen=True)
class Wait:
    """Calls are running; their end decides."""


@dataclass(frozen=True)
class NothingToDo:
    """Not due yet, or held."""


Step = Create | Put | Complete | Renew | Cancel | GiveUp | Wait | NothingToDo


def commit_upload(uploads: Sequence[UploadFacts]) -> UploadFacts:
    """The upload that goes last: the smallest document, of equals the last one.

    Until it starts, the fax can't be complete at VoipNow, so that all before it can be renewed.
    """
    return min(uploads, key=lambda upload: (upload.size, -upload.position))


def may_go_now(uploads: Sequence[UploadFacts]) -> list[UploadFacts]:
    """What is not stored and may be put now: the last one only when all others are stored."""
    missing = [upload for upload in uploads if upload.state != UploadState.STORED]
    if len(missing) < 2:
        return missing
    last = commit_upload(uploads)
    return [upload for upload in missing if upload is not last]


def next_step(
    facts: HandoverFacts,
    *,
    running: Collection[int],
    creating: bool = False,
    for_browser: bool = False,
    now: datetime,
) -> Step:
    """The next step for a handover that we hold.

    `running` are uploads with a PUT under way, `creating` says that a create is: by ourselves, for
    what another worker has under way is not known here. `for_browser` asks for the browser that
    carries documents itself: it may create and renew what no worker may.
    """
    running = facts.put_by_browser | set(running)
    is_stored = facts.state == HandoverState.UPLOADING and all(
        upload.state == UploadState.STORED for upload in facts.uploads
    )
    if is_stored:
        return Wait() if running else Complete()
    if facts.cancelling and facts.cannot_be_complete:
        return Cancel()
    if creating:
        return Wait()
    is_late = now >= facts.deadline_at
    if facts.cancelling or facts.suspended or is_late or facts.due_at > now:
        if running:
            return Wait()
        if facts.cancelling:
            return GiveUp(is_late=False)
        if facts.suspended:
            return NothingToDo()
        return GiveUp(is_late=True) if is_late else NothingToDo()
    may_create = for_browser or not facts.needs_browser
    if facts.state != HandoverState.UPLOADING:
        return _next_create(facts) if may_create else NothingToDo()
    return _next_uploads(facts, running, may_renew=may_create)


def _next_create(facts: HandoverFacts) -> Step:
    """Asking again for a resource without files is safe (A1); sending the files again is not."""
    if facts.in_one_request and facts.create_in_doubt:
        return GiveUp(is_late=False)
    return Create()


def _next_uploads(facts: HandoverFacts, running: Collection[int], *, may_renew: bool) -> Step:
    missing = [upload for upload in facts.uploads if upload.state != UploadState.STORED]
    if any(not upload.has_target for upload in missing if upload.id not in running):
        if running:
            return Wait()
        if not facts.cannot_be_complete:
            return GiveUp(is_late=False)
        return Renew() if may_renew else NothingToDo()
    todo = [
        upload.id
        for upload in may_go_now(facts.uploads)
        if upload.is_here and upload.id not in running
    ]
    return Put(tuple(todo)) if todo else Wait()

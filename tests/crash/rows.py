"""The rows of the crash matrix: where a process is killed, and how its fax must end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from faxportal.accounts.models import HandOverBy
from faxportal.faxes.states import FaxState
from faxportal.simulator.faults import Operation, Point

#: The fax's only recipient, if a row names no other recipients.
TO = "7778888"

Moment = Literal["before", "commit", "after", "rename", "renamed"]

#: What else happens after the kill:
#:
#: - "targets expire": before the restart, the targets that were given out expire
#: - "cancelled": before the restart, the sender cancels the fax
#: - "clock jumps": before the restart, every clock of the portal jumps 20 minutes ahead
#: - "takes effect late": the request that was under way takes effect only after the restarted
#:   worker has ended
Meanwhile = Literal["", "targets expire", "cancelled", "clock jumps", "takes effect late"]

#: The operation whose first call is answered with 503 and "Retry-After: 1", before anything else
#: happens; "" means none.
Busy = Literal["", "token", "create", "upload"]


@dataclass(frozen=True)
class InCode:
    """The process kills itself when `moment` comes in the function `step` for the `nth` time.

    `step` is `module:function`, without `faxportal.` in front. The moments:

    - *before*, *after*: before the function's first line, after its last line
    - *commit*: before the database gets the commit of a transaction
    - *rename*, *renamed*: before and after a file is renamed
    """

    step: str
    moment: Moment
    nth: int = 1

    def __str__(self) -> str:
        function = self.step.rpartition(":")[2]
        return f"{self.moment} {function}{f' no. {self.nth}' if self.nth > 1 else ''}"


@dataclass(frozen=True)
class Step:
    """A function of the portal, and the moments in it that rows name."""

    name: str

    def before(self, nth: int = 1) -> InCode:
        return InCode(self.name, "before", nth)

    def commit(self, nth: int = 1) -> InCode:
        return InCode(self.name, "commit", nth)

    def after(self, nth: int = 1) -> InCode:
        return InCode(self.name, "after", nth)


@dataclass(frozen=True)
class OnTheWire:
    """The test kills the process during one of its requests, which the simulator holds.

    `simulator.faults` explains `on` and `at`.
    """

    on: Operation
    at: Point
    file: str | None = None

    def __str__(self) -> str:
        of = f" of {self.file}" if self.file else ""
        return f"{self.on}{of} held at {self.at}"


Kill = InCode | OnTheWire


@dataclass(frozen=True)
class Submitting:
    """A submit whose process is killed. If `is_sent`, the fax is sent without a second submit."""

    says: str
    kill: InCode
    is_sent: bool = False
    #: Whether every fax begins with a cover page.
    with_cover: bool = False

    def __str__(self) -> str:
        return ("with a cover page, " if self.with_cover else "") + str(self.kill)


@dataclass(frozen=True)
class Delivering:
    """A worker that is killed, and how the fax must end.

    `again` and `empty` are upper bounds. No row allows a second fax. If a row has several kills, a
    new worker starts after each kill, and the next kill ends the new worker.
    """

    says: str
    kill: Kill | tuple[Kill, ...]
    meanwhile: Meanwhile = ""
    ends: FaxState = FaxState.HANDED_OVER
    #: How many documents are stored once more at the same target (assumption A2).
    again: int = 0
    #: How many resources stay at VoipNow without all of their files (assumption A1).
    empty: int = 0
    form: HandOverBy = HandOverBy.PRESIGNED
    to: str = TO
    busy: Busy = ""
    #: Bytes of the first document. If the kill comes when half of the document has arrived, the
    #: document has to be larger than the buffers of sockets.
    size: int = 100_000

    @property
    def kills(self) -> tuple[Kill, ...]:
        return self.kill if isinstance(self.kill, tuple) else (self.kill,)

    def __str__(self) -> str:
        to = "" if self.to == TO else f"to {self.to}"
        busy = f"busy at the first {self.busy}" if self.busy else ""
        words = [str(self.form.value), busy, *map(str, self.kills), self.meanwhile, to]
        return ", ".join(word for word in words if word)


@dataclass(frozen=True)
class Uploading:
    """The sender's browser carries the files, and is killed during one of its requests.

    Later another browser continues with the same files. `act` is a function of `acts.py`.
    """

    says: str
    kill: Kill
    act: str = "upload"
    meanwhile: Meanwhile = ""
    ends: FaxState = FaxState.HANDED_OVER
    again: int = 0
    empty: int = 0

    def __str__(self) -> str:
        words = [self.act, str(self.kill), self.meanwhile]
        return ", ".join(word for word in words if word)


@dataclass(frozen=True)
class Asking:
    """Before the fax is settled, a person or the portal acts, and the acting process is killed.

    `act` is a function of `acts.py`.
    """

    says: str
    act: str
    kill: InCode
    #: The fax's state before the act.
    given: FaxState = FaxState.WAITING
    #: The fax's state after the crash, before anything else happens.
    leaves: FaxState = FaxState.WAITING
    #: How many drafts there are after the crash.
    drafts: int = 0

    def __str__(self) -> str:
        return f"{self.act}, {self.kill}"


@dataclass(frozen=True)
class Removing:
    """A run of retention that is killed. It orphans `left` files, which a later run removes."""

    says: str
    kill: InCode
    #: Whether the fax and its event log still exist, and whether its documents still name files.
    is_there: bool = True
    is_kept: bool = False
    left: int = 0
    #: Whether retention removes the faxes themselves, not only their documents.
    with_records: bool = False

    def __str__(self) -> str:
        records = "with records, " if self.with_records else ""
        return f"{records}{self.kill}"

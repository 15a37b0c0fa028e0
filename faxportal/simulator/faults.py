"""The script: rules for what goes wrong, with which request, at which moment, how many times.

A request passes the moments of POINTS in order. At each moment, the script applies one rule once:
the oldest rule that fits and is not used up. So two rules for one moment apply to two requests, and
rules for different moments may apply to the same request. `fault_injection` carries the rules out.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from .response_alterations import NAMES

Operation = Literal["token", "presence", "create", "upload", "preflight"]
Point = Literal["before", "middle", "received", "done", "answering", "answered"]
Action = Literal["delay", "hold", "drop", "answer", "alter"]

OPERATIONS: tuple[Operation, ...] = get_args(Operation)
POINTS: tuple[Point, ...] = get_args(Point)
ACTIONS: tuple[Action, ...] = get_args(Action)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One rule of the script.

    `on` is the operation and `at` the moment:

    - before: the headers of the request are read, but its body is not. An upload that asked whether
      to send its body (`Expect: 100-continue`) has no answer yet;
    - middle: half of the body is read;
    - received: the request is read, and has had no effect yet;
    - done: the request has had its effect, and no response is sent yet;
    - answering: half of the response's body is sent, or its headers if it has no body;
    - answered: the response is sent, and its connection is still open.

    `do` is what happens then:

    - delay: the request waits for `seconds`;
    - hold: the request waits until it is released;
    - drop: the connection is reset (RST);
    - answer: the response has `status`, `headers` and `body`. If there is a `code` but no `body`,
      the response is an error in the operation's own form, with `code` and `message`. The rest of
      the request's body is read first, unless `hang_up` closes the connection at once;
    - alter: the usual response, changed by the alterations in `alter`, in order.

    The rule is used up after `times` requests; if `times` is None, it is never used up. With
    `recipient` or `file`, the rule fits only requests about that number, or about a file of that
    name. For a create request, recipients and files are known from "received" on. At the last two
    moments it is too late for answer and alter.
    """

    on: Operation
    do: Action
    at: Point = "received"
    times: int | None = 1
    recipient: str | None = None
    file: str | None = None
    seconds: float = 0
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    code: str = ""
    message: str = ""
    hang_up: bool = False
    alter: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise `ValueError` for a rule that can never be carried out."""
        for name, allowed in (("on", OPERATIONS), ("do", ACTIONS), ("at", POINTS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is one of {', '.join(allowed)}")
        if self.at in ("answering", "answered") and self.do in ("answer", "alter"):
            raise ValueError("it is too late for another answer then")
        unknown = set(self.alter) - NAMES[self.on]
        if unknown:
            raise ValueError(f"{self.on} knows no alteration {', '.join(sorted(unknown))}")
        if (self.recipient or self.file) and self.on in ("token", "presence", "preflight"):
            raise ValueError("recipient and file are for create and upload")
        if (
            (self.recipient or self.file)
            and self.on == "create"
            and self.at in ("before", "middle")
        ):
            raise ValueError("recipients and files of a create are known when it is received")

    def fits(self, on: str, at: str, recipients: Iterable[str], files: Iterable[str]) -> bool:
        """Whether the rule fits a request: its operation, its moment, its recipients and files."""
        return (
            self.on == on
            and self.at == at
            and (self.recipient is None or any(same_number(self.recipient, r) for r in recipients))
            and (self.file is None or self.file in files)
        )


def same_number(one: str, other: str) -> bool:
    """Whether the last 10 digits of two numbers are equal, or two extension numbers are equal."""
    if "*" in one or "*" in other:
        return one == other
    return re.sub(r"\D", "", one)[-10:] == re.sub(r"\D", "", other)[-10:]


def _refusal(number: str, status: int, code: str, message: str, **more: Any) -> Fault:
    return Fault(
        on="create", do="answer", times=None, recipient=number, status=status, code=code,
        message=message, **more,
    )  # fmt: skip


# A fax to one of these numbers is always refused, so that people and tests need no script.
# The range 555-0100 to 555-0199 is reserved for fiction (North American Numbering Plan).
NUMBERS_THAT_REFUSE = (
    _refusal("2025550100", 400, "fx_recipients_invalid", "Invalid recipients."),
    _refusal("2025550101", 400, "fx_file_invalid", "The file is not allowed."),
    _refusal("2025550102", 400, "fx_max_files_reached", "Too many files."),
    _refusal("2025550103", 400, "internal_server_error", "The fax could not be sent."),
    _refusal("2025550104", 400, "user_invalid", "Invalid user."),
    _refusal("2025550105", 400, "extension_invalid", "Invalid extension."),
    _refusal("2025550106", 401, "access_denied", "Not authorized."),
    _refusal("2025550107", 403, "forbidden", "Forbidden."),
    _refusal("2025550108", 404, "not_found", "Not found."),
    _refusal("2025550109", 409, "conflict", "Conflict."),
    _refusal("2025550110", 422, "unprocessable", "Cannot be processed."),
    _refusal("2025550111", 429, "too_many_requests", "Slow down.", headers={"Retry-After": "2"}),
    _refusal("2025550112", 500, "internal_server_error", "The fax could not be sent."),
    _refusal(
        "2025550113", 502, "", "", body="<!doctype html><h1>502 Bad Gateway</h1>",
        headers={"Content-Type": "text/html"},
    ),
    _refusal("2025550114", 204, "", ""),
)  # fmt: skip

# For each fax that is created with one of these numbers, the fault is added to the script once.
NUMBERS_WHOSE_UPLOADS_FAIL = (
    Fault(on="upload", do="answer", recipient="2025550120", status=503, code="SlowDown",
          message="Please reduce your request rate.", headers={"Retry-After": "2"}),
    Fault(on="upload", do="drop", at="middle", recipient="2025550121"),
    Fault(on="upload", do="drop", at="done", recipient="2025550122"),
    Fault(on="upload", do="answer", at="before", recipient="2025550123", status=403,
          code="AccessDenied", message="Request has expired"),
    Fault(on="upload", do="answer", recipient="2025550124", status=400, code="RequestTimeout",
          message="Your socket connection to the server was not read from or written to within"
          " the timeout period."),
)  # fmt: skip


@dataclass
class Rule:
    """A fault of the script, and how often it was applied."""

    fault: Fault
    hits: int = 0

    @property
    def live(self) -> bool:
        """Whether the rule is not used up."""
        return self.fault.times is None or self.hits < self.fault.times

    def as_json(self) -> dict[str, Any]:
        """The fields of the fault and `hits`, as the control API returns them."""
        return {**asdict(self.fault), "hits": self.hits}


class Script:
    """The rules, and the requests that they hold. A script is for one event loop."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._permanent = [Rule(fault) for fault in NUMBERS_THAT_REFUSE]
        self._released = asyncio.Event()
        self.held = 0

    def add(self, fault: Fault) -> None:
        """Add a rule after the other rules of the script."""
        self.rules.append(Rule(fault))

    def add_for_recipients(self, recipients: Iterable[str]) -> None:
        """Add the faults of the recipients that are in `NUMBERS_WHOSE_UPLOADS_FAIL`."""
        for fault in NUMBERS_WHOSE_UPLOADS_FAIL:
            if any(same_number(str(fault.recipient), number) for number in recipients):
                self.add(fault)

    def take(
        self, on: Operation, at: Point, recipients: Iterable[str], files: Iterable[str]
    ) -> Fault | None:
        """The fault that applies to a request at this moment, or None. Counts a hit of the rule."""
        for rule in (*self.rules, *self._permanent):
            if rule.live and rule.fault.fits(on, at, recipients, files):
                rule.hits += 1
                return rule.fault
        return None

    def hold(self) -> asyncio.Event:
        """Count a request as held. The caller waits for the returned event."""
        self.held += 1
        return self._released

    def release(self) -> None:
        """Let all requests that are held now continue. Later requests are held again."""
        self._released.set()
        self.held = 0
        self._released = asyncio.Event()

    def forget(self) -> None:
        """Remove all rules that were added, and release the held requests."""
        self.rules.clear()
        self.release()

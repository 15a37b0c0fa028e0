"""Why a file is not accepted: what a child process reports, and the portal raises."""

from __future__ import annotations

from enum import StrEnum


class RejectionReason(StrEnum):
    """Why a file is not accepted. The child process reports these values to the portal."""

    DAMAGED = "damaged"
    #: The file is encrypted with a password.
    LOCKED = "locked"
    TOO_MANY_PAGES = "too many pages"
    #: Reading the file took more memory, time or disk space than `parser.process_limits` allow.
    TOO_MUCH = "too much"
    #: Nothing is known about the file: no parser was free, or the portal could not start a parser.
    NOT_NOW = "not now"


class Rejected(Exception):
    """The file is not accepted."""

    def __init__(self, reason: RejectionReason) -> None:
        super().__init__(reason)
        self.reason = reason

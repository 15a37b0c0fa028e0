"""Why a file is not accepted: what a child process reports, and the portal raises."""

from __future__ import annotations

from enum import StrEnum

#: The most pages that a file may have. At half a minute a page, they take about four hours to fax.
MAX_PAGES = 500


class RejectionReason(StrEnum):
    """Why a file is not accepted; the values go from the child process to the portal."""

    DAMAGED = "damaged"
    #: The file is encrypted with a password.
    LOCKED = "locked"
    TOO_MANY_PAGES = "too many pages"
    #: Reading the file took more memory, time or disk space than `parser.limits` allow.
    TOO_MUCH = "too much"
    #: Nothing is known about the file: no parser was free, or the portal could not start a parser.
    NOT_NOW = "not now"


class Rejected(Exception):
    """The file is not accepted."""

    def __init__(self, reason: RejectionReason) -> None:
        super().__init__(reason)
        self.reason = reason

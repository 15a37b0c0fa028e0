"""What a child process says of a file. The portal reads these words; see `parser_pool`."""

from __future__ import annotations

from enum import StrEnum

#: More pages than a fax can sensibly have: at half a minute each, four hours on the line.
MAX_PAGES = 500


class Why(StrEnum):
    """Why a file is not taken."""

    DAMAGED = "damaged"
    LOCKED = "locked"
    TOO_MANY_PAGES = "too many pages"
    #: It took more memory, time or room than a file may.
    TOO_MUCH = "too much"
    #: Nothing is wrong with the file: the portal could not look at it now.
    NOT_NOW = "not now"


class Refused(Exception):
    """The file is not taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why

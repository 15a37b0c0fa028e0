"""What a child process may use. The process sets these for itself before it looks at the file.

They hold for good: hard limits can't be raised again (by root they can; a portal has no need to run
as root).
"""

from __future__ import annotations

import os
import resource
import signal
from contextlib import suppress

#: Bytes of address space, with Python and its libraries in it.
MEMORY = 1024**3
#: Seconds that the processor works for it.
PROCESSOR = 10
#: Seconds until it is ended whatever it does, also when nobody is there any more to end it.
TIME = 20
#: Bytes of a file that it makes.
MADE = 64 * 1024**2


def end_in_time() -> None:
    """Have the kernel end this process after `TIME`."""
    signal.alarm(TIME)


def restrict() -> None:
    """Take away what a parser doesn't need: memory, time, files, the network, other processes.

    What is open stays open, but no descriptor can be had any more: no file, no socket. So all
    modules must be imported before.
    """
    _limit(resource.RLIMIT_CPU, PROCESSOR)
    _limit(resource.RLIMIT_FSIZE, MADE)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    with suppress(ValueError):  # macOS has no such limit
        _limit(resource.RLIMIT_AS, MEMORY)
    os.nice(5)


def _limit(what: int, value: int) -> None:
    resource.setrlimit(what, (value, value))

"""What a child process may use. The process limits itself before it reads the file.

The process can't raise these limits again: only root can, and the portal need not run as root.
"""

from __future__ import annotations

import os
import resource
import signal
from contextlib import suppress

#: Bytes of address space, with Python and its libraries in it.
MEMORY = 1024**3
#: Seconds of processor time.
PROCESSOR = 10
#: Seconds after which the kernel ends the process, even if its parent has gone.
TIME = 20
#: The most bytes that the process may write to a file.
OUTPUT = 64 * 1024**2


def end_in_time() -> None:
    """Have the kernel end this process after `TIME`."""
    signal.alarm(TIME)


def restrict() -> None:
    """Give up what a parser doesn't need: memory, time, files, the network, other processes.

    Open descriptors stay open, but the process gets no new descriptors, neither for files nor for
    sockets. So the caller imports all modules first.
    """
    _limit(resource.RLIMIT_CPU, PROCESSOR)
    _limit(resource.RLIMIT_FSIZE, OUTPUT)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    with suppress(ValueError):  # macOS has no such limit
        _limit(resource.RLIMIT_AS, MEMORY)
    os.nice(5)


def _limit(what: int, value: int) -> None:
    resource.setrlimit(what, (value, value))

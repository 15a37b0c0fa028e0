"""What a child process may use. The process limits itself before it reads the file.

The process can't raise these limits again: only root can, and the portal need not run as root.
"""

from __future__ import annotations

import os
import resource
import signal
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one process may use."""

    #: Bytes of address space, with Python and its libraries in it.
    memory: int
    #: Seconds of processor time.
    processor: int
    #: Seconds after which the kernel ends the process, even if its parent has gone.
    time: int
    #: The most bytes that the process may write to a file.
    output: int


#: For a task on one file, which a person waits for.
ONE_FILE = Limits(memory=1024**3, processor=10, time=20, output=64 * 1024**2)
#: For merging all documents of a fax, which nobody waits for.
MERGING = Limits(memory=2 * 1024**3, processor=90, time=300, output=512 * 1024**2)


def end_in_time(limits: Limits) -> None:
    """Have the kernel end this process after `limits.time`."""
    signal.alarm(limits.time)


def restrict(limits: Limits = ONE_FILE) -> None:
    """Give up what a parser doesn't need: memory, time, files, the network, other processes.

    Open descriptors stay open, but the process gets no new descriptors, neither for files nor for
    sockets. So the caller imports all modules first.
    """
    # At the lower limit the kernel sends SIGXCPU. At the higher one it sends SIGKILL, as it does if
    # the machine has no memory left, which says nothing about the file.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.processor, limits.processor + 1))
    _limit(resource.RLIMIT_FSIZE, limits.output)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    with suppress(ValueError):  # macOS has no such limit
        _limit(resource.RLIMIT_AS, limits.memory)
    os.nice(5)


def _limit(what: int, value: int) -> None:
    resource.setrlimit(what, (value, value))

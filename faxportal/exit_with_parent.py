"""Ending a process when its parent process ends."""

from __future__ import annotations

import os
import signal
import threading

STANDARD_INPUT = 0


def stop_with_parent() -> None:
    """Send this process SIGTERM when its standard input ends. Returns at once.

    A child process calls this if its standard input is a pipe that its parent keeps open and never
    writes to. The pipe ends when the parent ends, for whatever reason. Linux can also send a signal
    when a parent ends (PR_SET_PDEATHSIG), but the pipe works on macOS as well.
    """

    def wait() -> None:
        while os.read(STANDARD_INPUT, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="stop-with-parent", daemon=True).start()

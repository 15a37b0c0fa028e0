"""Ending together with the process that started this one."""

from __future__ import annotations

import os
import signal
import threading

STANDARD_INPUT = 0


def stop_with_parent() -> None:
    """Have this process get SIGTERM as soon as its standard input ends.

    For a child whose standard input is a pipe that its parent holds open and never writes to: the
    end comes when the parent is gone, however it went. Linux could tell us by a signal of its own
    (PR_SET_PDEATHSIG); the pipe works on macOS too.
    """

    def wait() -> None:
        while os.read(STANDARD_INPUT, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="stop-with-parent", daemon=True).start()

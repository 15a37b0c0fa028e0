"""A few processes that start, live and end together: what `serve` and `demo` run.

A child that ends is started again, after a longer pause each time. SIGINT, SIGTERM and SIGHUP end
all children. Only the parent process holds the children's standard input open. When the parent is
killed outright, that input ends, and the children stop by themselves: see
`faxportal.exit_with_parent`.

This module knows nothing of Django and nothing of what the children do.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

# All in seconds.
LOOK_EVERY = 0.1
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
#: A child that ran this long is healthy: when it ends, its next pause is `FIRST_PAUSE` again.
SETTLED_AFTER = 60.0
#: The time that children get to end: a worker first completes the uploads that run.
GRACE = 25.0

logger = logging.getLogger(__name__)


class CannotStart(Exception):
    """A child ended before everything was ready; the text is a sentence for the operator."""


class Child:
    """One child process; `name` is what the log calls it.

    `inherit` are file descriptors that the process keeps, under the same numbers.
    """

    def __init__(self, name: str, command: Sequence[str], *, inherit: Sequence[int] = ()) -> None:
        self.name = name
        self._command = command
        self._inherit = tuple(inherit)
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = FIRST_PAUSE
        self._restart_at: float | None = None

    @property
    def ended(self) -> bool:
        """Whether the process has ended, or was never started."""
        return self._process is None or self._process.poll() is not None

    @property
    def how_it_ended(self) -> str:
        """For a sentence about a process that ended: "by signal 9" or "with exit code 1"."""
        assert self._process is not None
        code = self._process.returncode
        return f"by signal {-code}" if code < 0 else f"with exit code {code}"

    def start(self) -> None:
        """Start the process."""
        self.let_go()
        self._started_at, self._restart_at = time.monotonic(), None
        # Each child gets a process group of its own. So Ctrl-C in a terminal reaches only the
        # supervisor, which then ends the children. And `kill` also ends all processes that the
        # child has started.
        self._process = subprocess.Popen(  # noqa: S603  # our own commands
            self._command, stdin=subprocess.PIPE, pass_fds=self._inherit, process_group=0
        )
        logger.info("%s runs as process %d.", self.name, self._process.pid)

    def keep_running(self) -> None:
        """Start the process again if it ended and its pause is over. To be called repeatedly."""
        if not self.ended:
            return
        now = time.monotonic()
        if self._restart_at is None:
            if now - self._started_at >= SETTLED_AFTER:
                self._pause = FIRST_PAUSE
            logger.error(
                "%s ended %s; it starts again in %g s.", self.name, self.how_it_ended, self._pause
            )
            self._restart_at = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        elif now >= self._restart_at:
            self.start()

    def terminate(self) -> None:
        """Ask the process to end, by SIGTERM."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process and its process group at once, by SIGKILL."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def let_go(self) -> None:
        """Close our end of the standard input of a process that ended."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


def run_together(
    children: Sequence[Child], *, is_ready: Callable[[], bool], announce: Callable[[], None]
) -> None:
    """Run the children until a signal asks to stop. Returns when all have ended.

    `is_ready` is called until it returns true, then `announce` is called once. If a child ends
    before the announcement, the operator has to see the problem. So no child is started again, the
    other children are ended, and `CannotStart` is raised.
    """
    with _stop_signals() as signals:
        try:
            for child in children:
                child.start()
            while not signals and not is_ready():
                _demand_all(children)
                time.sleep(LOOK_EVERY)
            if not signals:
                announce()
            while not signals:
                for child in children:
                    child.keep_running()
                time.sleep(LOOK_EVERY)
        finally:
            _stop(children, impatient=lambda: len(signals) > 1)


def _demand_all(children: Sequence[Child]) -> None:
    for child in children:
        if child.ended:
            raise CannotStart(f"{child.name} could not start: it ended {child.how_it_ended}.")


def _stop(children: Sequence[Child], *, impatient: Callable[[], bool]) -> None:
    """Ask every child to end. After `GRACE`, or at a second signal, kill those that still run."""
    logger.info("Stopping.")
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE
    while not all(child.ended for child in children):
        if impatient() or time.monotonic() > deadline:
            for child in children:
                child.kill()
        time.sleep(LOOK_EVERY)
    for child in children:
        child.let_go()


@contextmanager
def _stop_signals() -> Iterator[list[int]]:
    """Collect the signals to stop instead of acting on them.

    Yields a list of signal numbers, which grows. The newest number is the last.
    """
    came: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    former = {number: signal.signal(number, note) for number in numbers}
    try:
        yield came
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)

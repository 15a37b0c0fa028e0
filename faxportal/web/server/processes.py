"""A few processes that start, live and end together: what `serve` and `demo` run.

A child that ends is started again, after a longer pause each time. SIGINT, SIGTERM and SIGHUP end
all of them. When this process is killed outright, the children see the end of their standard
input, which only this process holds open, and stop by themselves (`faxportal.exit_with_parent`).

Knows nothing of Django and nothing of what the children do.
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
#: A child that ran for so long is healthy: its next end is a first one again.
SETTLED_AFTER = 60.0
#: More than a child takes to end in good order: a worker lets uploads that run come to an end.
GRACE = 25.0

logger = logging.getLogger(__name__)


class CannotStart(Exception):
    """A child ended before everything was ready; the text is a sentence for the operator."""


class Child:
    """One process of the tree, by the name that the log calls it.

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
        return self._process is None or self._process.poll() is not None

    @property
    def how_it_ended(self) -> str:
        assert self._process is not None
        code = self._process.returncode
        return f"by signal {-code}" if code < 0 else f"with exit code {code}"

    def start(self) -> None:
        self.let_go()
        self._started_at, self._restart_at = time.monotonic(), None
        # A group of its own: Ctrl-C in a terminal goes to the supervisor alone, which then ends
        # the children in good order, and killing a child takes along what that one started.
        self._process = subprocess.Popen(  # noqa: S603  # our own commands
            self._command, stdin=subprocess.PIPE, pass_fds=self._inherit, process_group=0
        )
        logger.info("%s runs as process %d.", self.name, self._process.pid)

    def keep_running(self) -> None:
        """Notice that the process ended, and start it again when its pause is over."""
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
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
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
    """Run the children until a signal asks to stop; returns when all have ended.

    `is_ready` is asked until it is true, then `announce` is called once. Until then a child that
    ends is not started again: something is wrong that the operator should see. Raises
    `CannotStart`, after the others have ended too.
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
    """Ask every child to end, and end those that don't in time, or when a second signal came."""
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
    """The signals to stop that came so far, newest last; they do nothing else meanwhile."""
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

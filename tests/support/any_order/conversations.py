"""Calls that a test moves by hand: each runs until its next stage, and waits there.

A call is a greenlet: a function that can stop in the middle and return to the test. So one thread
can have any number of calls under way, and each run of a test takes the same course.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from enum import Enum, auto
from typing import Any

from greenlet import getcurrent, greenlet

from faxportal.faxes.delivery.network_calls import Call


class Stage(Enum):
    """Where a call waits."""

    BEGUN = auto()
    CONNECTING = auto()
    #: All but the last piece of the request has left.
    SENDING = auto()
    #: The request has arrived whole.
    RECEIVED = auto()


class Conversation(greenlet):  # type: ignore[misc]  # it ships no types
    """One call to VoipNow or to storage."""

    def __init__(self, run: Callable[[], object], call: Call) -> None:
        super().__init__(run)
        self.call = call
        self.stage = Stage.BEGUN

    def go_on(self, how: Any = None) -> None:
        """Run the call to its next stage or its end. Its current `pause` returns `how`."""
        if self.stage == Stage.BEGUN:
            self.switch()
        else:
            self.switch(how)

    def pause(self, stage: Stage) -> Any:
        """Wait at a stage, and return the `how` of the next `go_on`.

        The connection of the call (see `memory_network`) calls this method.
        """
        self.stage = stage
        return self.parent.switch()


def conversation() -> Conversation:
    """The conversation that is running."""
    current = getcurrent()
    assert isinstance(current, Conversation)
    return current


class ByHand(Executor):
    """Keeps the calls of one worker until the test moves them."""

    def __init__(self, on_begin: Callable[[Call], None]) -> None:
        """`on_begin` gets each call before any byte of the call is sent."""
        self._on_begin = on_begin
        self._all: list[Conversation] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        [call] = args
        self._on_begin(call)
        self._all.append(Conversation(lambda: fn(call), call))
        return Future()

    @property
    def under_way(self) -> list[Conversation]:
        self._all = [begun for begun in self._all if not begun.dead]
        return self._all

    def die(self) -> None:
        """End the calls, as if their process died, but not those whose requests arrived whole."""
        for begun in self.under_way:
            if begun.stage != Stage.RECEIVED:
                begun.throw()

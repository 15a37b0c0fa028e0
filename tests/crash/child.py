"""Processes of the portal that die at a named point.

`python -m tests.crash.child` imports the portal once. For each line of JSON on its standard input
it forks a child. The child runs a command of the portal, as `manage.py` would, and kills itself
with SIGKILL at the requested point. The answer has two lines: the child's process id, then its exit
code. A negative exit code is the signal that ended the child.

The portal has no code for this. A point is a moment in a function, which Python's profiling hook
reports. A worker that is not killed gets a SIGTERM when no handover is open any more.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

#: moment inside a step → a function, and whether the moment is the function's call or its return.
_INSIDE = {
    "commit": ("django.db.transaction:Atomic.__exit__", "call"),
    "rename": ("pathlib:Path.rename", "call"),
    "renamed": ("pathlib:Path.rename", "return"),
}
_ITSELF = {"before": "call", "after": "return"}
_RUN_ONCE = "faxportal.faxes.delivery.worker:Worker.run_once"
#: After this many runs a worker is stopped, because one of its faxes surely never settles.
_MOST_RUNS = 1000
_SUBMITTED = "faxportal.faxes.management.commands.sendfax:Command._submit"


class Watch:
    """A profile function that kills its process at a moment of a step.

    A process that does not reach the moment is ended when its work is done.
    """

    def __init__(self, step: str, moment: str, nth: int) -> None:
        self._step = step
        self._left = nth
        self._is_inside = moment in _INSIDE
        landmark, event = _INSIDE.get(moment) or (step, _ITSELF.get(moment, ""))
        self._at = (landmark.partition(":")[2], event)
        self._landmark = landmark
        self._runs = 0
        self._is_stopping = False

    def __call__(self, frame: FrameType, event: str, result: Any) -> None:
        name = frame.f_code.co_qualname
        if (name, event) == self._at and _name_of(frame) == self._landmark:
            self._count(frame)
        if event == "return" and name in ("Worker.run_once", "Command._submit"):
            self._end(_name_of(frame), result)

    def _count(self, frame: FrameType) -> None:
        if self._is_inside and not self._is_in_step(frame):
            return
        if self._at[0] == "Atomic.__exit__" and not _is_a_commit(frame):
            return
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_in_step(self, frame: FrameType) -> bool:
        caller = frame.f_back
        while caller is not None:
            if _name_of(caller) == self._step:
                return True
            caller = caller.f_back
        return False

    def _end(self, name: str, result: Any) -> None:
        from faxportal.faxes.models import Handover

        if name == _RUN_ONCE and not self._is_stopping:
            self._runs += 1
            self._is_stopping = self._runs > _MOST_RUNS or not Handover.objects.open().exists()
            if self._is_stopping:
                os.kill(os.getpid(), signal.SIGTERM)
        if (
            name == _SUBMITTED and result is not None
        ):  # from here on the command would wait for a worker
            os._exit(0)


def _name_of(frame: FrameType) -> str:
    """`module:function`, e.g. `pathlib:Path.rename`, even if `pathlib._local` defines the class."""
    module = str(frame.f_globals.get("__name__")).removesuffix("._local")
    return f"{module}:{frame.f_code.co_qualname}"


def _is_a_commit(frame: FrameType) -> bool:
    """Whether the `Atomic.__exit__` of this frame commits: no savepoint, no exception."""
    from django.db import connection

    return frame.f_locals["exc_type"] is None and not connection.savepoint_ids


def _act(name: str) -> None:
    from tests.crash import acts

    getattr(acts, name)()


def _run(command: Sequence[str], step: str, moment: str, nth: int) -> int:
    """Run a command to its end, and return its exit code."""
    from django.core.management import execute_from_command_line

    watch: Callable[..., None] = Watch(step, moment, nth)
    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        if command[0] == "act":
            _act(command[1])
        else:
            execute_from_command_line(["manage.py", *command])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _fork(asked: dict[str, Any]) -> int:
    process = os.fork()
    if process:
        return process
    code = 70
    try:
        code = _run(asked["command"], asked["step"], asked["moment"], asked["nth"])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _import_the_portal() -> None:
    import django
    from django.core.management import load_command_class
    from django.urls import get_resolver

    django.setup()
    for app, command in (("faxes", "worker"), ("faxes", "sendfax"), ("web", "web")):
        load_command_class(f"faxportal.{app}", command)
    assert get_resolver().url_patterns


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(
        sys.stderr.fileno(), sys.stdout.fileno()
    )  # what commands print must not be read as an answer
    _import_the_portal()
    for line in sys.stdin:
        process = _fork(json.loads(line))
        print(process, file=answers)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), file=answers)


if __name__ == "__main__":
    main()

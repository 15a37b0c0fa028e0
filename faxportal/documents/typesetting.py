"""Setting pages of our own by Typst, in a process of its own with limits.

The text reaches a template as data, never as markup. What setting costs, time and memory, is a
child's, and a few at once are the most. Fonts are those in `faxportal/fonts` and the machine's.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import faxportal

#: What one process of the portal has set at once; the next ones wait.
SIDE_BY_SIDE = 2
#: Seconds that one waits for its turn, and that setting it may take.
SLOT_TIMEOUT, TIMEOUT = 30.0, 60.0

_slots = threading.BoundedSemaphore(SIDE_BY_SIDE)
logger = logging.getLogger(__name__)


class NotSet(Exception):
    """It could not be set now."""


class NotOfStandard(Exception):
    """It can't be of these standards, for letters that no font has or another reason."""

    def __init__(self, letters: Sequence[str]) -> None:
        super().__init__("not of the standard")
        self.missing_letters = letters


def typeset(template: Path, data: Mapping[str, object], *, standards: Sequence[str]) -> bytes:
    """A PDF of these standards, e.g. "a-2b"; the same data makes the same bytes.

    The template finds each of `data` as JSON in its `sys.inputs`. Only a standard for archives
    tells of missing letters. Raises `NotSet` and `NotOfStandard`.
    """
    question = {"template": str(template), "data": data, "standards": list(standards)}
    if not _slots.acquire(timeout=SLOT_TIMEOUT):
        raise NotSet
    try:
        child = subprocess.run(  # our own module, and nothing of a person's in the call
            [sys.executable, "-E", "-s", "-m", "faxportal.documents.parser.typeset"],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=TIMEOUT,
            cwd=Path(faxportal.__file__).parent.parent,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotSet from None
    finally:
        _slots.release()
    if child.returncode:
        logger.error("A page could not be set: the child process ended with %d.", child.returncode)
        raise NotSet
    if not child.stdout.startswith(b"%PDF-"):
        raise NotOfStandard(json.loads(child.stdout)["missing"])
    return child.stdout

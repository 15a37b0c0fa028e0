"""Typesetting PDFs with Typst: cover pages, evidence sheets, and texts that are merged.

Typst runs in a child process with limits (`typesetting_process`). At most `SLOTS` of these
processes run side by side. Texts reach a template as data, never as markup. Typst finds the fonts
in `faxportal/fonts` and the machine's fonts.
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

#: How many child processes run side by side in one process of the portal.
SLOTS = 2
#: Seconds to wait for a slot, and seconds that the child process may take.
SLOT_TIMEOUT, TIMEOUT = 30.0, 60.0

_slots = threading.BoundedSemaphore(SLOTS)
logger = logging.getLogger(__name__)


class TypesettingFailed(Exception):
    """The page could not be typeset now: no slot was free in time, or the child process failed."""


class StandardNotMet(Exception):
    """The PDF can't meet the standards asked for.

    `missing_letters` are the characters that no font has. It is empty for another cause.
    """

    def __init__(self, letters: Sequence[str]) -> None:
        super().__init__("the PDF can't meet the standard")
        self.missing_letters = letters


def typeset(template: Path, data: Mapping[str, object], *, standards: Sequence[str]) -> bytes:
    """Typeset a template as a PDF that meets these standards, e.g. "a-2b" (Typst's names).

    The template finds each item of `data` as JSON in its `sys.inputs`. The same data makes the same
    bytes. Letters that no font has are reported only with a standard for archives (PDF/A). Raises
    `TypesettingFailed` and `StandardNotMet`.
    """
    request = {"template": str(template), "data": data, "standards": list(standards)}
    if not _slots.acquire(timeout=SLOT_TIMEOUT):
        raise TypesettingFailed
    try:
        child = subprocess.run(  # our own module; no argument comes from a person
            [sys.executable, "-E", "-s", "-m", "faxportal.documents.typesetting_process"],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=TIMEOUT,
            cwd=Path(faxportal.__file__).parent.parent,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TypesettingFailed from None
    finally:
        _slots.release()
    if child.returncode:
        logger.error("A page could not be set: the child process ended with %d.", child.returncode)
        raise TypesettingFailed
    if not child.stdout.startswith(b"%PDF-"):
        raise StandardNotMet(json.loads(child.stdout)["missing_letters"])
    return child.stdout

"""The evidence sheet as a PDF: set by Typst in a process of its own, with limits.

The text comes from the facts and reaches the template as data, never as markup. What a sheet
costs, time and memory, is a child's, and a few at once are the most.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

import faxportal
from faxportal.faxes.evidence.facts import Facts

#: Sheets that one process of the portal has set at once; the next ones wait.
SIDE_BY_SIDE = 2
#: Seconds that one waits for its turn, and that setting it may take.
TURN, PATIENCE = 30.0, 60.0

_turns = threading.BoundedSemaphore(SIDE_BY_SIDE)


class NotSet(Exception):
    """The sheet could not be set now; the facts are there."""


def as_pdf(facts: Facts) -> bytes:
    """The sheet, tagged, as PDF/A-2a with PDF/UA-1. Raises `NotSet`."""
    if not _turns.acquire(timeout=TURN):
        raise NotSet
    try:
        child = subprocess.run(  # our own module, and nothing of a person's in the call
            [sys.executable, "-m", "faxportal.faxes.evidence.typeset"],
            input=json.dumps({"facts": facts, "words": _words()}).encode(),
            capture_output=True,
            timeout=PATIENCE,
            cwd=Path(faxportal.__file__).parent.parent,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotSet from None
    finally:
        _turns.release()
    if child.returncode or not child.stdout.startswith(b"%PDF-"):
        raise NotSet
    return child.stdout


def _words() -> dict[str, str]:
    """The words of the template."""
    return {
        "lang": translation.get_language() or "en",
        "title": _("Evidence sheet"),
        "lead": _("What the portal did with one fax, and what it knows of it. All times are UTC."),
        "moving": _("The fax had not come to its end when this sheet was made."),
        "letters_missing": _(
            "No font of the portal's machine has some of the letters below. The same sheet as JSON "
            "has them all."
        ),
        "made": _("Made"),
        "for": _("for"),
        "page": _("Page"),
        "of": _("of"),
        "fax": _("Fax"),
        "id": _("Fax id"),
        "state": _("State"),
        "since": _("since"),
        "sender": _("Sender"),
        "submitted": _("Submitted"),
        "scheduled": _("Scheduled for"),
        "extension": _("From extension"),
        "subject": _("Subject"),
        "note": _("Note"),
        "removed": _("Documents removed"),
        "hold": _("Legal hold"),
        "recipients": _("Recipients"),
        "typed": _("As typed"),
        "dialled": _("As dialled"),
        "group": _("Group"),
        "documents": _("Documents"),
        "number": _("No."),
        "name": _("Name"),
        "type": _("Type"),
        "pages": _("Pages"),
        "bytes": _("Bytes"),
        "carried": _("Carried"),
        "handovers": _("Handed over to VoipNow"),
        "voipnow": _("VoipNow's fax"),
        "uid": _("VoipNow's uid"),
        "ended": _("Ended"),
        "decided": _("Decided by"),
        "file": _("File"),
        "stored": _("Stored"),
        "tries": _("Tries"),
        "record": _("Record"),
        "at": _("At"),
        "who": _("By"),
        "portal": _("the portal"),
        "what": _("What happened"),
        "head": _("Hash that the record ends with"),
        "whole": _(
            "The record was verified when this sheet was made: each of its entries carries a "
            "SHA-256 over itself and the one before, and all of them are as they were written."
        ),
        "broken": _("The record is NOT as it was written. It was changed from this entry on:"),
        "not_known": _("What the portal does not know"),
    }

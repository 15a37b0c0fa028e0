"""What a page showed when a person acted on it: each form names it, and its action compares it.

A page can be old: another person, or the same one in another window, may have decided since.
"""

from __future__ import annotations

from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax, Handover


class ChangedSince(Exception):
    """The page was old on which a person acted. Nothing was done."""


def shown_batch(handover: Handover) -> str:
    """What a decision is about: the newest handover of a batch, and what was known about it.

    The counter is raised when an attempt ends, so that a late outcome is looked at first.
    """
    return f"{handover.pk}-{handover.counter}-{handover.state}"


def shown_decisions(fax: Fax) -> str:
    """What a cancellation is about: the fax as people had decided. What workers do is left out."""
    return str(fax.events.filter(kind=Event.DECIDED).count())

"""Values that tell whether a page was out of date when a person acted on it.

Each form posts the value of its page, and the action compares it with the current value. A page is
out of date if another person, or the same person in another window, has decided since it was made.
"""

from __future__ import annotations

from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Fax, Handover


class ChangedSince(Exception):
    """The page on which a person acted was out of date. Nothing was done."""


def shown_batch(handover: Handover) -> str:
    """A value for what a decision is about: a batch's newest handover, and what is known about it.

    The counter rises when an attempt ends. So after a late outcome, a person has to look at the
    page again before deciding.
    """
    return f"{handover.pk}-{handover.counter}-{handover.state}"


def shown_decisions(fax: Fax) -> str:
    """A value for what a cancellation is about: the number of decisions about the fax so far.

    What workers do does not change this value.
    """
    return str(fax.events.filter(kind=Event.DECIDED).count())

"""What a person reads about a fax as a whole, true at the moment of reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.models import Fax, Recipient
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import OPEN_HANDOVERS, FaxState, HandoverState

#: How many numbers are named; the others are counted.
_MAX_NAMED = 3

#: state of a batch → what the sentence says before the numbers of its recipients
_WHO: dict[HandoverState, str | Promise] = {
    HandoverState.REFUSED: gettext_lazy("Failed: %(numbers)s."),
    HandoverState.UNCERTAIN: gettext_lazy("Needs a decision: %(numbers)s."),
    HandoverState.LEFT_OPEN: gettext_lazy("Left open: %(numbers)s."),
    HandoverState.CONFIRMED: gettext_lazy("Confirmed as sent: %(numbers)s."),
    HandoverState.ABANDONED: gettext_lazy("Cancelled: %(numbers)s."),
}


class Batch(Protocol):
    """What `fax_sentence` needs to know about a batch."""

    @property
    def state(self) -> HandoverState: ...

    @property
    def recipients(self) -> Sequence[Recipient]: ...

    @property
    def sentence(self) -> str: ...

    @property
    def has_trouble(self) -> bool: ...


def fax_sentence(fax: Fax, batches: Sequence[Batch], *, why_stopped: str) -> str:
    """The sentence about a fax. `why_stopped` says why the portal does not try it now, if so."""
    if fax.suspended_because == OwnReason.RESTORED and why_stopped:
        return why_stopped
    if fax.state == FaxState.SCHEDULED and fax.due_at and fax.due_at > timezone.now():
        return _scheduled(fax.due_at, is_paused=bool(why_stopped))
    if len(batches) == 1:
        return batches[0].sentence
    sentences = [_handed_over(batches)]
    for state, sentence in _WHO.items():
        if those := [one for batch in batches if batch.state == state for one in batch.recipients]:
            sentences.append(str(sentence) % {"numbers": _in_short(those)})
    under_way = [batch for batch in batches if batch.state in OPEN_HANDOVERS]
    if under_way:
        troubled = next((batch for batch in under_way if batch.has_trouble), under_way[0])
        sentences.append(troubled.sentence)
    return " ".join(sentences)


def _handed_over(batches: Sequence[Batch]) -> str:
    """E.g. "12 of 13 recipients handed over."."""
    complete = [batch for batch in batches if batch.state == HandoverState.COMPLETE]
    count, done = (sum(len(batch.recipients) for batch in some) for some in (batches, complete))
    return ngettext(
        "%(done)d of %(count)d recipient handed over.",
        "%(done)d of %(count)d recipients handed over.",
        count,
    ) % {"done": done, "count": count}


def _in_short(recipients: Sequence[Recipient]) -> str:
    """The first numbers, and how many more there are."""
    named = ", ".join(one.typed for one in recipients[:_MAX_NAMED])
    more = len(recipients) - _MAX_NAMED
    if more <= 0:
        return named
    return _("%(numbers)s and %(more)d more") % {"numbers": named, "more": more}


def _scheduled(due_at: datetime, *, is_paused: bool) -> str:
    at = timezone.localtime(due_at)
    when = {
        "time": f"{date_format(at, 'j M Y')}, {time_format(at, 'H:i')}",
        "zone": timezone.get_current_timezone_name(),
    }
    if is_paused:
        return _("Will be sent on %(time)s (%(zone)s), unless sending is still paused then.") % when
    return _("Will be sent on %(time)s (%(zone)s).") % when

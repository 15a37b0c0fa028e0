"""What a person should know before deciding about a batch, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from faxportal.faxes.history.uncertain_batches import Arrival, Doubt
from faxportal.faxes.models import Handover
from faxportal.faxes.reason_messages import what_happened
from faxportal.faxes.states import HandoverState


def undecided_sentence(doubt: Doubt) -> str:
    """What is known about a batch that a person may decide about, and what to do."""
    handover = doubt.handover
    nothing = _("The portal does nothing more until somebody decides.")
    if doubt.arrival == Arrival.COMPLETE:
        return f"{_arrived_sentence(handover)} {nothing} {_('Choose “It went out”.')}"
    if doubt.arrival == Arrival.INCOMPLETE and handover.earlier_in_doubt:
        failed = what_happened(handover.reason, handover.server_message)
        this_time = _("Nothing was sent this time.")
        return f"{failed} {this_time} {_earlier_sentence(doubt.earlier)} {nothing}"
    if doubt.arrival == Arrival.INCOMPLETE:
        absent = _("A file is now known not to have arrived, so VoipNow did not send the fax.")
        return f"{absent} {nothing} {_('Choose “Send again” if it is still needed.')}"
    if handover.state == HandoverState.LEFT_OPEN:
        return _("%(name)s left it open: VoipNow may have sent it. It can still be decided.") % {
            "name": decider(handover)
        }
    sentences = [
        _("All files may have arrived as fax %(number)s, and VoipNow may send it.")
        % _number(handover)
        if handover.voipnow_id
        else _("VoipNow may have the fax and may send it."),
        what_happened(handover.reason),
        *([_earlier_sentence(doubt.earlier)] if handover.earlier_in_doubt else []),
        nothing,
    ]
    return " ".join(sentences)


def decider(handover: Handover) -> str:
    """The name of the person who confirmed a batch or left it open; "" if nobody has decided."""
    return handover.decided_by.get_username() if handover.decided_by else ""


def _arrived_sentence(handover: Handover) -> str:
    """Says that all files have arrived, or that the sender's browser reports so."""
    if any(getattr(upload, "is_reported", False) for upload in handover.uploads.all()):
        return _(
            "The sender's browser reports that all files have since arrived, as fax %(number)s."
        ) % _number(handover)
    return _("All files have since arrived, as fax %(number)s.") % _number(handover)


def _earlier_sentence(earlier: Sequence[Handover]) -> str:
    """Says that earlier handovers may have gone out, with their fax ids at VoipNow if known."""
    numbers = [one.voipnow_id for one in earlier if one.voipnow_id]
    if not numbers:
        return _("But the fax may have gone out before it was sent again.")
    return _("But the earlier fax %(numbers)s may have gone out.") % {"numbers": ", ".join(numbers)}


def _number(handover: Handover) -> dict[str, str]:
    return {"number": handover.voipnow_id}

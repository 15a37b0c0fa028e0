"""The next moment when the portal has something to do. A test can move its clock there."""

from __future__ import annotations

from datetime import datetime

from faxportal.faxes.delivery import circuits
from faxportal.faxes.models import Circuit, Handover
from faxportal.faxes.states import HandoverState


def next_moment() -> datetime | None:
    """The moment at which the first open handover can go on; None if no handover is open.

    A handover waits until it is due, until its lease and the time for its browser have ended, and
    while its server or storage rests. But a rest lasts until the fax's deadline at the longest.
    """
    handovers = Handover.objects.open().select_related("fax__sender__connection")
    circuits = {one.origin: one for one in Circuit.objects.exclude(rests_until=None)}
    return min((_moment(handover, circuits) for handover in handovers), default=None)


def _moment(handover: Handover, failing: dict[str, Circuit]) -> datetime:
    if handover.state == HandoverState.UPLOADING:
        called = [handover.storage_origin]
    else:
        connection = getattr(handover.fax.sender, "connection", None)
        called = [connection.server, circuits.storage_of(connection.server)] if connection else []
    until = [
        one.rests_until
        for origin in called
        if (one := failing.get(origin)) and one.probed_by != handover.pk
    ]
    rest = min(max(filter(None, until), default=handover.due_at), handover.fax.times.deadline_at)
    times = [handover.due_at, handover.lease_until, handover.browser_until, rest]
    return max(filter(None, times))

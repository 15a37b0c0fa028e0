"""What stops or delays an open fax at this moment: a pause, a closed account, servers that rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from faxportal.accounts.models import Connection
from faxportal.faxes import server_messages
from faxportal.faxes.models import Circuit, Fax, Handover, SendingPause
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import HandoverState


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What stops or delays a fax, for the sentences about its batches."""

    now: datetime
    deadline_at: datetime
    is_cancelling: bool
    #: Why the portal does not try the fax for now; "" if nothing stops it.
    why_stopped: str
    #: The server of the sender's connection; "" if there is none.
    server: str
    #: Servers and storages that failed since they last answered, by origin.
    failing: Mapping[str, Circuit]

    def failing_circuit(self, handover: Handover) -> Circuit | None:
        """The circuit of the server or storage that the next call goes to.

        None if this server or storage works.
        """
        if handover.state == HandoverState.UPLOADING:
            return self.failing.get(handover.storage_origin)
        return self.failing.get(self.server)

    def failing_sentence(self, circuit: Circuit) -> str:
        """E.g. "VoipNow server voip.example.com has not answered since 09:14."."""
        return server_messages.failing_sentence(
            circuit.origin,
            circuit.reason,
            circuit.failing_since or self.now,
            is_storage=circuit.origin != self.server,
        )


def outlook_of(fax: Fax) -> Outlook:
    """The outlook of a submitted fax; at most three queries."""
    is_open = not fax.is_settled
    connection = Connection.objects.filter(user=fax.sender_id) if is_open else None
    return Outlook(
        now=timezone.now(),
        deadline_at=fax.times.deadline_at,
        is_cancelling=fax.cancel_asked_at is not None,
        why_stopped=_why_stopped(fax),
        server=(connection.values_list("server", flat=True).first() or "") if connection else "",
        failing={one.origin: one for one in Circuit.objects.failing()} if is_open else {},
    )


def _why_stopped(fax: Fax) -> str:
    if fax.is_settled or fax.cancel_asked_at is not None:
        return ""
    if fax.suspended_because == OwnReason.RESTORED:
        return _(
            "The portal was restored or copied after this fax was scheduled. It may have been "
            "cancelled or sent since. It is not sent until somebody confirms that it is still "
            "wanted."
        )
    if fax.suspended_at is not None:
        return _("The sender's account is closed. The fax waits, and its deadline is extended.")
    pause = SendingPause.objects.active().first()
    if pause is None:
        return ""
    if pause.paused_by_id is None:  # the portal paused: a backup was restored
        return _("Sending is paused. The fax will go out when sending resumes.")
    return _("Sending was paused by an administrator. The fax will go out when sending resumes.")

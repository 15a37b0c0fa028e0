"""What the end of one fax's call says about the called server, for the calls of all other faxes."""

from __future__ import annotations

from datetime import datetime

from faxportal.faxes.delivery import circuits
from faxportal.faxes.delivery.locked_handover import LockedHandover
from faxportal.faxes.delivery.network_calls import CreateCall, PutCall, Result, SignInCall
from faxportal.faxes.models import Attempt
from faxportal.voipnow.errors import VoipNowError

#: After so many failures in a row, a handover's failures say nothing more about the server: the fax
#: itself may be the reason. Then other handovers probe. For uploads this happens later, because a
#: failed probe by an upload may leave one more fax in doubt.
_MOST_FAILED_CREATES = 3
_MOST_FAILED_UPLOADS = 10


def record_in_circuit(
    locked: LockedHandover, call: SignInCall | CreateCall | PutCall, result: Result
) -> datetime | None:
    """Write what the end of a call says about the server or the storage that was called.

    Returns when the handover is to probe the server; None if it is not to probe.
    """
    origin = call.storage_origin if isinstance(call, PutCall) else call.server
    if isinstance(result, VoipNowError):
        began_at = locked.now
        if not isinstance(call, SignInCall):
            began_at = Attempt.objects.values_list("opened_at", flat=True).get(pk=call.attempt_id)
        most = _MOST_FAILED_UPLOADS if isinstance(call, PutCall) else _MOST_FAILED_CREATES
        failed = circuits.FailedCall(
            origin=origin,
            handover_id=locked.handover.pk,
            began_at=began_at,
            says_no_more=locked.handover.failures_in_a_row >= most,
        )
        return circuits.record_failure(failed, result, locked.now)
    if result is not None:
        circuits.record_answer(origin)
    return None

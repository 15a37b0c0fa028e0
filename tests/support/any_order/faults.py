"""The ways in which a call can go wrong, by the stage that it has reached."""

from __future__ import annotations

from collections.abc import Sequence

from faxportal.faxes.delivery.network_calls import CreateCall
from tests.support.any_order.browsers import RequestedCreate
from tests.support.any_order.conversations import Conversation, Stage
from tests.support.any_order.outside import Effect, Fault

_LOST = [Fault(effect=effect) for effect in Effect]

#: Refusals from the vendor's pages. With these, surely nothing was done.
_CREATE_REFUSED = [
    Fault(status=400, code="fx_recipients_invalid"),
    Fault(status=400, code="fx_file_invalid"),
    Fault(status=401, code="access_denied"),
    Fault(status=403),
    Fault(status=404),
    Fault(status=429, retry_after=120),
    Fault(status=204),
]
#: Answers that say nothing about what was done.
_CREATE_UNCLEAR = [
    Fault(status=status, code=code, effect=effect)
    for status, code in (
        (500, "internal_server_error"),
        (400, "internal_server_error"),
        (409, ""),
        (302, ""),
        (200, ""),
    )
    for effect in Effect
]
_PUT_REFUSED = [
    Fault(status=403, code="SignatureDoesNotMatch"),
    Fault(status=403, code="ExpiredToken"),
    Fault(status=400, code="EntityTooLarge"),
    Fault(status=411, code="MissingContentLength"),
    Fault(status=503, code="SlowDown"),
    # Storage takes no file with these: another target is needed.
    Fault(status=307),
    Fault(status=409),
]
_PUT_UNCLEAR = [
    Fault(status=status, code=code, effect=effect)
    for status, code in ((500, ""), (400, "RequestTimeout"))
    for effect in Effect
]
#: Answers that a server gives before it has read the whole request. Then the server hangs up.
_EARLY = [
    Fault(),
    Fault(status=403, code="AccessDenied"),
    Fault(status=413, code="EntityTooLarge"),
    Fault(status=500),
    Fault(status=503, code="SlowDown"),
]


def faults_at(begun: Conversation) -> Sequence[Fault]:
    """The faults that a call can meet at its stage. There are none before the call connects."""
    match begun.stage, begun.call:
        case Stage.BEGUN, _:
            return []
        case Stage.CONNECTING, _:
            return [Fault()]
        case Stage.SENDING, _:
            return _EARLY
        case Stage.RECEIVED, CreateCall() | RequestedCreate():
            return _LOST + _CREATE_REFUSED + _CREATE_UNCLEAR
        case _:
            return _LOST + _PUT_REFUSED + _PUT_UNCLEAR

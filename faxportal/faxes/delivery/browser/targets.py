"""Creating and renewing a handover whose files the browser carries, and giving out its targets.

Only a request of the sender's browser does this. So no target is made after the browser was closed.
The request works as a worker does: it holds a lease, and commits each attempt before the attempt's
call.
"""

from __future__ import annotations

from django.db import transaction

from faxportal.accounts import encryption
from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import lease as leases
from faxportal.faxes.delivery import next_step
from faxportal.faxes.delivery.browser.last_heard import note_heard
from faxportal.faxes.delivery.browser.status import (
    BrowserStatus,
    first_open_handover,
    needs_files_at_portal,
    status_of,
)
from faxportal.faxes.delivery.copy_guard import shared_guard
from faxportal.faxes.delivery.handover_snapshot import read_snapshot, read_uploads
from faxportal.faxes.delivery.locked_handover import LockedHandover, Superseded, lock_handover
from faxportal.faxes.delivery.network_calls import make_call
from faxportal.faxes.delivery.outcomes import record_outcome
from faxportal.faxes.delivery.sealed_targets import open_target
from faxportal.faxes.delivery.take_step import take_next_step
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.permissions import check_can_carry
from faxportal.faxes.reasons import OwnReason
from faxportal.voipnow.errors import NotAllowed, Reason
from faxportal.voipnow.network import Network

#: How many steps one request may take: it may renew a handover, and then create the new one's fax.
_STEPS = 2


def read_status(fax: Fax, *, clock: Clock | None = None) -> BrowserStatus:
    """The status of a fax, without targets: for anybody who may see the fax."""
    clock = clock or Clock()
    handover = first_open_handover(fax)
    if handover is None:
        return status_of(fax, None)
    snapshot = read_snapshot(fax, handover, read_uploads(handover), clock.now())
    return status_of(fax, snapshot)


def request_targets(
    fax: Fax, *, by: User, network: Network, clock: Clock | None = None
) -> BrowserStatus:
    """What the sender's browser may upload now, with the upload targets.

    Creates or renews the handover if that is needed. Makes at most one call to VoipNow, and
    returns when the call has ended. Raises `NotAllowedTo`.
    """
    clock = clock or Clock()
    check_can_carry(by, fax)
    note_heard(fax, clock)
    if not shared_guard().may_work():
        return read_status(fax, clock=clock)
    for _ in range(_STEPS):
        handover = first_open_handover(fax)
        if handover is None or not _take_step(handover, network, clock):
            break
    with transaction.atomic():
        locked_fax = Fax.objects.locked(fax.pk)
        handover = first_open_handover(locked_fax)
        if handover is None:
            return status_of(locked_fax, None)
        locked = LockedHandover(locked_fax, handover, clock.now())
        usable = _targets_are_usable(locked, network)
        return status_of(locked_fax, locked.snapshot(), with_targets=usable)


def _take_step(handover: Handover, network: Network, clock: Clock) -> bool:
    """Create, renew or give up a handover. Returns whether another step must follow."""
    with lock_handover(handover.pk, handover.fax_id, clock) as locked:
        snapshot = locked.snapshot()
        if needs_files_at_portal(locked.fax, snapshot) or not snapshot.needs_browser:
            return False
        step = next_step.choose(snapshot, running=(), for_browser=True)
    if not isinstance(step, next_step.Create | next_step.Renew | next_step.GiveUp):
        return False
    lease = leases.acquire(handover.pk, handover.fax_id, clock)
    if lease is None:
        return False
    try:
        for call in take_next_step(
            lease, running=(), network=network, clock=clock, for_browser=True
        ):
            record_outcome(call, make_call(call, network, clock), clock)
    except Superseded:
        return False
    finally:
        leases.release(lease)
    return isinstance(step, next_step.Renew)


def _targets_are_usable(locked: LockedHandover, network: Network) -> bool:
    """Whether all targets can be decrypted, and the operator's list allows their origins.

    If the key is lost, or an origin is not listed, the fax waits for the operator.
    """
    try:
        for upload in locked.uploads:
            if upload.sealed_target:
                network.guard.check_target(open_target(upload.sealed_target).url)
    except encryption.KeyLost:
        locked.change(reason=OwnReason.KEY_LOST, server_message="")
        return False
    except NotAllowed as error:
        locked.change(reason=error.reason, server_message=error.origin)
        return False
    if locked.handover.reason in (Reason.ORIGIN_NOT_ALLOWED, OwnReason.KEY_LOST):
        locked.change(reason="", server_message="")
    return True

"""Creating and renewing a direct handover: only a request of the sender's page does it.

So no target is made for a page that may be gone. The request works as a worker does: under a
lease, each try committed before its POST.
"""

from __future__ import annotations

from django.db import transaction

from faxportal.accounts import encryption
from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import lease as leases
from faxportal.faxes.delivery import next_step
from faxportal.faxes.delivery.browser.status import Standing, newest_open, standing_of, wants_files
from faxportal.faxes.delivery.calls import make
from faxportal.faxes.delivery.outcomes import settle
from faxportal.faxes.delivery.session import Page, Superseded, open_page, open_target
from faxportal.faxes.delivery.steps import advance
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.permissions import check_can_carry
from faxportal.faxes.reasons import OwnReason
from faxportal.voipnow.errors import NotAllowed, Reason
from faxportal.voipnow.network import Network

#: A renewed handover is created in the same request.
_STEPS = 2


def look(fax: Fax, *, clock: Clock | None = None) -> Standing:
    """How a direct fax stands, without its targets."""
    clock = clock or Clock()
    handover = newest_open(fax)
    page = Page(fax, handover, clock.now()) if handover else None
    return standing_of(fax, page)


def ask_for_targets(
    fax: Fax, *, by: User, network: Network, clock: Clock | None = None
) -> Standing:
    """What the sender's page may put now, and where; makes or renews the handover where needed.

    Makes at most one call to VoipNow, which takes as long as it takes. Raises `NotAllowedTo`.
    """
    clock = clock or Clock()
    check_can_carry(by, fax)
    for _ in range(_STEPS):
        handover = newest_open(fax)
        if handover is None or not _take_step(handover, network, clock):
            break
    with transaction.atomic():
        locked = Fax.objects.locked(fax.pk)
        handover = newest_open(locked)
        page = Page(locked, handover, clock.now()) if handover else None
        usable = page is not None and _targets_are_usable(page, network)
        return standing_of(locked, page, with_targets=usable)


def _take_step(handover: Handover, network: Network, clock: Clock) -> bool:
    """Create or renew, or end what can't go on; False where that is not to be done now."""
    with open_page(handover.pk, handover.fax_id, clock) as page:
        facts = page.facts()
        if wants_files(page) or not facts.needs_browser:
            return False
        step = next_step.next_step(facts, running=(), for_browser=True, now=page.now)
    if not isinstance(step, next_step.Create | next_step.Renew | next_step.GiveUp):
        return False
    lease = leases.acquire(handover.pk, handover.fax_id, clock)
    if lease is None:
        return False
    try:
        for call in advance(lease, running=(), network=network, clock=clock, for_browser=True):
            settle(call, make(call, network, clock), clock)
    except Superseded:
        return False
    finally:
        leases.release(lease)
    return isinstance(step, next_step.Renew)


def _targets_are_usable(page: Page, network: Network) -> bool:
    """Whether the operator's list allows where the files are to go; the fax waits where not."""
    try:
        for upload in page.uploads:
            if upload.sealed_target:
                network.guard.check_target(open_target(upload.sealed_target).url)
    except encryption.KeyLost:
        page.give_up(OwnReason.KEY_LOST)
        return False
    except NotAllowed as error:
        page.change(reason=error.reason, server_message=error.origin)
        return False
    if page.handover.reason == Reason.ORIGIN_NOT_ALLOWED:
        page.change(reason="", server_message="")
    return True

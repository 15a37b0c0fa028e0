"""Many faxes meet every kind of fault, and are settled without a person.

The number of a round seeds its faxes and faults. So a round that failed once fails again.
`tests.support.budget` says how many rounds there are. The final states are printed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from faxportal.faxes.delivery.network_calls import CreateCall
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.voipnow.errors import Reason
from tests.support.any_order.conversations import Conversation, Stage
from tests.support.any_order.outside import Effect, Fault
from tests.support.any_order.portal import People, Portal
from tests.support.any_order.promises import Promises
from tests.support.budget import rounds

#: Faxes in one round.
FAXES = 150
#: The chance of each fault when a call moves on, and of a worker's death after all calls moved.
SHARE = 0.05

_CONNECTING = (Fault(),)
_SENDING = (Fault(), Fault(status=500))
_RECEIVED = (
    Fault(),
    Fault(effect=Effect.NOW),
    Fault(effect=Effect.LATER),
    Fault(status=500),
    Fault(status=500, effect=Effect.NOW),
)
_CREATE = (*_RECEIVED, Fault(status=429), Fault(status=400, code="fx_file_invalid"))
_PUT = (
    *_RECEIVED,
    Fault(status=503, code="SlowDown"),
    Fault(status=403, code="AccessDenied", message="Request has expired"),
)


@pytest.mark.endless
@pytest.mark.django_db
def test_many_faxes_survive_every_kind_of_fault_without_a_person(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    record_property: Callable[[str, object], None],
) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }
    people = People()
    figures: Counter[str] = Counter()
    refused: set[str] = set()
    for number in rounds():
        with transaction.atomic():
            portal = _run_faxes(people, random.Random(1 + number), caplog)
            states = Counter(Fax.objects.values_list("state", flat=True))
            assert set(states) <= {
                FaxState.HANDED_OVER,
                FaxState.PARTLY_HANDED_OVER,
                FaxState.FAILED,
                FaxState.UNCERTAIN,
            }
            figures.update(states)
            figures.update(_sent_more_than_once(portal))
            uncertain = Handover.objects.filter(state=HandoverState.UNCERTAIN)
            figures.update(
                f"uncertain_{form}" for form in uncertain.values_list("wire_form", flat=True)
            )
            handovers = Handover.objects.filter(state=HandoverState.REFUSED)
            refused.update(handovers.values_list("reason", flat=True))
            figures["faxes"] += FAXES
            transaction.set_rollback(True)
    assert refused == {Reason.FILE_INVALID}
    for name, value in figures.items():
        record_property("figure", f"bad_weather_{name} {value} count")


def _run_faxes(people: People, chance: random.Random, log: pytest.LogCaptureFixture) -> Portal:
    """Run one round until all of its faxes are settled, and return the portal."""
    portal = Portal(people, slots=16)
    promises = Promises(portal, log)
    for number in range(FAXES):
        portal.submit(
            portal.people.senders[number % 3],
            sizes=range(10, 10 + chance.choice((1, 1, 1, 2, 3))),
            recipients=chance.choice((1, 1, 1, 1, 6)),
        )
    while portal.run_round(lambda begun: _move(begun, chance)):
        if chance.random() < SHARE:
            portal.kill(chance.randrange(len(portal.machines)))
    portal.run_until_settled()
    promises.check_settled()
    return portal


def _move(begun: Conversation, chance: random.Random) -> None:
    match begun.stage, begun.call:
        case Stage.BEGUN, _:
            faults: tuple[Fault, ...] = ()
        case Stage.CONNECTING, _:
            faults = _CONNECTING
        case Stage.SENDING, _:
            faults = _SENDING
        case _, CreateCall():
            faults = _CREATE
        case _:
            faults = _PUT
    drawn = int(chance.random() / SHARE)
    begun.go_on(faults[drawn] if drawn < len(faults) else None)


def _sent_more_than_once(portal: Portal) -> dict[str, int]:
    resources = portal.outside.resources.values()
    arrived = [bodies for resource in resources for bodies in resource.arrived.values()]
    return {
        "objects_stored": len(arrived),
        "objects_put_more_than_once": sum(len(bodies) > 1 for bodies in arrived),
        "resources_left_incomplete": sum(not resource.is_complete for resource in resources),
    }

"""Whatever storage does, the portal creates a limited number of fax resources."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Attempt
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import HandClock, Submit
from tests.support.waiting import next_moment

pytestmark = pytest.mark.django_db(transaction=True)

EXPIRED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"

STORAGES: dict[str, dict[str, Any]] = {
    "says that each target has expired": {"do": "answer", "status": 403, "body": EXPIRED},
    "drops each connection": {"do": "drop", "at": "middle"},
    "asks for time": {"do": "answer", "status": 503, "code": "SlowDown"},
    "stores the first file only": {
        "do": "answer",
        "status": 403,
        "body": EXPIRED,
        "file": "note.txt",
    },
}


@pytest.mark.parametrize("lifetime", [6, 600])
@pytest.mark.parametrize("storage", STORAGES)
def test_no_storage_causes_more_than_twenty_creates_in_an_hour(
    submit: Submit,
    worker: Worker,
    simulator: Simulator,
    clock: HandClock,
    storage: str,
    lifetime: int,
) -> None:
    """`lifetime` is in seconds. With 6, a target expires before a second upload can begin."""
    simulator.configure(target_lifetime=lifetime)
    simulator.script("upload", times=None, **STORAGES[storage])
    fax = submit({"plan.txt": b"a longer text", "note.txt": b"a note"})
    end = clock.now() + timedelta(hours=1)
    while (moment := next_moment() or end) < end:
        clock.move_to(moment)
        worker.run_once()
        while not worker.is_idle:
            worker.run_once()
    creates = Attempt.objects.filter(handover__fax=fax, upload=None)
    assert 1 <= creates.count() <= 20
    assert fax.events.count() < 200

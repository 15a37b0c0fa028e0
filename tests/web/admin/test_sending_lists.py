"""The lists of the page *Sending* divide all open handovers."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.faxes.models import Carrier, Fax, Handover
from faxportal.faxes.states import HandoverState
from faxportal.voipnow.errors import Reason
from tests.web.admin.test_sending_views import schedule
from tests.web.conftest import Send


def test_every_open_handover_is_in_exactly_one_list(sender: User, sent: Send) -> None:
    now = timezone.now()
    fields: dict[str, list[Any]] = {
        "reason": ["", Reason.NO_CONNECTION],
        "failures_in_a_row": [0, 2],
        "renewals": [0, 1],
        "due_at": [now - timedelta(hours=1), now + timedelta(hours=1)],
        "lease_until": [None, now - timedelta(minutes=1), now + timedelta(minutes=1)],
        "state": [HandoverState.PLANNED, HandoverState.CREATING, HandoverState.UPLOADING],
    }
    faxes = [sent(sender) for _ in range(6)]
    schedule(faxes[1], now + timedelta(hours=1))
    Fax.objects.filter(pk=faxes[2].pk).update(suspended_at=now)
    Fax.objects.filter(pk=faxes[3].pk).update(suspended_at=now, cancel_asked_at=now)
    Fax.objects.filter(pk=faxes[4].pk).update(carrier=Carrier.BROWSER)
    faxes[4].documents.update(carrier=Carrier.BROWSER, stored_as="")
    Handover.objects.all().delete()
    for fax in faxes:
        for batch, values in enumerate(itertools.product(*fields.values()), start=1):
            row = dict(zip(fields, values, strict=True))
            lease = uuid4() if row["lease_until"] else None
            Handover.objects.create(fax=fax, batch=batch, lease=lease, **row)
    lists = ("scheduled", "suspended", "failing", "under_way", "for_browsers", "in_queue")
    found = Counter(
        pk
        for name in lists
        for pk in getattr(Handover.objects, name)(now).values_list("pk", flat=True)
    )
    assert found == dict.fromkeys(Handover.objects.open().values_list("pk", flat=True), 1)
    assert all(getattr(Handover.objects, name)(now).exists() for name in lists)

"""The lists of the page *Sending*: each open handover is in exactly one of them."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.faxes.models import Carrier, Fax, Handover
from faxportal.faxes.states import HandoverState
from faxportal.voipnow.errors import Reason
from tests.web.admin.test_sending_views import meet_trouble, schedule, text
from tests.web.conftest import Send, browser_of


@pytest.fixture
def browser(admin: User) -> Client:
    """The admin's browser."""
    return browser_of(admin)


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


def test_what_was_put_off_without_a_failure_is_listed_with_its_time(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    fax.handovers.update(due_at=timezone.now() + timedelta(minutes=10))
    page = text(browser)
    assert f"/faxes/{fax.uuid}/" in page
    assert "next attempt" in page


def test_no_attempt_is_promised_past_the_deadline(
    browser: Client, sender: User, sent: Send
) -> None:
    meet_trouble(sent(sender), again_in=timedelta(days=2))
    page = text(browser)
    assert "3 failed attempts" in page
    assert "next attempt" not in page


def test_a_closed_accounts_faxes_are_listed_apart(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    User.objects.filter(pk=sender.pk).update(is_active=False)
    page = text(browser)
    assert "Suspended (1)" in page
    assert "In the queue (" not in page


def test_files_in_browsers_are_listed_apart(browser: Client, sender: User, sent: Send) -> None:
    fax = sent(sender)
    Fax.objects.update(carrier=Carrier.BROWSER)
    fax.documents.update(carrier=Carrier.BROWSER, stored_as="")
    assert "Waiting for files from browsers (1)" in text(browser)

"""A sender with a mail address, and a watch that a test runs step by step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faxportal.accounts.models import User
from faxportal.faxes.delivery.heartbeat import Heartbeat
from faxportal.faxes.maintenance.alerts import update_alerts
from faxportal.faxes.maintenance.notifications import send_notifications
from tests.faxes.conftest import HandClock

#: Lets the watch look once. The argument says how many seconds the watch has been running.
Look = Callable[..., bool]


@pytest.fixture
def look(sender: User, clock: HandClock) -> Look:
    """Lets the watch look once. The sender has a mail address, and a worker has a heartbeat."""
    User.objects.filter(pk=sender.pk).update(email="maria@example.com")
    Heartbeat("a worker", clock).beat()

    def look_once(watching_for: float = 3600) -> bool:
        update_alerts(clock, watching_for=watching_for)
        return send_notifications(clock)

    return look_once

"""How long an upload target is valid if VoipNow's clock and the portal's clock differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from faxportal.faxes.delivery.next_step import TARGET_MARGIN
from faxportal.faxes.models import Attempt, Fax, Upload
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from tests.faxes.conftest import HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

LIFE = timedelta(minutes=10)


@pytest.fixture(
    params=[timedelta(days=-400), timedelta(minutes=-9, seconds=-58), LIFE, timedelta(days=400)],
    ids=str,
)
def simulator(clock: HandClock, request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A VoipNow whose clock is wrong. Its storage has the same clock."""
    with running_simulator(clock=lambda: (clock.now() + request.param).timestamp()) as running:
        yield running


def test_a_target_lives_as_long_as_it_says_though_a_clock_is_off(
    submit: Submit, deliver: Callable[[Fax], Fax], simulator: Simulator
) -> None:
    fax = deliver(submit())
    assert fax.state == FaxState.HANDED_OVER
    assert simulator.report().creates == 1
    create = Attempt.objects.get(upload=None)
    expires_at = Upload.objects.values_list("target_expires_at", flat=True).get()
    assert expires_at == create.opened_at + LIFE - TARGET_MARGIN

"""A server that takes long to create a fax gets more time after each time-out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Reason
from faxportal.voipnow.network import Network, NetworkRules
from tests.faxes.conftest import Submit

pytestmark = pytest.mark.django_db(transaction=True)

SHORT = 0.2  # seconds


@pytest.fixture
def network(simulator: Simulator) -> Iterator[Network]:
    rules = NetworkRules(
        servers=(simulator.url,),
        storage_origins=(simulator.storage_url,),
        allow_http=True,
        answer_timeout=SHORT,
    )
    built = Network(rules)
    yield built
    built.close()


def test_a_create_that_timed_out_gets_more_time(
    submit: Submit, deliver: Callable[[Fax], Fax], simulator: Simulator
) -> None:
    simulator.script("create", "delay", at="received", seconds=4 * SHORT, times=None)
    fax = deliver(submit())
    assert fax.state == FaxState.HANDED_OVER
    creates = Attempt.objects.filter(upload=None).values_list("reason", flat=True)
    assert list(creates[:2]) == [Reason.TIMED_OUT] * 2

"""The first start of a version that tells a copy from the original, beside faxes that wait."""

from __future__ import annotations

import signal
from contextlib import ExitStack

import pytest

from faxportal.accounts.models import User
from faxportal.faxes.models import Fax, Installation
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.crash.conftest import Portal
from tests.crash.rows import InCode
from tests.crash.test_matrix import submit
from tests.support.process_tree import MANAGE, running

pytestmark = pytest.mark.django_db(transaction=True)

BEGIN_MEMORY = "faxes.installation.recent_events:begin_memory"
WRITE_MARKER = "faxes.installation.marker:write_marker"


@pytest.mark.parametrize(
    "dies",
    [
        InCode(BEGIN_MEMORY, "before"),
        InCode(BEGIN_MEMORY, "after"),
        InCode(WRITE_MARKER, "before"),
        InCode(WRITE_MARKER, "rename"),
        InCode(WRITE_MARKER, "renamed"),
    ],
    ids=str,
)
def test_a_first_start_that_is_killed_is_made_again(
    person: User, simulator: Simulator, portal: Portal, dies: InCode
) -> None:
    fax = submit(person)
    assert portal.run("worker", dies=dies) == -signal.SIGKILL
    assert portal.run("worker") == 0
    assert Fax.objects.get(pk=fax.pk).state == FaxState.HANDED_OVER
    assert (simulator.report().faxes, simulator.report().complete) == (1, 1)


def test_processes_that_start_for_the_first_time_at_once_all_start(
    person: User, simulator: Simulator, variables: dict[str, str], portal: Portal
) -> None:
    fax = submit(person)
    with ExitStack() as stack:
        workers = [
            stack.enter_context(running((*MANAGE, "worker"), variables)) for _number in range(4)
        ]
        for worker in workers:
            worker.find("worker is ready")
        for worker in workers:
            worker.send(signal.SIGTERM)
        assert [worker.wait_for_all() for worker in workers] == [0, 0, 0, 0]
    assert Installation.objects.get().secured_for == ""
    assert portal.run("worker") == 0
    assert Fax.objects.get(pk=fax.pk).state == FaxState.HANDED_OVER
    assert simulator.report().complete == 1

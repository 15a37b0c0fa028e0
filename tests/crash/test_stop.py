"""A worker that is told to stop while it uploads over a line that has become slow."""

from __future__ import annotations

import signal

import pytest

from faxportal.accounts.models import User
from faxportal.faxes.models import Attempt, Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from tests.crash.conftest import Portal
from tests.crash.test_matrix import submit
from tests.support.process_tree import MANAGE, running

pytestmark = pytest.mark.django_db(transaction=True)

#: Bytes: more than the buffers of sockets, so that storage can hold half of the file.
LARGE = 24_000_000


def test_a_worker_that_is_stopped_leaves_no_upload_in_doubt(
    person: User, simulator: Simulator, variables: dict[str, str], portal: Portal
) -> None:
    """The worker gets a SIGTERM while storage reads nothing more of a large file."""
    simulator.script("upload", "hold", at="middle", file="offer.pdf")
    fax = submit(person, size=LARGE)
    with running((*MANAGE, "worker"), variables) as worker:
        simulator.wait_until_held()
        worker.send(signal.SIGTERM)
        assert worker.wait_for_all() == 0, "it ends by itself"
    puts = Attempt.objects.exclude(upload=None)
    assert [(one.outcome, one.reason) for one in puts] == [("not_done", "stopped")]

    portal.finish_held_request()
    assert portal.run("worker") == 0
    assert Fax.objects.get(pk=fax.pk).state == FaxState.HANDED_OVER
    assert (simulator.report().faxes, simulator.report().complete) == (1, 1)

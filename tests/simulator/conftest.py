"""One simulator for all these tests. It is reset for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from tests.support.s3 import s3 as s3  # a fixture

from .caller import Caller, calling


@pytest.fixture(scope="session")
def _running() -> Iterator[Simulator]:
    with running_simulator() as sim:
        yield sim


@pytest.fixture
def sim(_running: Simulator) -> Simulator:
    _running.reset()
    return _running


@pytest.fixture(scope="session")
def _calling(_running: Simulator) -> Iterator[Caller]:
    with calling(_running) as caller:
        yield caller


@pytest.fixture
def caller(sim: Simulator, _calling: Caller) -> Caller:
    return _calling

"""Here files are really read each time."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _files_are_read_once() -> None:
    """Nothing is remembered: these tests are about the processes themselves."""

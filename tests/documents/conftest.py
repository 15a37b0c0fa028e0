"""These tests run the real parser each time."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _files_are_read_once() -> None:
    """Override the fixture that reuses parser results: here, each test starts a process."""

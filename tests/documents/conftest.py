"""These tests run the real parser each time."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _files_are_read_once() -> None:
    """Overrides the fixture that reuses results, because these tests are about the processes."""

"""What a data directory remembers of its database."""

from __future__ import annotations

import shutil
from pathlib import Path

from faxportal.faxes.delivery.copy_guard import shared_guard


def forget_installation(data_dir: Path) -> None:
    """Make a data directory new, because the test's database is empty again."""
    for name in ("installation.json", "last-event"):
        (data_dir / name).unlink(missing_ok=True)
    shutil.rmtree(data_dir / "recent-events", ignore_errors=True)
    shared_guard.cache_clear()

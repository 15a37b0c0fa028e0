"""A file's identity: it stays when the file is written or moved, and no copy has the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from faxportal.faxes.installation.file_identity import identity_of


def test_a_file_keeps_its_identity_when_it_is_written_and_moved(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("one row")
    before = identity_of(file)
    file.write_text("two rows")
    assert identity_of(file.rename(tmp_path / "moved")) == before


def test_a_copy_has_another_identity(tmp_path: Path) -> None:
    (tmp_path / "original").mkdir()
    shutil.copytree(tmp_path / "original", tmp_path / "copy")
    assert identity_of(tmp_path / "copy") != identity_of(tmp_path / "original")

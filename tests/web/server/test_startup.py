"""Collecting the static files, while another process serves them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.web.server.startup import collect_static_files, try_keys


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Path:
    """A script in the only folder that has static files."""
    folder = tmp_path / "static"
    (folder / "js").mkdir(parents=True)
    (folder / "js" / "main.js").write_text('import "./other.js";\n' * 100)
    (folder / "js" / "other.js").write_text("export {};\n")
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "built"
    storage = {"BACKEND": "faxportal.web.site.static_files.HashedStaticFiles"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    return folder / "js" / "main.js"


def written_at(root: Path) -> dict[str, int]:
    """The name of each collected file → the nanosecond of its last change."""
    return {
        str(file.relative_to(root)): file.stat().st_mtime_ns
        for file in root.rglob("*")
        if file.is_file()
    }


@pytest.mark.django_db(transaction=True)
def test_a_start_tries_the_keys(
    sender: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    try_keys()
    assert not caplog.text
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    try_keys()
    assert "has no key that opens the stored VoipNow sign-ins" in caplog.text


def test_a_second_start_rewrites_no_file_that_a_process_may_be_serving(
    source: Path, settings: Settings
) -> None:
    collect_static_files()
    first = written_at(settings.STATIC_ROOT)
    assert any(name.startswith("js/main.") and name.endswith(".gz") for name in first)
    collect_static_files()
    assert written_at(settings.STATIC_ROOT) == first


def test_a_changed_file_is_collected_by_the_next_start(source: Path, settings: Settings) -> None:
    collect_static_files()
    source.write_text('import "./other.js"; export const changed = true;\n')
    later = source.stat().st_mtime + 2  # Django compares whole seconds
    os.utime(source, (later, later))
    collect_static_files()
    assert (settings.STATIC_ROOT / "js" / "main.js").read_text() == source.read_text()

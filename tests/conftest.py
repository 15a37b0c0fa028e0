"""What every test has: settings of its own, a data directory of its own."""

from __future__ import annotations

import os

# Before Django reads its settings. A test that needs other values starts a process of its own.
os.environ.update(
    FAXPORTAL_SECRET_KEY="a secret key for tests, which protects nothing at all",
    FAXPORTAL_CREDENTIAL_KEYS="dGVzdHMgb25seTogdGhpcnR5LXR3byBieXRlcyBsb24=",
    FAXPORTAL_HOSTS="localhost,127.0.0.1,testserver",
    FAXPORTAL_VOIPNOW_SERVERS="http://127.0.0.1:9",
    FAXPORTAL_STORAGE_ORIGINS="http://127.0.0.1:9",
    FAXPORTAL_ALLOW_HTTP="1",
)

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

pytest_plugins: list[str] = []


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    """Documents of a test go to its own folder; pages name static files without a manifest."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.STATIC_ROOT = tmp_path / "static"
    for folder in (settings.FILE_UPLOAD_TEMP_DIR, settings.STATIC_ROOT):
        folder.mkdir()
    settings.STORAGES = {
        "default": {
            "BACKEND": "faxportal.documents.storage.DurableFileSystemStorage",
            "OPTIONS": {"location": tmp_path / "documents", "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

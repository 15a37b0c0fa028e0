"""What every test has: files of its own, and a database as in production."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.db import connection
from django.test import TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from faxportal.documents import parser_pool
from faxportal.faxes.delivery.copy_guard import shared_guard
from tests.support.flush import Flush

#: A folder in memory, if the machine has one.
MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """SQLite in a file, as in production: threads and processes meet its real locks.

    Commits are flushed as in production, too. If the machine allows it, the file is in memory.
    Then flushing takes no time.
    """
    database = project_settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        yield
        return
    with tempfile.TemporaryDirectory(
        prefix="faxportal-tests-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None
    ) as folder:
        database.setdefault("TEST", {})["NAME"] = Path(folder) / "faxportal.sqlite3"
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database. `Flush` restores its original rows after each transactional test."""
    with django_db_blocker.unblock():
        flush = Flush(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: flush())
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """A password hash that takes no time, because a password of a test protects nothing."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that are marked for the other database."""
    on_postgresql = project_settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    other = "sqlite" if on_postgresql else "postgresql"
    out = [item for item in items if item.get_closest_marker(other)]
    items[:] = [item for item in items if item not in out]
    config.hook.pytest_deselected(items=out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests recorded: `name value unit`, as benchmarks do."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(str(value))


@pytest.fixture(scope="session", autouse=True)
def _built_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder of static files for the live server, which starts before `_own_files`.

    A new checkout has no such folder.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project_settings, "STATIC_ROOT", tmp_path_factory.mktemp("static"))
        yield


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    """Each test has a folder of its own for documents, and static files have no manifest."""
    settings.DATA_DIR = tmp_path
    shared_guard.cache_clear()  # it knows the data directory of the test before
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.STATIC_ROOT = tmp_path / "static"
    for folder in (settings.FILE_UPLOAD_TEMP_DIR, settings.STATIC_ROOT):
        folder.mkdir()
    settings.STORAGES = storages(tmp_path / "documents")


def storages(documents: Path) -> dict[str, dict[str, Any]]:
    """Django's setting STORAGES, with this folder for the documents."""
    return {
        "default": {
            "BACKEND": "faxportal.documents.storage_backend.DurableFileSystemStorage",
            "OPTIONS": {"location": documents, "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def _results() -> dict[tuple[str, str], dict[str, Any]]:
    """Results of the parser's child processes: (request, SHA-256 of the file) → result."""
    return {}


@pytest.fixture(autouse=True)
def _files_are_read_once(_results: dict[tuple[str, str], dict[str, Any]]) -> Iterator[None]:
    """Run the real parser only once on the same bytes, because most tests attach the same files.

    `tests/documents` overrides this fixture, so that each of its tests starts its own processes.
    """
    run_parser = parser_pool._run

    def run_once(request: str, files: Sequence[int], *limits: Any) -> dict[str, Any]:
        if json.loads(request)["task"] != "examine":  # other tasks write a file as well
            return run_parser(request, files, *limits)
        with mmap.mmap(files[0], 0, access=mmap.ACCESS_READ) as content:
            key = request, hashlib.sha256(content).hexdigest()
        if key not in _results:
            _results[key] = run_parser(request, files)
        return {**_results[key]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser_pool, "_run", run_once)
        yield

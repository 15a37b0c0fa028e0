"""A pytest plugin: with CI=true, a run that skipped a test has failed.

On a developer's machine, tests are allowed to be skipped for a reason (no Chromium here). In CI, a
test that did not run proves nothing.
"""

from __future__ import annotations

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("CI") == "true" and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line(
            "CI=true: nothing may be skipped, so this run failed.", red=True
        )

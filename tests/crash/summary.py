"""A pytest plugin that prints what the crash matrix counted, in one line at the end."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    results = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "crash"
    ]
    failed = [
        report.nodeid
        for report in terminalreporter.stats.get("failed", [])
        if "crash/test_matrix" in report.nodeid
    ]
    if results and not failed:
        kills, uncertain, again, empty = map(sum, zip(*results, strict=True))
        terminalreporter.write_line(
            f"crash matrix: {len(results)} faxes, {kills} kills, 0 complete twice, 0 lost, "
            f"{uncertain} uncertain, {again} documents stored again, {empty} resources left empty"
        )

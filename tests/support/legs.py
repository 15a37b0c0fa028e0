"""A pytest plugin: which tests have to pass on two databases and two versions of Python.

`.ci/run` has two legs. The first leg runs every test, on SQLite with the oldest Python. The second
leg is `pytest --varying`, on PostgreSQL with the newest Python: it runs the tests whose outcome can
differ there. `VARIES` says which tests these are. If no row of `VARIES` covers a test, the run
stops: whoever adds a folder has to add a row.

`pytest --fast` is for a run of a minute between changes. It leaves out the tests that `SLOW` names
and the tests marked `endless`.

If a run of all tests has no budget (`tests.support.budget`), it tries only a sample of the tests
marked `matrix`. `.ci/run` sets a budget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Flag, auto
from pathlib import Path, PurePath

import pytest

from tests.support import budget

TESTS = Path(__file__).parents[1]


class Varies(Flag):
    """What the outcome of a test can depend on."""

    NEVER = 0
    DATABASE = auto()
    PYTHON = auto()


#: A folder or a module below `tests` → what its tests vary with. If several rows cover a test, the
#: row with the longest path counts.
VARIES = {
    "accounts": Varies.DATABASE,
    "audit": Varies.DATABASE,
    # The pages' scripts and looks, in Chromium. The tests in `web` test what the portal answers.
    "browser": Varies.NEVER,
    "contacts": Varies.DATABASE,
    "crash": Varies.DATABASE,
    # The parsers are the same compiled libraries on each Python.
    "documents": Varies.NEVER,
    "documents/test_parser_pool.py": Varies.PYTHON,  # processes and their limits
    "documents/test_storage_backend.py": Varies.PYTHON,
    "faxes": Varies.DATABASE,
    # The repository's own files: Makefile, Dockerfile, lock files, docs, scripts under node.
    "repository": Varies.NEVER,
    "repository/test_healthcheck.py": Varies.DATABASE,
    "repository/test_install.py": Varies.PYTHON,
    "simulator": Varies.PYTHON,
    "text": Varies.PYTHON,
    "upgrade": Varies.DATABASE,
    "voipnow": Varies.PYTHON,
    "web": Varies.DATABASE,
}

#: Slow tests: they need browsers, processes or large tables, have many small cases, or let a worker
#: try for hours of the test's clock.
SLOW = (
    "browser",
    "crash",
    "documents",
    "faxes/actions/test_resolve_uncertain.py",
    "faxes/compose/covers",
    "faxes/delivery",
    "faxes/history/evidence",
    "faxes/history/test_filters.py",
    "faxes/history/test_query_plans.py",
    "faxes/maintenance/backup",
    "faxes/record",
    "repository/test_install.py",
    "repository/test_scripts.py",
    "simulator/test_command.py",
    "upgrade",
    "web/faxes/test_export_views.py",
    "web/faxes/test_preview_views.py",
    "web/management",
    "web/server",
    "web/test_permissions.py",
    "web/test_visibility.py",
)


#: If a run of all tests has no budget, one in this many tests marked `matrix` runs.
SAMPLE = 4


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="without the slow tests")
    parser.addoption(
        "--varying",
        action="store_true",
        help="only tests whose outcome can differ with the database or with Python",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `--fast`, do not even import slow modules."""
    return True if config.getoption("fast") and _is_slow(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unclassified = sorted({str(item.path) for item in items if _row_of(item.path) is None})
    if unclassified:
        raise pytest.UsageError(
            "Say in tests/support/legs.py what these vary with: " + ", ".join(unclassified)
        )
    wanted: list[pytest.Item] = []
    unwanted: list[pytest.Item] = []
    for item in items:
        is_in_leg = not config.getoption("varying") or _varies(item)
        is_quick = not config.getoption("fast") or not item.get_closest_marker("endless")
        (wanted if is_in_leg and is_quick else unwanted).append(item)
    if not budget.SECONDS and _runs_everything(config):
        left_out = set(_left_out(wanted))
        unwanted += left_out
        wanted = [item for item in wanted if item not in left_out]
    config.hook.pytest_deselected(items=unwanted)
    # The longest tests come first, so that none of them runs alone at the end.
    items[:] = sorted(wanted, key=lambda item: item.get_closest_marker("endless") is None)


def _varies(item: pytest.Item) -> bool:
    """Whether a test runs in both legs. A test that is marked for one database runs in both."""
    if item.get_closest_marker("postgresql") or item.get_closest_marker("sqlite"):
        return True
    row = _row_of(item.path)
    return row is not None and bool(VARIES[row])


def _runs_everything(config: pytest.Config) -> bool:
    """Whether the run names no folder, module or keyword."""
    return not config.option.keyword and [Path(one).resolve() for one in config.args] == [TESTS]


def _left_out(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """The tests marked `matrix` that do not run: in each module, all but one in `SAMPLE`."""
    cases: Counter[Path] = Counter()
    for item in items:
        if item.get_closest_marker("matrix"):
            if cases[item.path] % SAMPLE:
                yield item
            cases[item.path] += 1


def _is_slow(path: Path) -> bool:
    return any(path.is_relative_to(TESTS / slow) for slow in SLOW)


def _row_of(path: Path) -> str | None:
    """The row of `VARIES` for a module; None if it has no row or is outside `tests`."""
    if not path.is_relative_to(TESTS):
        return None
    inside = path.relative_to(TESTS)
    rows = [str(PurePath(*inside.parts[:depth])) for depth in range(len(inside.parts), 0, -1)]
    return next((row for row in rows if row in VARIES), None)

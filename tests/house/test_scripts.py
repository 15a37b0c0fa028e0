"""The pages' scripts: what they do apart from a page, as node's own test runner sees it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: The first that knows an ES module by its `import`, without a package file beside it.
NEW_ENOUGH = (20, 19)


@pytest.fixture
def node() -> str:
    path = shutil.which("node")
    if path is None:
        pytest.skip("No node here: the tests of the pages' scripts (tests/js) need it.")
    version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < NEW_ENOUGH:
        pytest.skip(f"node {version.strip()} is too old for tests/js: 20.19 or newer.")
    return path


def test_the_scripts_of_the_pages_pass_their_tests(node: str) -> None:
    tests = sorted(map(str, (ROOT / "tests/js").rglob("*.test.js")))
    finished = subprocess.run(
        [node, "--test", "--test-reporter=spec", *tests],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_every_script_that_touches_no_page_has_tests_in_the_same_place() -> None:
    """The browser tests show the other scripts."""
    scripts = {
        path.relative_to(ROOT / "static/js").as_posix().replace(".worker.", ".")
        for path in (ROOT / "static/js").rglob("*.js")
        if not re.search(r"\bdocument\b[.?]|lib/(elements|htmx)\.js", path.read_text())
    }
    tested = {
        path.relative_to(ROOT / "tests/js").as_posix().replace(".test.", ".")
        for path in (ROOT / "tests/js").rglob("*.test.js")
    }
    assert scripts - tested == set()

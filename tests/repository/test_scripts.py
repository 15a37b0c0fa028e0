"""The pages' scripts: their tests pass in node, and each script that touches no page has tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.js.check_types import find_node

ROOT = Path(__file__).parents[2]


@pytest.fixture
def node() -> str:
    path = find_node()
    if path is None:
        pytest.skip("The tests of the pages' scripts (tests/js) need node 20.19 or newer.")
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
    """The browser tests cover the other scripts."""
    # A script that imports another one for what it does is the entry of a page.
    touches_the_page = r"""\bdocument\b[.?]|lib/(dom|htmx)\.js|(?m:^import ")"""
    scripts = {
        path.relative_to(ROOT / "static/js").as_posix().replace(".worker.", ".")
        for path in (ROOT / "static/js").rglob("*.js")
        if not re.search(touches_the_page, path.read_text())
    }
    tested = {
        path.relative_to(ROOT / "tests/js").as_posix().replace(".test.", ".")
        for path in (ROOT / "tests/js").rglob("*.test.js")
    }
    assert scripts
    assert scripts - tested == set()


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
@pytest.mark.parametrize("version", [None, "v20.18.3"])
def test_without_a_node_that_is_new_enough_one_line_says_that_no_types_are_checked(
    tmp_path: Path, version: str | None, ci: str, code: int
) -> None:
    if version is not None:
        node = tmp_path / "node"
        node.write_text(f"#!/bin/sh\necho {version}\n")
        node.chmod(0o755)
        (tmp_path / "npm").symlink_to(shutil.which("true") or "/bin/true")

    finished = subprocess.run(
        [sys.executable, "tests/js/check_types.py"],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
    )

    assert finished.returncode == code
    [line] = finished.stderr.splitlines()
    assert "not checked" in line

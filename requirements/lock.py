"""Compile the lock files from `pyproject.toml`, or check whether they are up to date.

`python requirements/lock.py` compiles them with uv. The versions in them stay. With `--upgrade`, uv
takes the newest versions. `--check` needs neither a network nor uv, because each lock file starts
with a fingerprint of the declarations from which it was compiled.

A lock file is for every Python from 3.11 on and for every platform. It names no index, because each
machine has its own index; the hashes are the same everywhere.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "requirements"

SOURCES = {
    "dev": ["pyproject.toml", "--extra=simulator", "--group=dev"],
    "demo": ["pyproject.toml", "--extra=simulator"],
    "base": ["pyproject.toml"],
    "s3": ["--group=pyproject.toml:s3"],
}
NESTED = ("dev", "demo", "base")
"""The largest lock comes first. The others are parts of it, and take their versions from it."""

HOLDS = {
    "dev": "what tests and checks need",
    "demo": "the desk",
    "base": "an office",
    "s3": "the S3 server of the tests",
}
FINGERPRINT = "# pyproject.toml: "
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def main(arguments: list[str]) -> None:
    """Compile all locks with these options of uv. With `--check`, only check the locks."""
    if arguments == ["--check"]:
        if complaints := stale(ROOT):
            sys.exit("\n".join(complaints))
        return
    largest, *parts = NESTED
    for name in (largest, "s3"):
        compile_lock(name, arguments)
    for name in parts:
        shutil.copyfile(HERE / f"{largest}.txt", HERE / f"{name}.txt")
        compile_lock(name, [])


def compile_lock(name: str, options: list[str]) -> None:
    """Compile one lock file with uv. Its versions stay, unless `options` say otherwise."""
    lock = HERE / f"{name}.txt"
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", *SOURCES[name]),
        *("--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--quiet"),
        *("--no-emit-index-url", "--no-emit-find-links", "--output-file", str(lock), *options),
    ]
    subprocess.run(command, cwd=ROOT, env={"UV_SYSTEM_CERTS": "1"} | os.environ, check=True)
    lock.write_text("\n".join([*header(name), lock.read_text()]))


def header(name: str) -> list[str]:
    """The first lines of a lock file: what it is for, and its fingerprint."""
    return [
        f"# For {HOLDS[name]}, compiled by `make lock`. Change pyproject.toml, not this file.",
        FINGERPRINT + fingerprint(ROOT),
    ]


def fingerprint(root: Path) -> str:
    """A hash of the dependencies that `pyproject.toml` declares. Comments do not change it."""
    declared = tomllib.loads((root / "pyproject.toml").read_text())
    project = declared["project"]
    dependencies = [
        project["requires-python"],
        project["dependencies"],
        project.get("optional-dependencies"),
        declared.get("dependency-groups"),
    ]
    return hashlib.sha256(json.dumps(dependencies, sort_keys=True).encode()).hexdigest()


def stale(root: Path) -> list[str]:
    """A sentence for each lock file below `root` that `make lock` has to compile again."""
    wanted = FINGERPRINT + fingerprint(root)
    texts = {name: (root / "requirements" / f"{name}.txt").read_text() for name in SOURCES}
    complaints = [
        f"requirements/{name}.txt is stale: run make lock and commit it."
        for name, text in texts.items()
        if wanted not in text.splitlines()[:2]
    ]
    pins = {name: set(PIN.findall(text)) for name, text in texts.items()}
    complaints += [
        f"requirements/{part}.txt has pins that {whole}.txt hasn't: run make lock and commit it."
        for whole, part in pairwise(NESTED)
        if not pins[part] <= pins[whole]
    ]
    return complaints


if __name__ == "__main__":
    main(sys.argv[1:])

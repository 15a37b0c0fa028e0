"""Check the types of the pages' scripts: `tsc` reads their JSDoc, configured by `jsconfig.json`.

The first check installs one exact version of TypeScript into the virtual environment. npm's own
settings say where TypeScript comes from. If node or npm is missing or node is too old, nothing is
checked: with CI=true the command then fails, and otherwise it succeeds.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TYPESCRIPT = "7.0.2"
#: The first version that recognises an ES module by its `import`, without a `package.json`.
OLDEST_NODE = (20, 19)


def main() -> int:
    node, npm = find_node(), shutil.which("npm")
    if node is None or npm is None:
        say("The types of the scripts are not checked: that needs npm, and node 20.19 or newer.")
        return 1 if os.environ.get("CI") == "true" else 0
    folder = Path(sys.prefix) / f"typescript-{TYPESCRIPT}"
    if not (folder / "installed").exists() and not install(npm, folder):
        say("TypeScript is not installed. The reason is above; the next check tries again.")
        return 1
    tsc = folder / "node_modules/typescript/bin/tsc"
    command = [node, str(tsc), "--project", str(ROOT / "jsconfig.json")]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def find_node() -> str | None:
    """The path of node. None if node is missing, or too old for the scripts and their tests."""
    path = shutil.which("node")
    if path is None:
        return None
    version = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=False
    ).stdout
    is_new_enough = tuple(map(int, re.findall(r"\d+", version)[:2])) >= OLDEST_NODE
    return path if is_new_enough else None


def install(npm: str, folder: Path) -> bool:
    say(f"Installing TypeScript {TYPESCRIPT} into {folder} (once) …")
    folder.mkdir(exist_ok=True)
    options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    command = [npm, "install", "--silent", "--prefix", str(folder), *options]
    finished = subprocess.run([*command, f"typescript@{TYPESCRIPT}"], check=False)
    if finished.returncode == 0:
        (folder / "installed").touch()
    return finished.returncode == 0


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())

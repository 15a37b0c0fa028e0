"""Build and run what the Dockerfile says, in a clean folder, without a container engine.

`python .ci/dockerfile_steps.py` carries out each step of each stage in a folder of its own, where
only what is copied is, and with this Python. Then it starts what the image starts, as the image's
user where it may become that one, until the image's own health check is content.
A step that this script doesn't know stops it, so the two cannot drift apart.
"""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 60


class Stage:
    """One FROM: a folder that stands for the image's root, and what its last lines declare."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.environment = environment
        self.workdir = root
        self.user = 0
        self.says: dict[str, list[str]] = {}

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/") if path.startswith("/") else self.workdir / path

    def run(self, command: str) -> None:
        print(f"   RUN {command}", flush=True)
        shell = ["/bin/sh", "-c", command]
        subprocess.run(shell, cwd=self.workdir, env=self.environment, check=True)

    def declare(self, name: str, value: str) -> None:
        """An ENV line; paths of the image become paths below this stage's folder."""
        value = re.sub(r"(?<![\w.])/app\b", str(self.inside("/app")), value)
        self.environment[name] = value.replace("$PATH", self.environment["PATH"])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        stage = build(scratch)
        start(stage)
    print("The Dockerfile's steps build a portal that answers.")


def build(scratch: Path) -> Stage:
    """Carry out every step; the last stage is the image."""
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    stages: dict[str, Stage] = {}
    stage = Stage(scratch, {})
    for instruction, rest in steps():
        if instruction == "FROM":
            name = rest.partition(" AS ")[2] or "image"
            stage = stages[name] = Stage(scratch / name, with_python(scratch))
        elif instruction == "COPY":
            copy(stage, stages, allowed, rest.split())
        else:
            carry_out(stage, instruction, rest)
    return stage


def carry_out(stage: Stage, instruction: str, rest: str) -> None:
    match instruction:
        case "WORKDIR":
            stage.workdir = stage.inside(rest)
            stage.workdir.mkdir(parents=True, exist_ok=True)
        case "RUN" if rest.startswith("apt-get "):
            print("   (packages of the system are this machine's business)", flush=True)
        case "RUN":
            stage.run(rest)
        case "ENV":
            stage.declare(*rest.split("=", 1))
        case "USER":
            stage.user = int(rest.partition(":")[0])
        case "CMD" | "ENTRYPOINT":
            stage.says[instruction] = json.loads(rest)
        case "HEALTHCHECK":
            stage.says[instruction] = json.loads(rest.partition(" CMD ")[2])
        case "EXPOSE" | "VOLUME":
            pass  # an engine's business
        case _:
            sys.exit(f"The Dockerfile has a step that this script doesn't know: {instruction}")


def steps() -> Iterator[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            instruction, _, rest = line.partition(" ")
            yield instruction, rest.strip()


def with_python(scratch: Path) -> dict[str, str]:
    """An environment without this portal's settings in which `python` is this one."""
    command = scratch / "bin" / "python"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    command.chmod(0o755)
    given = {name: value for name, value in os.environ.items() if "FAXPORTAL" not in name}
    return given | {"PATH": f"{command.parent}:{os.environ['PATH']}"}


def copy(stage: Stage, stages: dict[str, Stage], allowed: list[str], words: list[str]) -> None:
    options = dict(word[2:].split("=") for word in words if word.startswith("--"))
    *sources, target = (word for word in words if not word.startswith("--"))
    origin = stages.get(options.get("from", ""))
    for source in sources:
        if origin is None and f"!{source}" not in allowed:
            sys.exit(f".dockerignore keeps {source} out, and the Dockerfile copies it.")
        path = origin.inside(source) if origin else ROOT / source
        place = stage.inside(target)
        if path.is_dir():
            ignored = None if origin else shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, place, symlinks=True, ignore=ignored, dirs_exist_ok=True)
        else:
            place = place / path.name if target.endswith("/") else place
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)
        if "chown" in options and os.geteuid() == 0:
            for owned in (place, *place.rglob("*")):
                os.chown(owned, *map(int, options["chown"].split(":")))


def start(stage: Stage) -> None:
    """Start the image's default, wait until it says it is well, stop it as an engine would."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    environment = stage.environment | {
        "FAXPORTAL_BIND": bind,
        "FAXPORTAL_SECRET_KEY": secrets.token_urlsafe(48),
        "FAXPORTAL_CREDENTIAL_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "FAXPORTAL_VOIPNOW_SERVERS": "https://voip.example.com",
        "FAXPORTAL_STORAGE_ORIGINS": "https://storage.example.com",
    }
    command = [*stage.says["ENTRYPOINT"], *stage.says["CMD"]]
    user = user_for(stage)
    print(f"   {' '.join(command)}, as {user or os.geteuid()}", flush=True)
    portal = subprocess.Popen(command, cwd=stage.workdir, env=environment, user=user, group=user)
    try:
        wait_until_well(stage, environment, portal)
    finally:
        portal.send_signal(signal.SIGTERM)
        code = portal.wait()
    if code not in (0, -signal.SIGTERM):
        sys.exit(f"The portal stopped with {code}.")


def user_for(stage: Stage) -> int | None:
    """The image's user, where this process may become it and that user may run this Python."""
    if os.geteuid() != 0:
        return None
    try:
        command = [str(stage.inside("/app/.venv/bin/python")), "-c", ""]
        subprocess.run(command, user=stage.user, env=stage.environment, cwd="/", check=True)
    except (OSError, subprocess.CalledProcessError):
        print(f"   User {stage.user} may not run this Python here: its owner does.")
        return None
    return stage.user


def wait_until_well(
    stage: Stage, environment: dict[str, str], portal: subprocess.Popen[bytes]
) -> None:
    end = time.monotonic() + READY_WITHIN_S
    while portal.poll() is None and time.monotonic() < end:
        check = stage.says["HEALTHCHECK"]
        well = subprocess.run(
            check, cwd=stage.workdir, env=environment, capture_output=True, check=False
        )
        if well.returncode == 0:
            return
        time.sleep(0.5)
    sys.exit("The portal never became well.")


if __name__ == "__main__":
    main()

"""Build and start the image of the Dockerfile in a temporary folder, without a container engine.

`python .ci/dockerfile_steps.py` carries out the steps of each stage in a folder of the stage's own,
with this Python. The folder has only the files that COPY put there. Then the script starts the
image's command, as the image's user if that is possible, and waits until the image's health
check passes. A Dockerfile instruction that the script doesn't know makes it fail, so that it always
does what the Dockerfile says.
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
READY_WITHIN_S = 60  # seconds until the health check passes


class Stage:
    """A build stage (FROM): the folder that stands for its root, and what its instructions set."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.environment = environment
        self.workdir = root
        self.user = 0
        #: The arguments of CMD, ENTRYPOINT and HEALTHCHECK.
        self.commands: dict[str, list[str]] = {}

    def inside(self, path: str) -> Path:
        """The path on this machine that stands for a path in the image."""
        return self.root / path.lstrip("/") if path.startswith("/") else self.workdir / path

    def run(self, command: str) -> None:
        """Carry out a RUN instruction."""
        print(f"   RUN {command}", flush=True)
        shell = ["/bin/sh", "-c", command]
        subprocess.run(shell, cwd=self.workdir, env=self.environment, check=True)

    def set_variable(self, name: str, value: str) -> None:
        """Carry out an ENV instruction. Paths below /app become paths below this stage's folder."""
        value = re.sub(r"(?<![\w.])/app\b", str(self.inside("/app")), value)
        self.environment[name] = value.replace("$PATH", self.environment["PATH"])


def main() -> None:
    """Build the image in a temporary folder, and start it."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        stage = build(scratch)
        start(stage)
    print("The Dockerfile's steps build a portal that answers.")


def build(scratch: Path) -> Stage:
    """Carry out every instruction; returns the last stage, which is the image."""
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    stages: dict[str, Stage] = {}
    stage = Stage(scratch, {})
    for instruction, arguments in instructions():
        if instruction == "FROM":
            name = arguments.partition(" AS ")[2] or "image"
            stage = stages[name] = Stage(scratch / name, with_python(scratch))
        elif instruction == "COPY":
            copy(stage, stages, allowed, arguments.split())
        else:
            carry_out(stage, instruction, arguments)
    return stage


def carry_out(stage: Stage, instruction: str, arguments: str) -> None:
    """Carry out any instruction but FROM and COPY. Exits for an unknown one."""
    match instruction:
        case "WORKDIR":
            stage.workdir = stage.inside(arguments)
            stage.workdir.mkdir(parents=True, exist_ok=True)
        case "RUN" if arguments.startswith("apt-get "):
            print("   (skipped: packages of the system)", flush=True)
        case "RUN":
            stage.run(arguments)
        case "ENV":
            stage.set_variable(*arguments.split("=", 1))
        case "USER":
            stage.user = int(arguments.partition(":")[0])
        case "CMD" | "ENTRYPOINT":
            stage.commands[instruction] = json.loads(arguments)
        case "HEALTHCHECK":
            stage.commands[instruction] = json.loads(arguments.partition(" CMD ")[2])
        case "EXPOSE" | "VOLUME":
            pass  # for container engines only
        case _:
            sys.exit(f"The Dockerfile has a step that this script doesn't know: {instruction}")


def instructions() -> Iterator[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments; continued lines are joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            instruction, _, arguments = line.partition(" ")
            yield instruction, arguments.strip()


def with_python(scratch: Path) -> dict[str, str]:
    """This process's environment without the portal's variables. `python` in it is this Python."""
    command = scratch / "bin" / "python"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    command.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if "FAXPORTAL" not in name}
    return kept | {"PATH": f"{command.parent}:{os.environ['PATH']}"}


def copy(stage: Stage, stages: dict[str, Stage], allowed: list[str], words: list[str]) -> None:
    """Carry out a COPY instruction, from the repository or from another stage.

    `allowed` are the lines of .dockerignore; `words` are the options, sources and target. Exits
    for a source that .dockerignore excludes.
    """
    options = dict(word[2:].split("=") for word in words if word.startswith("--"))
    *sources, target = (word for word in words if not word.startswith("--"))
    from_stage = stages.get(options.get("from", ""))
    for source in sources:
        if from_stage is None and f"!{source}" not in allowed:
            sys.exit(f".dockerignore keeps {source} out, and the Dockerfile copies it.")
        path = from_stage.inside(source) if from_stage else ROOT / source
        copied = stage.inside(target)
        if path.is_dir():
            ignored = None if from_stage else shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, copied, symlinks=True, ignore=ignored, dirs_exist_ok=True)
        else:
            copied = copied / path.name if target.endswith("/") else copied
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copied)
        if "chown" in options and os.geteuid() == 0:
            for owned in (copied, *copied.rglob("*")):
                os.chown(owned, *map(int, options["chown"].split(":")))


def start(stage: Stage) -> None:
    """Start the image's command, wait until it is healthy, and stop it as an engine does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    environment = stage.environment | {
        "FAXPORTAL_BIND": bind,
        "FAXPORTAL_SECRET_KEY": secrets.token_urlsafe(48),
        "FAXPORTAL_CREDENTIAL_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "FAXPORTAL_RECORD_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "FAXPORTAL_VOIPNOW_SERVERS": "https://voip.example.com",
        "FAXPORTAL_STORAGE_ORIGINS": "https://storage.example.com",
    }
    command = [*stage.commands["ENTRYPOINT"], *stage.commands["CMD"]]
    user = user_for(stage)
    print(f"   {' '.join(command)}, as {user or os.geteuid()}", flush=True)
    portal = subprocess.Popen(command, cwd=stage.workdir, env=environment, user=user, group=user)
    try:
        wait_until_healthy(stage, environment, portal)
    finally:
        portal.send_signal(signal.SIGTERM)
        code = portal.wait()
    if code not in (0, -signal.SIGTERM):
        sys.exit(f"The portal stopped with {code}.")


def user_for(stage: Stage) -> int | None:
    """The image's user id; None if a process of that user can't be started, or can't run Python.

    If None is returned, the portal runs as the user of this process.
    """
    if os.geteuid() != 0:
        return None
    try:
        command = [str(stage.inside("/app/.venv/bin/python")), "-c", ""]
        subprocess.run(command, user=stage.user, env=stage.environment, cwd="/", check=True)
    except (OSError, subprocess.CalledProcessError):
        print(f"   User {stage.user} may not run this Python: the portal runs as this user.")
        return None
    return stage.user


def wait_until_healthy(
    stage: Stage, environment: dict[str, str], portal: subprocess.Popen[bytes]
) -> None:
    """Wait until the image's health check passes. Exits if it doesn't, or if the portal ends."""
    until = time.monotonic() + READY_WITHIN_S
    while portal.poll() is None and time.monotonic() < until:
        check = subprocess.run(
            stage.commands["HEALTHCHECK"],
            cwd=stage.workdir,
            env=environment,
            capture_output=True,
            check=False,
        )
        if check.returncode == 0:
            return
        time.sleep(0.5)
    sys.exit("The portal did not become healthy.")


if __name__ == "__main__":
    main()

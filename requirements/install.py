"""Install the packages of a lock file, and no others, into the environment of this Python.

`python requirements/install.py dev` installs `requirements/dev.txt`. The script runs uv if uv is on
the PATH. If uv is missing or fails, the script runs pip. If pip is missing, `ensurepip` installs
pip first. uv and pip refuse a file whose hash is not in the lock. They take index, proxy and
certificates from their own settings; the script adds only what `trusting_this_machine` sets.
"""

import importlib.util
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
CONTAINS = {
    "base": ["base"],
    "demo": ["base", "demo"],
    "dev": ["base", "demo", "dev"],
    "s3": ["s3"],
}
"""Lock → the locks that it contains, itself included. Their versions agree (see `lock.py`)."""

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)


def main(name: str) -> None:
    """Install the lock with this name, and mark each lock that it contains as installed."""
    lock = HERE / f"{name}.txt"
    say(f"Installing {lock.relative_to(HERE.parent)} into {sys.prefix} (once, about a minute) …")
    environment = trusting_this_machine(os.environ)
    if not (with_uv(lock, environment) or with_pip(lock, environment)):
        sys.exit(
            f"Not installed: {lock.name}. What went wrong is above; the next make tries again."
        )
    for installed in (*CONTAINS.get(name, []), name):
        Path(sys.prefix, f"{installed}.installed").touch()


def with_uv(lock: Path, environment: Mapping[str, str]) -> bool:
    """Install with uv, and return whether that worked.

    uv may fail when pip works, because uv does not read pip's settings and needs a writable cache.
    """
    uv = shutil.which("uv")
    if uv is None:
        return False
    command = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes"]
    if runs([*command, "--requirement", str(lock)], environment):
        return True
    say("uv did not manage it; pip is next.")
    return False


def with_pip(lock: Path, environment: Mapping[str, str]) -> bool:
    """Install with pip, and return whether that worked."""
    pip = [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("pip") is None and not runs(
        [sys.executable, "-m", "ensurepip"], environment, stdout=subprocess.DEVNULL
    ):
        say("This Python comes without pip. On Debian and Ubuntu: apt install python3-venv")
        return False
    options = ["-qq", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    return runs([*pip, "install", *options, "--requirement", str(lock)], environment)


def trusting_this_machine(given: Mapping[str, str]) -> dict[str, str]:
    """An environment in which uv and pip trust the certificates that this machine trusts.

    A company's proxy may have a certificate from the company's own authority. The authority's
    certificate is then in the machine's store, or in a file that an environment variable names. pip
    before 24.2 reads neither the store nor SSL_CERT_FILE, and uv does not read pip's variables.

    - If a variable names a file, both tools are told to read that file.
    - If no variable names a file, uv is told to read the store, and pip to read the store's file.

    Variables that are set stay as they are. pip's own setting `cert` takes precedence over them.
    """
    environment = dict(given)
    names = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    named = next((given[name] for name in names if given.get(name)), None)
    if named:
        environment.setdefault("SSL_CERT_FILE", named)
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    store = (ssl.get_default_verify_paths().cafile, *BUNDLES)
    bundle = named or next((path for path in store if path and Path(path).is_file()), None)
    if bundle and not given.get("CURL_CA_BUNDLE"):
        environment.setdefault("REQUESTS_CA_BUNDLE", bundle)
    return environment


def runs(command: list[str], environment: Mapping[str, str], stdout: int | None = None) -> bool:
    """Run a command, and return whether its exit code is 0."""
    return subprocess.run(command, env=environment, stdout=stdout, check=False).returncode == 0


def say(sentence: str) -> None:
    """Print a sentence on standard error."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

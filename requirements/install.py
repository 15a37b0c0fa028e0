"""Install one lock file, and nothing that is not in it, into the environment this runs in.

`python requirements/install.py dev` takes `requirements/dev.txt`. uv does it where uv is on the
PATH, else pip, which every Python can unpack from itself; both refuse a file whose hash is not in
the lock. Where packages come from is the machine's business: whatever index, proxy and certificates
pip's or uv's own settings name. One thing is added: see `trusting_this_machine`.
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
"""Each lock holds those before it, at the same versions (`lock.py` checks that)."""

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)


def main(name: str) -> None:
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
    """Whether uv did it. It may well not: it reads neither pip's settings nor a read-only cache."""
    uv = shutil.which("uv")
    if uv is None:
        return False
    command = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes"]
    if runs([*command, "--requirement", str(lock)], environment):
        return True
    say("uv did not manage it; pip is next.")
    return False


def with_pip(lock: Path, environment: Mapping[str, str]) -> bool:
    pip = [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("pip") is None and not runs(
        [sys.executable, "-m", "ensurepip"], environment, stdout=subprocess.DEVNULL
    ):
        say("This Python comes without pip. On Debian and Ubuntu: apt install python3-venv")
        return False
    options = ["-qq", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    return runs([*pip, "install", *options, "--requirement", str(lock)], environment)


def trusting_this_machine(given: Mapping[str, str]) -> dict[str, str]:
    """The environment in which uv and pip trust what this machine trusts.

    A company's proxy signs with a certificate of its own, which the machine's store knows or a
    variable names. pip before 24.2 reads neither the store nor SSL_CERT_FILE, and uv reads no
    variable of pip's: whichever is named is passed on, and the store is what remains.
    Variables that are set stay as they are, and pip's own `cert` setting goes before these.
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
    return subprocess.run(command, env=environment, stdout=stdout, check=False).returncode == 0


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

"""`requirements/install.py` with a real index over https.

A company's own certificate authority (CA) signed the certificate of the index. The CA's certificate
is in a file, and not among those that the machine trusts.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import http.server
import os
import shutil
import ssl
import subprocess
import sys
import threading
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

pytestmark = pytest.mark.matrix

INSTALL = Path(__file__).parents[2] / "requirements" / "install.py"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the CA's certificate, and the server's key and certificate."""
    folder = tmp_path_factory.mktemp("company")
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate("Company", authority, signed_by=("Company", authority))
    leaf = certificate("localhost", server, signed_by=("Company", authority))
    secret = server.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "company.pem").write_bytes(root)
    (folder / "server.pem").write_bytes(secret + leaf)
    return folder


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, *, signed_by: tuple[str, ec.EllipticCurvePrivateKey]
) -> bytes:
    """A certificate for `name` (PEM). `signed_by` is the name and the key of the CA that signs it.

    If `name` signs its own certificate, the certificate is that of a CA.
    """
    issuer, issuer_key = signed_by
    subject, authority = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)]) for common in (name, issuer)
    )
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(
        authority, subject, key.public_key(), x509.random_serial_number()
    )
    builder = builder.not_valid_before(now - datetime.timedelta(days=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1))
    signs = name == issuer
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (
        (x509.SubjectAlternativeName([x509.DNSName(name)]), False),
        (x509.BasicConstraints(ca=signs, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (identifier, False),
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(issuer_key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def wheel(company: Path) -> Path:
    folder = company / "simple" / "tiny"
    folder.mkdir(parents=True)
    wheel = folder / "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr(
            "tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n"
        )
        archive.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("tiny-1.dist-info/RECORD", "")
    (folder / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    return wheel


@pytest.fixture(scope="module")
def index(company: Path, wheel: Path) -> Iterator[str]:
    """The URL of a package index that holds the wheel."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(company / "server.pem")
    handler = functools.partial(Quiet, directory=company)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_port}/simple/"
        server.shutdown()


@pytest.fixture
def project(tmp_path: Path, wheel: Path) -> Path:
    """A folder with an empty virtual environment, and a lock with one package."""
    venv.create(tmp_path / ".venv", with_pip=False, symlinks=True)
    (tmp_path / "requirements").mkdir()
    shutil.copy(INSTALL, tmp_path / "requirements")
    lock_with(tmp_path, hashlib.sha256(wheel.read_bytes()).hexdigest())
    return tmp_path


def lock_with(project: Path, digest: str) -> None:
    (project / "requirements" / "demo.txt").write_text(f"tiny==1 \\\n    --hash=sha256:{digest}\n")


def install(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script. It gets these variables, and none of this process's environment."""
    return subprocess.run(
        [project / ".venv" / "bin" / "python", project / "requirements" / "install.py", "demo"],
        env={"PATH": "", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_companys_certificate_is_trusted_wherever_it_is_named(
    project: Path, company: Path, index: str, variable: str
) -> None:
    settings = {"PIP_INDEX_URL": index, variable: str(company / "company.pem")}

    assert install(project, **settings).returncode == 0

    found = subprocess.run([project / ".venv" / "bin" / "python", "-c", "import tiny"], check=False)
    assert found.returncode == 0
    stamps = sorted(stamp.name for stamp in (project / ".venv").glob("*.installed"))
    assert stamps == ["base.installed", "demo.installed"]


def test_an_unknown_certificate_is_not_trusted(project: Path, index: str) -> None:
    run = install(project, PIP_INDEX_URL=index)

    assert run.returncode != 0
    assert "Not installed: demo.txt" in run.stderr
    assert not (project / ".venv" / "demo.installed").exists()


def test_a_file_that_is_not_the_locked_one_is_refused(
    project: Path, company: Path, index: str
) -> None:
    lock_with(project, "0" * 64)

    run = install(project, PIP_INDEX_URL=index, SSL_CERT_FILE=str(company / "company.pem"))

    assert run.returncode != 0
    assert "DO NOT MATCH THE HASHES" in run.stderr


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "PIP_CERT"])
def test_uv_is_tried_first_with_the_certificate(
    project: Path, company: Path, index: str, variable: str
) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    assert uv
    settings = {
        "PATH": str(Path(uv).parent),
        "UV_DEFAULT_INDEX": index,
        "UV_NO_CONFIG": "1",
        "UV_CACHE_DIR": str(project / "cache"),
    }

    run = install(project, **settings, **{variable: str(company / "company.pem")})

    assert run.returncode == 0
    assert "pip is next" not in run.stderr


def test_where_uv_fails_pip_installs(project: Path, company: Path, index: str) -> None:
    broken = project / "bin" / "uv"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 2\n")
    broken.chmod(0o755)
    settings = {"PATH": str(broken.parent), "PIP_INDEX_URL": index}

    run = install(project, **settings, SSL_CERT_FILE=str(company / "company.pem"))

    assert run.returncode == 0
    assert "pip is next" in run.stderr

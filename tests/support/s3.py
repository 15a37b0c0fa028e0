"""Real storage for tests: an S3 server, and upload targets on it as VoipNow signs them.

The server has its own environment, `.venv-s3`. The first test that needs the server makes the
environment. If that fails (no network), the tests are skipped with a reason; with CI=true they
fail.
"""

import fcntl
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import botocore.auth
import botocore.session
import pytest
from botocore.config import Config

from faxportal.voipnow.api_types import UploadTarget

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv-s3"
LOCK = ROOT / "requirements" / "s3.txt"
BUCKET = "faxes"
KEY, SECRET = "test:tester", "testing"


class S3:
    """A running S3 server with one bucket."""

    def __init__(self, url: str, folder: Path, process: subprocess.Popen[str]) -> None:
        self.url = url
        self._puts = folder / "puts"
        self._process = process
        self._client: Any = botocore.session.Session().create_client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )
        self._client.create_bucket(Bucket=BUCKET)

    def target(
        self,
        key: str,
        size: int,
        *,
        expires_in: int = 600,
        metadata: Mapping[str, str] | None = None,
    ) -> UploadTarget:
        """An upload target whose `lifetime` is None, so that only storage knows when it expires."""
        metadata = metadata or {"he-int-faxout": "1", "app-faxid": "262"}
        params = {
            "Bucket": BUCKET,
            "Key": key,
            "ContentType": "application/pdf",
            "ContentLength": size,
            "Metadata": metadata,
        }
        url = self._client.generate_presigned_url("put_object", params, ExpiresIn=expires_in)
        return UploadTarget(
            upload_identifier=key,
            url=url,
            headers={f"x-amz-meta-{name}": value for name, value in metadata.items()},
            content_type="application/pdf",
            content_length=size,
            lifetime=None,
        )

    @property
    def as_simulated(self) -> Mapping[str, str]:
        """The configuration with which the simulator makes its targets point to this server."""
        return {"storage": self.url, "storage_key": KEY, "storage_secret": SECRET}

    def stored(self, key: str) -> tuple[bytes, dict[str, str]] | None:
        """The bytes and the metadata of an object; None if there is no such object."""
        try:
            answer = self._client.get_object(Bucket=BUCKET, Key=key)
        except self._client.exceptions.NoSuchKey:
            return None
        # This server capitalises names; the case of a header's name has no meaning.
        metadata = {name.lower(): value for name, value in answer["Metadata"].items()}
        return answer["Body"].read(), metadata

    @contextmanager
    def other_secret(self) -> Iterator[None]:
        """Within the context, the server has another secret and refuses earlier signatures.

        Uploads that have begun continue.
        """
        self._set_secret("another secret")
        try:
            yield
        finally:
            self._set_secret(SECRET)

    def _set_secret(self, secret: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(secret, file=self._process.stdin, flush=True)
        assert self._process.stdout.readline() == "changed\n"

    def answers(self, key: str) -> list[int]:
        """The status of the response to each PUT of an object."""
        lines = [line.split() for line in self._puts.read_text().splitlines()]
        return [int(status) for status, path in lines if path == f"/{BUCKET}/{key}"]


@contextmanager
def signed_at(when: datetime) -> Iterator[None]:
    """Targets that are made within the context are signed at this time (UTC)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda *_: when)
        yield


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with running_s3(tmp_path_factory.mktemp("s3")) as running:
        yield running


@contextmanager
def running_s3(folder: Path, *, origin: str = "*") -> Iterator[S3]:
    """Run a server that allows browsers of `origin` to upload (CORS)."""
    command = [
        str(_python()),
        str(ROOT / "tests" / "support" / "s3_server.py"),
        str(folder),
        origin,
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin:
            port = process.stdout.readline().strip()
            assert port, "the S3 server did not start: its messages are above"
            yield S3(f"http://127.0.0.1:{port}", folder, process)


def _python() -> Path:
    """The Python of the server's environment. Makes the environment first if there is none."""
    python = ENVIRONMENT / "bin" / "python"
    installed = ENVIRONMENT / "s3.installed"
    with (ROOT / "tests" / "support" / "s3_server.py").open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if installed.exists() and installed.stat().st_mtime >= LOCK.stat().st_mtime:
            return python
        venv.create(ENVIRONMENT, clear=True, with_pip=False)
        install = [str(python), str(ROOT / "requirements" / "install.py"), "s3"]
        if subprocess.run(install, cwd=ROOT, stdout=sys.stderr, check=False).returncode == 0:
            return python
    sentence = "No S3 server to test against: requirements/s3.txt could not be installed."
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)

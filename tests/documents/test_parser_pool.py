"""The child process that opens files: what it is not allowed to do, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File

from faxportal.documents import parser_pool
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from tests.support import documents, odd_documents

REQUEST = '{"task": "examine", "kind": "PDF"}'
RESTRICTED = "from faxportal.documents.parser import process_limits; process_limits.restrict(); "


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        ("open('/etc/passwd')", "OSError"),
        ("import socket; socket.socket()", "OSError"),
        ("bytes(2 * 1024**3)", "MemoryError"),
    ],
)
def test_a_restricted_process_gets_no_file_no_socket_and_little_memory(
    attempt: str, error: str
) -> None:
    preloaded = "import socket; "
    ended = subprocess.run(
        [sys.executable, "-c", preloaded + RESTRICTED + attempt], capture_output=True, check=False
    )
    assert ended.returncode == 1
    assert error.encode() in ended.stderr


def test_a_process_that_computes_too_long_ends_otherwise_than_by_the_machine() -> None:
    """So a merge that is too much work is refused, and is not tried again for ever."""
    limits = "Limits(memory=2**30, processor=1, time=600, output=0)"
    compute = RESTRICTED.replace("restrict()", f"restrict(process_limits.{limits})")
    ended = subprocess.run([sys.executable, "-c", f"{compute}\nwhile True: pass"], check=False)
    assert ended.returncode == -signal.SIGXCPU
    assert ended.returncode not in parser_pool._BY_THE_MACHINE


def test_a_file_on_the_disk_is_read_from_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "offer.pdf"
    path.write_bytes(documents.pdf("", ""))
    with path.open("rb") as file:
        assert parser_pool.examine(File(file), Kind.PDF).pages == 2
        assert file.read() == path.read_bytes()


def test_where_no_process_can_be_started_the_file_is_not_blamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")
    with pytest.raises(Rejected) as refused:
        parser_pool.examine(ContentFile(documents.pdf()), Kind.PDF)
    assert refused.value.reason is RejectionReason.NOT_NOW


def test_a_process_that_fails_does_not_blame_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Rejected) as refused:
        parser_pool.examine(ContentFile(documents.pdf()), Kind.PDF)
    assert refused.value.reason is RejectionReason.NOT_NOW


def test_a_child_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "laughs.pdf"
    path.write_bytes(odd_documents.laughs())
    with path.open("rb") as file, parser_pool._child(REQUEST, [file.fileno()]) as child:
        assert child.stdin
        child.stdin.close()
        assert child.wait() == -signal.SIGTERM

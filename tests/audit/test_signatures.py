"""Signed JSON: an unchanged signed file is accepted, and every other file is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faxportal.audit import record_keys, signatures
from faxportal.audit.signatures import NotSigned
from faxportal.verify import main

DATA: dict[str, Any] = {"fax": {"subject": "Ärger", "n": [1, None]}, "record": {"is_whole": True}}


@pytest.fixture
def seed() -> bytes:
    return record_keys.demand_newest().signing_seed


@pytest.fixture
def signed(seed: bytes) -> bytes:
    return signatures.as_bytes(signatures.sign(DATA, seed))


def test_a_signed_file_verifies_and_names_its_key(signed: bytes, seed: bytes) -> None:
    assert signatures.verify(signed) == (signatures.public_key_of(seed), DATA)


def test_no_file_verifies_in_which_any_bit_was_flipped(signed: bytes) -> None:
    for place in range(len(signed)):
        for bit in range(8):
            changed = bytearray(signed)
            changed[place] ^= 1 << bit
            with pytest.raises(NotSigned):
                signatures.verify(bytes(changed))


@pytest.mark.parametrize("end", [b"\n", b" ", b"{}"])
def test_nothing_may_follow(end: bytes, signed: bytes) -> None:
    with pytest.raises(NotSigned):
        signatures.verify(signed + end)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"signature": 1}', b"\xff", b"null", b"[" * 99999],
    ids=range(7),
)
def test_what_is_no_signed_file_is_refused(content: bytes) -> None:
    with pytest.raises(NotSigned):
        signatures.verify(content)


def test_the_program_needs_no_settings_and_compares_the_key(
    signed: bytes, seed: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "sheet.json"
    file.write_bytes(signed)
    key = signatures.public_key_of(seed)
    command = [sys.executable, "-m", "faxportal.verify", str(file), "--key", key]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env={}, capture_output=True, text=True, check=True)
    assert key in done.stdout
    assert main([str(file), "--key", "00" * 32]) == 1
    assert main([str(file), "--key", "00" * 32, "--key", key.upper()]) == 0
    file.write_bytes(signed.replace(b"rger", b"rgew"))
    assert main([str(file)]) == 1
    assert main([str(tmp_path / "missing")]) == 1


def test_a_sheet_that_is_not_whole_does_not_pass(seed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "sheet.json"
    data = json.loads(json.dumps(DATA)) | {"record": {"is_whole": False}}
    file.write_bytes(signatures.as_bytes(signatures.sign(data, seed)))
    assert main([str(file)]) == 1

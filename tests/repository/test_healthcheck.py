"""The health check of the container image."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

ROOT = Path(__file__).parents[2]


def ask(bind: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "faxportal.healthcheck"],
        cwd=ROOT,
        env=os.environ | {"FAXPORTAL_BIND": bind} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("hosts", ["testserver,localhost", "*", ".localhost"])
def test_a_portal_that_answers_is_healthy_whatever_its_host_names_are(
    live_server: LiveServer, hosts: str
) -> None:
    port = live_server.url.rpartition(":")[2]

    assert ask(f"0.0.0.0:{port}", FAXPORTAL_HOSTS=hosts).returncode == 0


def test_a_portal_that_does_not_answer_is_unhealthy() -> None:
    answer = ask("127.0.0.1:1")

    assert answer.returncode != 0
    assert answer.stderr.startswith("No answer on 127.0.0.1:1")

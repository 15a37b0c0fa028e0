"""`manage.py simulator`, as a process of its own."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from faxportal.simulator.control_client import Simulator

from .caller import calling

ROOT = Path(__file__).parents[2]


@contextmanager
def started(
    *more: str, port: int = 0, inherit: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[str]]:
    arguments = ["simulator", "--port", str(port), "--storage-port", "0", *more]
    with subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=inherit,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: subprocess.Popen[str]) -> Simulator:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"Simulated VoipNow on (\S+), its storage on (\S+)\n", line)
    assert found, (line, process.communicate())
    sim = Simulator(found[1])
    assert sim.storage_url == found[2]
    return sim


def test_it_prints_its_origins_and_works(tmp_path: Path) -> None:
    with started("--data-dir", str(tmp_path / "new")) as process:
        sim = ready(process)
        with calling(sim) as caller:
            caller.send()
        assert sim.report().complete == 1


def test_what_was_received_outlives_a_crash(tmp_path: Path) -> None:
    with started("--data-dir", str(tmp_path)) as process:
        with calling(ready(process)) as caller:
            caller.send()
        process.kill()
    with started("--data-dir", str(tmp_path)) as process:
        sim = ready(process)
        assert sim.report().complete == 1
        with calling(sim) as caller:
            assert caller.create().json()["id"] == 263


def test_its_options_reach_the_configuration() -> None:
    options = ("--wire", "both", "--target-lifetime", "5", "--cors-origin", "http://a")
    with started(*options) as process:
        config = ready(process).config
    assert (config.wire, config.target_lifetime, config.cors_origins) == ("both", 5, ("http://a",))


def test_it_serves_on_sockets_that_its_parent_listens_on() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as voipnow,
        socket.create_server(("127.0.0.1", 0)) as storage,
    ):
        inherit = (voipnow.fileno(), storage.fileno())
        with started("--listeners", *map(str, inherit), inherit=inherit) as process:
            sim = ready(process)
            with calling(sim) as caller:
                caller.send()
            assert sim.url == f"http://127.0.0.1:{voipnow.getsockname()[1]}"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_in_order_even_while_a_request_is_held(sign: signal.Signals) -> None:
    with started() as process:
        sim = ready(process)
        sim.script("presence", "hold")
        with socket.create_connection(("127.0.0.1", int(sim.url.rpartition(":")[2]))) as client:
            client.sendall(
                b"GET /uapi/extensions/@me/@self/presence HTTP/1.1\r\nHost: x\r\n"
                b"Authorization: Bearer demo.access_token-1\r\n\r\n"
            )
            sim.wait_until_held()
            process.send_signal(sign)
            output, errors = process.communicate()
    assert (process.returncode, output, errors) == (0, "", "")


def test_it_ends_with_its_parent() -> None:
    with started("--exit-with-parent") as process:
        ready(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


def test_a_taken_port_is_reported_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with started(port=port) as process:
            _, errors = process.communicate()
    assert process.returncode == 1
    assert errors == f"CommandError: Port {port} is taken by another program.\n"

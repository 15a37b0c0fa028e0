"""`serve` as an operator runs it: real processes, a data directory and a port of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.support.process_tree import (
    MANAGE,
    Tree,
    bare_environment,
    own_database,
    run,
    running,
    status_of,
)

SERVE = (*MANAGE, "serve")
READY = r"faxportal is ready: (http://127\.0\.0\.1:\d+)/$"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment variables that an operator sets for a portal."""
    with own_database() as database:
        yield bare_environment(
            FAXPORTAL_DATA_DIR=str(tmp_path / "data"),
            FAXPORTAL_BIND="127.0.0.1:0",
            FAXPORTAL_SECRET_KEY=Fernet.generate_key().decode(),
            FAXPORTAL_CREDENTIAL_KEYS=Fernet.generate_key().decode(),
            FAXPORTAL_RECORD_KEY=Fernet.generate_key().decode(),
            **database,
        )


@pytest.fixture
def portal(environment: dict[str, str]) -> Iterator[Tree]:
    with running(SERVE, environment) as tree:
        yield tree


def test_it_says_where_it_is_once_it_answers(portal: Tree, environment: dict[str, str]) -> None:
    assert status_of(portal.find(READY)[1] + "/healthz") == 200
    assert Path(environment["FAXPORTAL_DATA_DIR"]).stat().st_mode & 0o777 == 0o700


def test_sigterm_ends_web_server_and_worker(portal: Tree) -> None:
    portal.find(READY)
    portal.send(signal.SIGTERM)
    assert portal.wait_for_all() == 0
    assert "Traceback" not in portal.output


def test_web_server_and_worker_end_when_their_parent_is_killed_outright(portal: Tree) -> None:
    portal.find(READY)
    portal.send(signal.SIGKILL)
    portal.wait_for_all()


def test_a_web_server_that_dies_answers_again_at_the_same_address(portal: Tree) -> None:
    url = portal.find(READY)[1]
    os.kill(portal.pid_of("web"), signal.SIGKILL)
    portal.find("web ended by signal 9")
    # The supervisor keeps the port, so this request waits until the next web server answers.
    assert status_of(url + "/healthz") == 200


def test_a_taken_port_is_reported_in_a_sentence(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environment["FAXPORTAL_BIND"] = f"127.0.0.1:{port}"
        with running(SERVE, environment) as tree:
            assert tree.wait_for_all() == 1
    assert tree.output == (
        f"CommandError: Port {port} is taken by another program. "
        f"Stop it or choose another: PORT={port + 1} make serve"
    )
    assert not Path(environment["FAXPORTAL_DATA_DIR"], "faxportal.sqlite3").exists()


@pytest.mark.parametrize("name", ["FAXPORTAL_CREDENTIAL_KEYS", "FAXPORTAL_RECORD_KEY"])
def test_missing_keys_are_reported_in_a_sentence_that_says_how_to_make_them(
    environment: dict[str, str], name: str
) -> None:
    del environment[name]
    with running(SERVE, environment) as tree:
        assert tree.wait_for_all() == 1
        tree.find(f"Not set: {name}")
    made = subprocess.check_output(tree.lines[-1], shell=True, text=True).strip()
    with running(SERVE, environment | {name: made}) as tree:
        tree.find(READY)


def test_a_data_directory_that_cannot_be_made_is_reported_in_a_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    environment["FAXPORTAL_DATA_DIR"] = str(tmp_path / "file" / "data")
    with running(SERVE, environment) as tree:
        assert tree.wait_for_all() == 1
        tree.find(r"The data directory .* can't be made: Not a directory")


def test_a_database_that_is_not_there_is_reported_in_a_sentence(
    environment: dict[str, str],
) -> None:
    environment["FAXPORTAL_DATABASE_URL"] = "postgres://nobody@127.0.0.1:9/nothing"
    with running(SERVE, environment) as tree:
        assert tree.wait_for_all() == 1
        tree.find("The database can't be used: ")
        assert "Traceback" not in tree.output


@pytest.mark.parametrize("command", ["serve", "web"])
def test_a_data_directory_of_another_database_is_not_used(
    environment: dict[str, str], tmp_path: Path, command: str
) -> None:
    """The operator forgot the address of the database, or named another data directory."""
    with running(SERVE, environment) as tree:
        tree.find(READY)
        tree.send(signal.SIGTERM)
        assert tree.wait_for_all() == 0
    empty = environment | {"FAXPORTAL_DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"}
    run("migrate", environment=empty)
    with running((*MANAGE, command), empty) as tree:
        assert tree.wait_for_all() == 1
    assert "don't belong together" in tree.output
    assert "Traceback" not in tree.output
    with running((*MANAGE, "worker"), empty) as worker:
        worker.find("don't belong together")
        worker.send(signal.SIGTERM)
        assert worker.wait_for_all() == 0
    with running(SERVE, environment) as tree:
        tree.find(READY)


@pytest.mark.postgresql
def test_several_machines_may_start_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    with ExitStack() as machines:
        trees = [
            machines.enter_context(
                running(SERVE, environment | {"FAXPORTAL_DATA_DIR": str(tmp_path / name)})
            )
            for name in ("one", "two", "three")
        ]
        for tree in trees:
            tree.find(READY)


def test_headers_of_a_trusted_proxy_pass_the_web_server(environment: dict[str, str]) -> None:
    environment |= {
        "FAXPORTAL_URL": "https://localhost",
        "FAXPORTAL_TRUSTED_PROXIES": "127.0.0.1",
        "FAXPORTAL_BIND": "127.0.0.1:0",
    }
    with running(SERVE, environment) as tree:
        tree.find("faxportal is ready: https://localhost/$")
        here = tree.find(r"web listens on (http://\S+)")[1]
        assert status_of(here + "/") == 301  # to https
        assert status_of(here + "/", **{"X-Forwarded-Proto": "https"}) != 301

"""`demo` as a newcomer runs it: real processes, a data directory and ports of their own."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.management import CommandError

from faxportal.accounts.models import Connection, User
from faxportal.simulator import config as simulator
from faxportal.web import demo
from tests.web.tree import (
    MANAGE,
    ROOT,
    Tree,
    bare_environment,
    own_database,
    run,
    running,
    status_of,
)

LAST_LINE = "Ctrl-C stops it all"
PORTAL = r"The portal +(http://127\.0\.0\.1:\d+)/$"
SIMULATOR = r"Simulated VoipNow +(http://127\.0\.0\.1:\d+)/ "


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with own_database() as database:
        yield bare_environment(
            FAXPORTAL_DATA_DIR=str(tmp_path / "data"), FAXPORTAL_BIND="127.0.0.1:0", **database
        )


def demo_command() -> list[str]:
    """`demo` with ports that tests beside this one don't take, too."""
    with ExitStack() as both:
        ports = [
            both.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
            for _ in range(2)
        ]
    return [*MANAGE, "demo", f"--simulator-port={ports[0]}", f"--storage-port={ports[1]}"]


@pytest.fixture
def started(environment: dict[str, str]) -> Iterator[Tree]:
    with running(demo_command(), environment) as tree:
        tree.find(LAST_LINE)
        yield tree


def test_addresses_and_sign_ins_come_last_and_hold(started: Tree, tmp_path: Path) -> None:
    assert status_of(started.find(PORTAL)[1] + "/healthz") == 200
    assert status_of(started.find(SIMULATOR)[1] + "/") == 200
    for name in ("sender", "reviewer", "admin"):
        started.find(rf"^  {name} +{name}-demo ")
    for key in ("faxportal_secret_key", "faxportal_credential_keys"):
        assert (tmp_path / "data" / key).stat().st_mode & 0o777 == 0o600


def test_ctrl_c_ends_everything(started: Tree) -> None:
    started.ctrl_c()
    assert started.wait_for_all() == 0
    assert "Traceback" not in started.output


def test_everything_ends_when_the_demo_is_killed_outright(started: Tree) -> None:
    started.send(signal.SIGKILL)
    started.wait_for_all()


def test_a_second_start_keeps_the_data(environment: dict[str, str]) -> None:
    command = demo_command()
    with running(command, environment) as first:
        first.find(LAST_LINE)
        first.send(signal.SIGTERM)
        assert first.wait_for_all() == 0
    data = Path(environment["FAXPORTAL_DATA_DIR"])
    keys = {name: str(data / name[:-5].lower()) for name in (f"{key}_FILE" for key in demo.KEYS)}
    add_anna = ("adduser", "anna", "--role", "sender")
    assert "can sign in" in run(*add_anna, environment=environment | keys)
    with running(command, environment) as second:
        second.find(LAST_LINE)
        assert "already exists" in run(*add_anna, environment=environment | keys)


@pytest.mark.parametrize("stop", [Tree.ctrl_c, lambda tree: tree.send(signal.SIGTERM)])
def test_under_make_a_signal_reaches_everything(
    environment: dict[str, str], tmp_path: Path, stop: Callable[[Tree], None]
) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"demo:\n\t@exec {' '.join(demo_command())}\n")
    with running(["make", "-C", str(ROOT), "-f", str(makefile), "demo"], environment) as tree:
        tree.find(LAST_LINE)
        stop(tree)
        tree.wait_for_all()


def test_a_taken_port_is_a_sentence(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environment["FAXPORTAL_BIND"] = f"127.0.0.1:{port}"
        with running(demo_command(), environment) as tree:
            assert tree.wait_for_all() == 1
    assert tree.output == (
        f"CommandError: Port {port} is taken by another program. "
        f"Stop it or choose another: PORT={port + 1} make demo"
    )


def test_whoever_listens_for_others_is_told_that_the_passwords_are_known(
    environment: dict[str, str],
) -> None:
    with running(demo_command(), environment | {"FAXPORTAL_BIND": "0.0.0.0:0"}) as tree:
        tree.find("Everyone who reaches this address can sign in with these passwords.")
        tree.find(LAST_LINE)


def test_a_database_with_people_of_its_own_is_left_alone(db: None) -> None:
    User.objects.create_user("anna", "anna@example.com")
    with pytest.raises(CommandError, match="has people of its own"):
        demo.make_people(server=None, app_key={}, extensions=[])
    assert User.objects.count() == 1


def make_people(server: str | None) -> None:
    demo.make_people(
        server=server,
        app_key={"key": simulator.APP_KEY, "secret": simulator.APP_SECRET},
        extensions=simulator.EXTENSIONS[:2],
    )


def test_who_sends_is_connected_already(db: None) -> None:
    make_people("http://127.0.0.1:8100")
    connections = Connection.objects.order_by("user__username")
    assert [each.user.username for each in connections] == ["admin", "sender"]
    for each in connections:
        assert each.extensions.filter(is_default=True).count() == 1


def test_what_a_visitor_changed_stays(db: None) -> None:
    make_people(None)
    User.objects.get(username="reviewer").delete()
    make_people(None)
    assert not User.objects.filter(username="reviewer").exists()


def test_connections_follow_the_simulator_to_other_ports(db: None, tmp_path: Path) -> None:
    first, second = demo.Ports(voipnow=8100, storage=8101), demo.Ports(voipnow=8102, storage=8103)
    demo.move_connections(tmp_path, first)
    make_people(first.voipnow_url)
    demo.move_connections(tmp_path, second)
    assert set(Connection.objects.values_list("server", flat=True)) == {second.voipnow_url}
    assert demo.kept_ports(tmp_path) == second


def test_the_simulator_keeps_its_ports_while_they_are_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        (tmp_path / "simulator-ports").write_text(f"{taken} {taken}")
        assert demo.choose_ports(tmp_path) != demo.Ports(voipnow=taken, storage=taken)
    assert demo.choose_ports(tmp_path) == demo.Ports(voipnow=taken, storage=taken)


def test_what_the_operator_set_stays(tmp_path: Path) -> None:
    given = {
        "FAXPORTAL_SECRET_KEY_FILE": "/run/secrets/key",
        "FAXPORTAL_CREDENTIAL_KEYS": "a key",
        "FAXPORTAL_VOIPNOW_SERVERS": "https://voip.example.com",
        "FAXPORTAL_ALLOW_HTTP": "0",
    }
    ports = demo.Ports(voipnow=8100, storage=8101)
    missing = demo.missing_environment(given, data_dir=tmp_path, ports=ports)
    assert missing == {"FAXPORTAL_STORAGE_ORIGINS": "http://127.0.0.1:8101"}
    assert not list(tmp_path.glob("faxportal_*"))

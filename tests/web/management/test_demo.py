"""`demo` as a newcomer runs it: real processes, a data directory and ports of their own."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.management import CommandError

from faxportal.accounts import demo_people
from faxportal.accounts.checks import no_password_is_known
from faxportal.accounts.models import Connection, User
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.simulator import config
from faxportal.web.server import demo
from faxportal.web.server.listen_address import listen
from tests.support.process_tree import (
    MANAGE,
    ROOT,
    Tree,
    bare_environment,
    own_database,
    run,
    running,
    status_of,
)

DEMO = (*MANAGE, "demo")
LAST_LINE = "Ctrl-C stops everything"
PORTAL = r"The portal +(http://127\.0\.0\.1:\d+)/$"
SIMULATOR = r"Simulated VoipNow +(http://127\.0\.0\.1:\d+)/ "


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with own_database() as database:
        yield bare_environment(
            FAXPORTAL_DATA_DIR=str(tmp_path / "data"), FAXPORTAL_BIND="127.0.0.1:0", **database
        )


@pytest.fixture
def started(environment: dict[str, str]) -> Iterator[Tree]:
    with running(DEMO, environment) as tree:
        tree.find(LAST_LINE)
        yield tree


def test_addresses_and_sign_ins_are_printed_and_work(started: Tree, tmp_path: Path) -> None:
    assert status_of(started.find(PORTAL)[1] + "/healthz") == 200
    assert status_of(started.find(SIMULATOR)[1] + "/") == 200
    for name in ("sender", "reviewer", "admin"):
        started.find(rf"^  {name} +{name}-demo ")
    for key in ("faxportal_secret_key", "faxportal_credential_keys"):
        assert (tmp_path / "data" / key).stat().st_mode & 0o777 == 0o600


def test_an_answer_to_head_is_headers_alone(started: Tree) -> None:
    """Tried with a page, a stream, a static file, a missing page, and the address for monitors."""
    portal = started.find(PORTAL)[1]
    with httpx.Client(base_url=portal) as browser:
        page = browser.get("/accounts/login/").text
        [style] = re.findall(r'href="(/static/css/site/tokens[^"]*)"', page)
        form = {"login": "sender", "password": "sender-demo"}
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        assert browser.post("/accounts/login/", data=form).status_code == 302
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    host, port = urlsplit(portal).netloc.split(":")
    for path in ("/", "/faxes/export.csv", style, "/nowhere/", "/healthz"):
        with socket.create_connection((host, int(port))) as connection:
            lines = [f"HEAD {path} HTTP/1.1", f"Host: {host}:{port}", f"Cookie: {cookies}"]
            connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            received = b""
            while piece := connection.recv(65536):
                received += piece
        assert received.startswith(b"HTTP/1.1 ")
        assert received.endswith(b"\r\n\r\n"), path


def test_everything_ends_when_the_demo_is_killed_outright(started: Tree) -> None:
    started.send(signal.SIGKILL)
    started.wait_for_all()


def test_a_second_start_keeps_the_data(environment: dict[str, str]) -> None:
    with running(DEMO, environment) as first:
        first.find(LAST_LINE)
        first.send(signal.SIGTERM)
        assert first.wait_for_all() == 0
    data = Path(environment["FAXPORTAL_DATA_DIR"])
    keys = {name: str(data / name[:-5].lower()) for name in (f"{key}_FILE" for key in demo.KEYS)}
    add_anna = ("adduser", "anna", "--role", "sender")
    assert "can sign in" in run(*add_anna, environment=environment | keys)
    with running(DEMO, environment) as second:
        second.find(LAST_LINE)
        assert "already exists" in run(*add_anna, environment=environment | keys)


@pytest.mark.parametrize("stop", [Tree.ctrl_c, lambda tree: tree.send(signal.SIGTERM)])
def test_under_make_a_signal_ends_everything(
    environment: dict[str, str], tmp_path: Path, stop: Callable[[Tree], None]
) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"demo:\n\t@exec {' '.join(DEMO)}\n")
    with running(["make", "-C", str(ROOT), "-f", str(makefile), "demo"], environment) as tree:
        tree.find(LAST_LINE)
        stop(tree)
        tree.wait_for_all()
        assert "Traceback" not in tree.output


def test_the_demo_has_a_data_directory_of_its_own(tmp_path: Path) -> None:
    office = {"FAXPORTAL_DATA_DIR": str(tmp_path)}
    assert demo.data_dir({}) == Path("var/demo").absolute()
    assert demo.data_dir(office) == tmp_path
    with closing(demo.take_ports(tmp_path)) as simulator:
        missing = demo.missing_environment({}, data_dir=tmp_path, simulator=simulator)
    assert missing["FAXPORTAL_DATA_DIR"] == str(tmp_path)


def test_the_demo_listens_for_others_only_if_it_is_told_to(environment: dict[str, str]) -> None:
    open_to_others = environment | {"FAXPORTAL_BIND": "0.0.0.0:0"}
    with running(DEMO, open_to_others) as tree:
        assert tree.wait_for_all() == 1
        tree.find("make demo ARGS=--open-to-others")
    with running((*DEMO, "--open-to-others"), open_to_others) as tree:
        tree.find("Anyone who can reach this address can sign in")


@pytest.mark.parametrize("command", ["serve", "web"])
def test_an_office_never_runs_with_the_people_of_the_demo(
    environment: dict[str, str], command: str
) -> None:
    with running(DEMO, environment) as tree:
        tree.find(LAST_LINE)
        tree.send(signal.SIGTERM)
        assert tree.wait_for_all() == 0
    data = Path(environment["FAXPORTAL_DATA_DIR"])
    keys = {name: str(data / name[:-5].lower()) for name in (f"{key}_FILE" for key in demo.KEYS)}
    with running((*MANAGE, command), environment | keys) as tree:
        assert tree.wait_for_all() == 1
        tree.find("Everyone knows the passwords of these accounts.*admin, reviewer, sender")


def test_who_has_a_new_password_or_a_closed_account_is_no_demo_person(db: None) -> None:
    make_people(None)
    User.objects.filter(username="admin").update(is_active=False)
    User.objects.filter(username="reviewer").update(username="rita", email="rita@example.com")
    sender = User.objects.get(username="sender")
    assert demo_people.names_with_known_password() == ["sender"]
    [error] = no_password_is_known(None)
    assert isinstance(error.msg, str)
    assert "sender" in error.msg
    sender.set_password("a password that nobody knows")
    sender.save()
    assert demo_people.names_with_known_password() == []
    assert no_password_is_known(None) == []


def test_a_database_with_people_of_its_own_is_left_alone(db: None) -> None:
    User.objects.create_user("anna", "anna@example.com")
    with pytest.raises(CommandError, match="already has people"):
        demo.make_people(server=None, app_key={}, extensions=[])
    assert User.objects.count() == 1


def make_people(server: str | None) -> None:
    demo.make_people(
        server=server,
        app_key={"key": config.APP_KEY, "secret": config.APP_SECRET},
        extensions=config.EXTENSIONS[:2],
    )


def test_senders_are_connected_already(db: None) -> None:
    make_people("http://127.0.0.1:8100")
    connections = Connection.objects.order_by("user__username")
    assert [each.user.username for each in connections] == ["admin", "sender"]
    for each in connections:
        assert each.extensions.filter(is_default=True).count() == 1


def test_a_newcomer_finds_contacts_and_a_group_that_is_shared(db: None) -> None:
    make_people(None)
    sender = User.objects.get(username="sender")
    assert Contact.objects.visible_to(sender).matching("clinic").count() == 2
    assert ContactGroup.objects.shared().get().members.count() == 3
    assert not Contact.objects.visible_to(User.objects.get(username="admin")).filter(owner=sender)


def test_what_a_visitor_changed_stays(db: None) -> None:
    make_people(None)
    User.objects.filter(username="reviewer").update(username="rita")
    make_people(None)
    assert not User.objects.filter(username="reviewer").exists()


@pytest.fixture
def simulator() -> Iterator[demo.Simulator]:
    with listen("127.0.0.1:0") as voipnow, listen("127.0.0.1:0") as storage:
        yield demo.Simulator(voipnow=voipnow, storage=storage)


def test_connections_follow_the_simulator_to_other_ports(
    db: None, tmp_path: Path, simulator: demo.Simulator
) -> None:
    (tmp_path / "simulator-ports").write_text("1 2")
    make_people("http://127.0.0.1:1")
    demo.move_connections(tmp_path, simulator)
    assert set(Connection.objects.values_list("server", flat=True)) == {simulator.url}


def ports(of: demo.Simulator) -> list[int]:
    return [listener.getsockname()[1] for listener in (of.voipnow, of.storage)]


def test_the_simulator_keeps_its_ports_while_they_are_free(
    db: None, tmp_path: Path, simulator: demo.Simulator
) -> None:
    demo.move_connections(tmp_path, simulator)
    with closing(demo.take_ports(tmp_path)) as other:
        assert set(ports(other)).isdisjoint(ports(simulator))
    former = ports(simulator)
    simulator.close()
    with closing(demo.take_ports(tmp_path)) as again:
        assert ports(again) == former


def test_two_demos_never_share_a_port(tmp_path: Path) -> None:
    with (
        closing(demo.take_ports(tmp_path)) as one,
        closing(demo.take_ports(tmp_path)) as two,
    ):
        assert set(ports(one)).isdisjoint(ports(two))


def test_a_demo_that_is_open_to_others_warns_that_its_passwords_are_known(
    simulator: demo.Simulator,
) -> None:
    warning = "Anyone who can reach this address can sign in with these passwords."
    assert warning in demo.announcement("http://x", simulator, open_to_others=True)
    assert warning not in demo.announcement("http://x", simulator, open_to_others=False)


def test_what_the_operator_set_stays(tmp_path: Path, simulator: demo.Simulator) -> None:
    given = {
        "FAXPORTAL_DATA_DIR": "/srv/demo",
        "FAXPORTAL_SECRET_KEY_FILE": "/run/secrets/key",
        "FAXPORTAL_CREDENTIAL_KEYS": "a key",
        "FAXPORTAL_RECORD_KEY": "another key",
        "FAXPORTAL_VOIPNOW_SERVERS": "https://voip.example.com",
        "FAXPORTAL_ALLOW_HTTP": "0",
    }
    missing = demo.missing_environment(given, data_dir=tmp_path, simulator=simulator)
    assert missing == {"FAXPORTAL_STORAGE_ORIGINS": simulator.storage_url}
    assert not list(tmp_path.glob("faxportal_*"))

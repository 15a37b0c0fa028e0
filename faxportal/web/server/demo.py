"""What the demo adds to the portal: own keys, ports for the simulator, people to sign in as.

The data directory and the database keep all of it, so that the next start finds it again. This
module knows nothing of the simulator but its address.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.management.base import CommandError
from django.db import transaction

from faxportal.accounts.connections import save_connection
from faxportal.accounts.demo_people import MAIL_DOMAIN, PEOPLE
from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import Connection, SignInWith, User
from faxportal.accounts.roles import give_role
from faxportal.contacts.address_book import ContactDetails, add_contact
from faxportal.contacts.groups import add_group, add_members
from faxportal.faxes.models import CoverTemplate, CoverUse, Paper
from faxportal.web.server.listen_address import LOOPBACK, PortTaken, listen

#: The demo's data directory, unless the operator names another one.
DATA_DIR = "./var/demo"
#: Ports of the simulated VoipNow and of its storage, in pairs. The first free pair is taken.
PORTS = range(8100, 8200)
PORTS_FILE = "simulator-ports"

#: Name of a variable → function that makes its value.
KEYS: dict[str, Callable[[], str]] = {
    "FAXPORTAL_SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FAXPORTAL_CREDENTIAL_KEYS": lambda: Fernet.generate_key().decode(),
    "FAXPORTAL_RECORD_KEY": lambda: Fernet.generate_key().decode(),
}


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """The listening sockets of the simulated VoipNow and of its storage.

    The open sockets keep their ports: no other demo can take a port before the simulator starts.
    """

    voipnow: socket.socket
    storage: socket.socket

    @property
    def url(self) -> str:
        """The address of the simulated VoipNow, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.voipnow.getsockname()[1]}"

    @property
    def storage_url(self) -> str:
        """The origin of the simulated storage."""
        return f"http://{LOOPBACK}:{self.storage.getsockname()[1]}"

    def close(self) -> None:
        """Close both sockets."""
        self.voipnow.close()
        self.storage.close()


def data_dir(environment: Mapping[str, str]) -> Path:
    """The demo's data directory: never the one that an office uses, unless it is named."""
    return Path(environment.get("FAXPORTAL_DATA_DIR") or DATA_DIR).absolute()


def missing_environment(
    environment: Mapping[str, str], *, data_dir: Path, simulator: Simulator
) -> dict[str, str]:
    """Name → value of the variables that a demo needs and the operator did not set.

    The function makes each missing key and keeps it in a file of the data directory. The variable
    NAME_FILE names this file.
    """

    def is_given(name: str) -> bool:
        return bool(environment.get(name) or environment.get(f"{name}_FILE"))

    wanted = {
        "FAXPORTAL_DATA_DIR": str(data_dir),
        "FAXPORTAL_VOIPNOW_SERVERS": simulator.url,
        "FAXPORTAL_STORAGE_ORIGINS": simulator.storage_url,
        "FAXPORTAL_ALLOW_HTTP": "1",
    }
    missing = {name: value for name, value in wanted.items() if not is_given(name)}
    for name, make in KEYS.items():
        if not is_given(name):
            # The file's name and not the key: other processes may read our environment.
            missing[f"{name}_FILE"] = str(_kept_key(data_dir / name.lower(), make))
    return missing


def _kept_key(path: Path, make: Callable[[], str]) -> Path:
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(make())
        fresh.rename(path)
    return path


def take_ports(data_dir: Path) -> Simulator:
    """Listen on the ports of the last start if they are free, else on the first free pair.

    Raises `CommandError` if no pair is free.
    """
    pairs = [*kept_ports(data_dir), *zip(PORTS[::2], PORTS[1::2], strict=True)]
    for pair in pairs:
        taken: list[socket.socket] = []
        try:
            taken.extend(listen(f"{LOOPBACK}:{port}") for port in pair)
        except PortTaken:
            for listener in taken:
                listener.close()
        else:
            return Simulator(voipnow=taken[0], storage=taken[1])
    raise CommandError(f"The simulator finds no free port from {PORTS[0]} to {PORTS[-1]}.")


def kept_ports(data_dir: Path) -> list[tuple[int, int]]:
    """The ports of VoipNow and of its storage at the last start; empty if they are not known."""
    try:
        voipnow, storage = map(int, (data_dir / PORTS_FILE).read_text().split())
    except (FileNotFoundError, ValueError):
        return []
    return [(voipnow, storage)]


def move_connections(data_dir: Path, simulator: Simulator) -> None:
    """Put the simulator's new address into the stored connections that have its former address.

    The simulator may have other ports after each start. Its ports are stored for the next start.
    """
    now = simulator.voipnow.getsockname()[1], simulator.storage.getsockname()[1]
    for voipnow, _ in kept_ports(data_dir):
        former = f"http://{LOOPBACK}:{voipnow}"
        Connection.objects.filter(server=former).update(server=simulator.url)
    (data_dir / PORTS_FILE).write_text(f"{now[0]} {now[1]}\n")


#: The cover page that the demo offers to senders.
COVER = {
    "name": "Letterhead",
    "use": CoverUse.OFFERED,
    "paper": Paper.LETTER,
    "office": (
        "Meyer & Partners\n100 Main Street, Suite 400\nPalo Alto, CA 94301\n"
        "Phone +1 650 253 0000\nFax +1 650 253 0001"
    ),
    "legal": (
        "This fax is for the person named above and may be confidential. "
        "If it reached you by mistake, please call us and destroy it."
    ),
}


@transaction.atomic
def make_people(*, server: str | None, app_key: dict[str, str], extensions: Sequence[str]) -> None:
    """Put the demo's people, a few contacts and a cover page into an empty database.

    People who send get a connection to `server` with these extensions, unless `server` is None. All
    this is made only once, so that a visitor's changes stay. Raises `CommandError` for a database
    with other people: the demo's passwords would open it to everyone.
    """
    if User.objects.filter(email__endswith=f"@{MAIL_DOMAIN}").exists():
        return
    if User.objects.exists():
        raise CommandError(
            "This database already has people, and the demo would add sign-ins whose passwords "
            "everyone knows. Use `make serve`, or another FAXPORTAL_DATA_DIR for the demo."
        )
    CoverTemplate.objects.create(**COVER)
    for person in PEOPLE:
        user = User.objects.create_user(
            person.name, f"{person.name}@{MAIL_DOMAIN}", person.password
        )
        give_role(user, person.role)
        if person.sends and server:
            connection = save_connection(
                user,
                server=server,
                sign_in_with=SignInWith.APP_KEY,
                secrets=app_key,
                voipnow_user="@me",
            )
            for number, label in zip(extensions, ("Front desk", "Accounts"), strict=False):
                add_extension(connection, number=number, label=label)
    _fill_address_book()


#: Name, organisation and number of made-up contacts. 555-0100 to 555-0199 are reserved for fiction.
_SHARED_CONTACTS = (
    ("Front office", "City Clinic", "+1 202 555 0141"),
    ("Records", "County Court", "+1 202 555 0142"),
    ("Claims", "Harbor Insurance", "+1 202 555 0143"),
)
_OWN_CONTACTS = (
    ("Dr. Ada Meyer", "City Clinic", "+1 202 555 0151"),
    ("José Núñez", "Núñez & Sons", "+1 202 555 0152"),
)


def _fill_address_book() -> None:
    """Add a few contacts, so that a newcomer can find some.

    Two contacts are the sender's own. The others are shared, and are in a group.
    """
    admin, sender = (User.objects.get(username=name) for name in ("admin", "sender"))

    def add(of: tuple[str, str, str], by: User, *, is_shared: bool) -> int:
        name, organisation, number = of
        entry = ContactDetails(name=name, organisation=organisation, number=number)
        return add_contact(entry, by=by, is_shared=is_shared).pk

    for of in _OWN_CONTACTS:
        add(of, sender, is_shared=False)
    members = [add(of, admin, is_shared=True) for of in _SHARED_CONTACTS]
    group = add_group("Monthly report", by=admin, is_shared=True)
    add_members(group, members, by=admin)


def announcement(url: str, simulator: Simulator, *, open_to_others: bool) -> str:
    """What `demo` prints when all is ready: where everything is, and how to sign in."""
    lines = [
        "",
        "faxportal's demo is ready.",
        "",
        f"  The portal          {url}/",
        f"  Simulated VoipNow   {simulator.url}/   (shows each fax that it received)",
        "",
        "  Sign in as   with password",
        *(f"  {who.name:<12} {who.password:<15} {who.may}" for who in PEOPLE),
        "",
    ]
    if open_to_others:
        lines.append("Anyone who can reach this address can sign in with these passwords.")
    return "\n".join([*lines, "Ctrl-C stops everything. The data is kept for the next start."])

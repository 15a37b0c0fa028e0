"""What makes a demo of the portal: keys of its own, ports for the simulator, people to sign in as.

Everything is kept in the data directory and the database, so that a second start finds it again.
Knows nothing of the simulator but its address.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.management.base import CommandError
from django.db import transaction

from faxportal.accounts.connecting import add_extension, save_connection
from faxportal.accounts.models import Connection, SignInWith, User
from faxportal.accounts.roles import Role, give_role
from faxportal.web.listening import LOOPBACK, is_free

#: Marks the demo's people in a database; RFC 2606 keeps the domain from ever existing.
MAIL_DOMAIN = "demo.invalid"
#: Where VoipNow and its storage are looked for first, in pairs.
PORTS = range(8100, 8200)

KEYS: dict[str, Callable[[], str]] = {
    "FAXPORTAL_SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FAXPORTAL_CREDENTIAL_KEYS": lambda: Fernet.generate_key().decode(),
}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody to sign in as; the password is no secret."""

    name: str
    role: Role
    may: str
    sends: bool

    @property
    def password(self) -> str:
        return f"{self.name}-demo"


PEOPLE = (
    Person(name="sender", role=Role.SENDER, may="sends faxes", sends=True),
    Person(name="reviewer", role=Role.REVIEWER, may="reads everyone's faxes", sends=False),
    Person(name="admin", role=Role.ADMIN, may="does both, and manages", sends=True),
)


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where the simulated VoipNow and its storage listen."""

    voipnow: int
    storage: int

    @property
    def voipnow_url(self) -> str:
        return f"http://{LOOPBACK}:{self.voipnow}"

    @property
    def storage_url(self) -> str:
        return f"http://{LOOPBACK}:{self.storage}"


def missing_environment(
    environment: Mapping[str, str], *, data_dir: Path, ports: Ports
) -> dict[str, str]:
    """The variables that a demo needs and the operator did not set; makes the keys for it."""

    def is_given(name: str) -> bool:
        return bool(environment.get(name) or environment.get(f"{name}_FILE"))

    wanted = {
        "FAXPORTAL_VOIPNOW_SERVERS": ports.voipnow_url,
        "FAXPORTAL_STORAGE_ORIGINS": ports.storage_url,
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


def choose_ports(data_dir: Path) -> Ports:
    """The ports of the start before where they are free, else the first pair that is."""
    pairs = zip(PORTS[::2], PORTS[1::2], strict=True)
    for ports in (kept_ports(data_dir), *(Ports(voipnow=a, storage=b) for a, b in pairs)):
        if ports and is_free(ports.voipnow) and is_free(ports.storage):
            return ports
    raise CommandError(f"The simulator finds no free port from {PORTS[0]} to {PORTS[-1]}.")


def kept_ports(data_dir: Path) -> Ports | None:
    """The ports of the start before."""
    try:
        voipnow, storage = map(int, (data_dir / "simulator-ports").read_text().split())
    except (FileNotFoundError, ValueError):
        return None
    return Ports(voipnow=voipnow, storage=storage)


def move_connections(data_dir: Path, ports: Ports) -> None:
    """Have connections to the simulator follow it to its ports of this start."""
    former = kept_ports(data_dir)
    if former and former != ports:
        Connection.objects.filter(server=former.voipnow_url).update(server=ports.voipnow_url)
    (data_dir / "simulator-ports").write_text(f"{ports.voipnow} {ports.storage}\n")


@transaction.atomic
def make_people(*, server: str | None, app_key: dict[str, str], extensions: Sequence[str]) -> None:
    """Put the demo's people into an empty database, those who send connected to `server`.

    They are made only once, so that what a visitor changed stays. Refuses a database with people
    of its own: these passwords would open it to everyone.
    """
    if User.objects.filter(email__endswith=f"@{MAIL_DOMAIN}").exists():
        return
    if User.objects.exists():
        raise CommandError(
            "This database has people of its own, and a demo would add sign-ins whose passwords "
            "everyone knows. Use `make serve`, or another FAXPORTAL_DATA_DIR for the demo."
        )
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

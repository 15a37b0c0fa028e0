"""Two people who send and an admin, and what is told of changes to what they share."""

from __future__ import annotations

import pytest

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.contacts.book import Entry, add_contact
from faxportal.contacts.models import Contact
from faxportal.contacts.telling import Change


def person(name: str, role: Role = Role.SENDER) -> User:
    user = User.objects.create_user(name)
    give_role(user, role)
    return user


@pytest.fixture
def anna(db: None) -> User:
    return person("anna")


@pytest.fixture
def ben(db: None) -> User:
    return person("ben")


@pytest.fixture
def admin(db: None) -> User:
    return person("admin", Role.ADMIN)


class Told:
    """Takes down what it is told, in order."""

    def __init__(self) -> None:
        self.all: list[tuple[Change, dict[str, int]]] = []

    def __call__(self, change: Change, /, **what: int) -> None:
        self.all.append((change, what))

    @property
    def changes(self) -> list[Change]:
        return [change for change, _what in self.all]


@pytest.fixture
def told() -> Told:
    return Told()


def kept(by: User, name: str, number: str = "+1 650 253 0000", **more: str) -> Contact:
    """A contact of somebody's own."""
    return add_contact(Entry(name=name, number=number, **more), by=by, tell=Told())


def shared(by: User, name: str, number: str = "+1 650 253 0000", **more: str) -> Contact:
    """A contact that an admin shares."""
    entry = Entry(name=name, number=number, **more)
    return add_contact(entry, by=by, is_shared=True, tell=Told())

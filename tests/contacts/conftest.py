"""Two people who send and an admin, and what the audit holds of changes to what they share."""

from __future__ import annotations

import pytest

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.contacts.address_book import Entry, add_contact
from faxportal.contacts.models import Contact
from faxportal.contacts.shared_changes import Change


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


class Audited:
    """What the audit holds of changes to shared contacts and groups, in order."""

    @property
    def all(self) -> list[tuple[Change, dict[str, int]]]:
        entries = AuditEntry.objects.filter(action=Action.SHARED_CONTACTS_CHANGED).order_by("pk")
        data = [dict(entry.data) for entry in entries]
        return [(Change(details.pop("change")), details) for details in data]

    @property
    def changes(self) -> list[Change]:
        return [change for change, _details in self.all]


@pytest.fixture
def audited() -> Audited:
    return Audited()


def kept(by: User, name: str, number: str = "+1 650 253 0000", **more: str) -> Contact:
    """A contact of somebody's own."""
    return add_contact(Entry(name=name, number=number, **more), by=by)


def shared(by: User, name: str, number: str = "+1 650 253 0000", **more: str) -> Contact:
    """A contact that an admin shares."""
    entry = Entry(name=name, number=number, **more)
    return add_contact(entry, by=by, is_shared=True)

"""People, contacts, and the audit's entries about changes to shared contacts."""

from __future__ import annotations

import pytest

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.contacts.address_book import ContactDetails, add_contact
from faxportal.contacts.audit import SharedChange
from faxportal.contacts.models import Contact


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
    """The audit's entries about shared contacts and groups, oldest first."""

    @property
    def all(self) -> list[tuple[SharedChange, dict[str, int]]]:
        """Each change with its details."""
        entries = AuditEntry.objects.filter(action=Action.SHARED_CONTACTS_CHANGED).order_by("pk")
        data = [dict(entry.data) for entry in entries]
        return [(SharedChange(details.pop("change")), details) for details in data]

    @property
    def changes(self) -> list[SharedChange]:
        return [change for change, _details in self.all]


@pytest.fixture
def audited() -> Audited:
    return Audited()


def own_contact(by: User, name: str, number: str = "+1 650 253 0000", **more: str) -> Contact:
    """A contact that belongs to `by`."""
    return add_contact(ContactDetails(name=name, number=number, **more), by=by)


def shared_contact(by: User, name: str, number: str = "+1 650 253 0000", **more: str) -> Contact:
    """A contact that `by`, an admin, shares with everybody."""
    entry = ContactDetails(name=name, number=number, **more)
    return add_contact(entry, by=by, is_shared=True)

"""Importing contacts from a table, in three steps.

1. `store_file` keeps the file's text while a person looks at the plan and chooses the columns.
2. `plan_import` reads the rows and changes nothing.
3. `import_contacts` imports all rows of the plan in one transaction, or no row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faxportal.contacts.address_book import ContactDetails, UnreadableNumber, set_details
from faxportal.contacts.audit import SharedChange, audit_shared_change
from faxportal.contacts.group_cells import split_names
from faxportal.contacts.groups import folded_name
from faxportal.contacts.import_columns import Columns
from faxportal.contacts.models import Contact, ContactGroup, ContactImport
from faxportal.contacts.permissions import check_can_keep
from faxportal.text.csv_tables import Table
from faxportal.text.folding import fold
from faxportal.text.phone_numbers import NumberProblem

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

#: How long a file's text is kept if its owner neither imports nor discards the file.
FILE_LIFETIME = timedelta(days=1)
#: How many rows one statement writes.
_BATCH_SIZE = 500


#: Canonical number, folded name, folded organisation: see `_identity`.
Identity = tuple[str, str, str]


class DuplicateRule(TextChoices):
    """What an import does with a row whose number is in the address book already."""

    SKIP = "skip", _("Keep the contact and skip the row")
    FILL = "fill", _("Fill in missing details and add the row's groups")
    REPLACE = "replace", _("Replace name, organisation and note, and add the row's groups")
    ADD = "add", _("Add another contact, unless it is identical")


@dataclass(frozen=True, kw_only=True)
class ValidRow:
    """A row that can be imported: an unsaved contact, and the names of the contact's groups."""

    #: Line of the file, counted from 1.
    line: int
    contact: Contact = field(repr=False)
    groups: Sequence[str] = field(repr=False)
    #: The contacts of the address book that have the same number.
    existing: Sequence[Contact] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class InvalidRow:
    """A row whose number can't be dialled. The import leaves the row out."""

    #: Line of the file, counted from 1.
    line: int
    name: str = field(repr=False)
    number: str = field(repr=False)
    problem: NumberProblem


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """The rows of a table. Each row is either in `rows` or in `invalid`."""

    rows: Sequence[ValidRow]
    invalid: Sequence[InvalidRow]

    @property
    def duplicates(self) -> Sequence[ValidRow]:
        """The rows whose number is in the address book already."""
        return [row for row in self.rows if row.existing]


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """How many contacts an import added and changed."""

    added: int
    changed: int


class AlreadyImported(Exception):
    """The file is not stored any more: it was imported already, or discarded."""


def store_file(text: str, *, by: AbstractUser) -> ContactImport:
    """Store a file's text for its owner, in place of the owner's earlier file."""
    file, _created = ContactImport.objects.update_or_create(
        owner_id=by.pk, defaults={"text": text, "created_at": timezone.now()}
    )
    return file


def delete_abandoned_files(now: datetime) -> None:
    """Delete the files that are older than `FILE_LIFETIME`."""
    ContactImport.objects.filter(created_at__lt=now - FILE_LIFETIME).delete()


def plan_import(table: Table, columns: Columns, *, by: AbstractUser, is_shared: bool) -> ImportPlan:
    """Read each row, and find the contacts that have its number already.

    With `is_shared`, the import is for the shared contacts, and only these are searched. Without
    it, only the person's own contacts are searched.
    """
    existing: dict[str, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.own_or_shared(by, is_shared=is_shared).order_by("pk"):
        existing[contact.canonical].append(contact)
    rows: list[ValidRow] = []
    invalid: list[InvalidRow] = []
    for row in table.rows:
        details = ContactDetails(
            name=row.cell(columns.name),
            number=row.cell(columns.number),
            organisation=row.cell(columns.organisation),
            note=row.cell(columns.note),
        )
        contact = Contact(owner_id=None if is_shared else by.pk)
        try:
            set_details(contact, details)
        except UnreadableNumber as unreadable:
            invalid.append(
                InvalidRow(
                    line=row.line,
                    name=details.name or details.organisation,
                    number=details.number,
                    problem=unreadable.problem,
                )
            )
        else:
            groups = split_names(row.cell(columns.group))
            same_number = existing.get(contact.canonical, [])
            rows.append(
                ValidRow(line=row.line, contact=contact, groups=groups, existing=same_number)
            )
    return ImportPlan(rows=rows, invalid=invalid)


def import_contacts(
    file: ContactImport,
    plan: ImportPlan,
    *,
    on_duplicate: DuplicateRule,
    by: AbstractUser,
    is_shared: bool,
) -> ImportResult:
    """Import the rows of a plan and delete its file.

    Raises `NotAllowedTo` and `AlreadyImported`.
    """
    check_can_keep(by, is_shared=is_shared)
    changes = _changes_for(plan.rows, on_duplicate)
    with transaction.atomic():
        deleted, _by_model = ContactImport.objects.filter(pk=file.pk).delete()
        if not deleted:
            raise AlreadyImported
        Contact.objects.bulk_create(changes.new, batch_size=_BATCH_SIZE)
        for contact in changes.changed.values():
            contact.save()
        _add_to_groups(changes.groups, owner=None if is_shared else by.pk)
        imported = ImportResult(added=len(changes.new), changed=len(changes.changed))
        if is_shared:
            audit_shared_change(
                SharedChange.IMPORTED, by=by, contacts=imported.added, changed=imported.changed
            )
    return imported


@dataclass(kw_only=True)
class _Changes:
    """What an import writes."""

    new: list[Contact] = field(default_factory=list)
    #: Contacts by their ids.
    changed: dict[int, Contact] = field(default_factory=dict)
    #: New and existing contacts by the names of the groups that they join.
    groups: dict[str, list[Contact]] = field(default_factory=lambda: defaultdict(list))


def _changes_for(rows: Sequence[ValidRow], on_duplicate: DuplicateRule) -> _Changes:
    """Decide what to do with each row. New rows with the same identity become one contact."""
    changes = _Changes()
    added: dict[Identity, Contact] = {}
    for row in rows:
        twin = _closest(row.contact, row.existing)
        if twin and on_duplicate is DuplicateRule.SKIP:
            continue
        if twin and (
            on_duplicate is not DuplicateRule.ADD or _identity(twin) == _identity(row.contact)
        ):
            contact = twin
            if _update(twin, row.contact, replace=on_duplicate is DuplicateRule.REPLACE):
                changes.changed[twin.pk] = twin
        else:
            contact = added.setdefault(_identity(row.contact), row.contact)
            if contact is row.contact:
                changes.new.append(contact)
        for name in row.groups:
            changes.groups[name].append(contact)
    return changes


def _closest(contact: Contact, existing: Sequence[Contact]) -> Contact | None:
    """The contact in `existing` that is most like a new contact; None if `existing` is empty.

    A contact with the same identity is preferred, then a contact with the same name, then the first
    contact.
    """
    identity = _identity(contact)

    def distance(twin: Contact) -> tuple[bool, bool]:
        return _identity(twin) != identity, _identity(twin)[1] != identity[1]

    return min(existing, key=distance, default=None)


def _update(contact: Contact, row: Contact, *, replace: bool) -> bool:
    """Write a row's details into a contact. Returns whether that changed anything.

    Without `replace` only the details that the contact lacks are written.
    """
    before = (contact.name, contact.organisation, contact.note)
    has_own_name = row.name not in (row.number, row.organisation)
    details = ContactDetails(
        name=row.name if replace and has_own_name else contact.name,
        number=contact.number,
        organisation=(row.organisation if replace else "")
        or contact.organisation
        or row.organisation,
        note=(row.note if replace else "") or contact.note or row.note,
    )
    set_details(contact, details)
    return before != (contact.name, contact.organisation, contact.note)


def _add_to_groups(contacts_by_group: dict[str, list[Contact]], *, owner: int | None) -> None:
    """Put contacts into the owner's groups with these names, and create the missing groups."""
    existing = {group.folded: group for group in ContactGroup.objects.filter(owner=owner)}
    memberships = []
    membership = ContactGroup.members.through
    for name, contacts in contacts_by_group.items():
        folded = folded_name(name)
        if folded not in existing:
            existing[folded] = ContactGroup.objects.create(owner_id=owner, name=name, folded=folded)
        group = existing[folded]
        memberships += [membership(contactgroup=group, contact=contact) for contact in contacts]
    membership.objects.bulk_create(memberships, ignore_conflicts=True, batch_size=_BATCH_SIZE)


def _identity(contact: Contact) -> Identity:
    """The number, and the folded name and organisation. Equal identities mean the same contact."""
    return contact.canonical, fold(contact.name), fold(contact.organisation)

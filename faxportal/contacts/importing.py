"""Importing contacts from a table, in two steps: what would come of it, and doing it.

Between the two the file's text is kept (`keep_file`), so that a person can look, choose other
columns and lose nothing. All of a file is imported in one transaction, or none of it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faxportal.contacts.address_book import Entry, UnreadableNumber, fill, one_line
from faxportal.contacts.groups import folded_name
from faxportal.contacts.models import MAX_NAME, Contact, ContactGroup, ContactImport
from faxportal.contacts.permissions import check_can_keep
from faxportal.contacts.shared_changes import Change, audit_change
from faxportal.text.csv_tables import Table
from faxportal.text.folding import fold
from faxportal.text.phone_numbers import Wrong

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

#: A file that nobody came back to is forgotten after this.
KEPT_FOR = timedelta(days=1)
#: Rows that are written together.
_TOGETHER = 500


class Known(TextChoices):
    """What becomes of a row whose number is in the address book already."""

    SKIP = "skip", _("Keep the contact and skip the row")
    FILL = "fill", _("Fill in missing details and add the row's groups")
    REPLACE = "replace", _("Replace name, organisation and note, and add the row's groups")
    ADD = "add", _("Add another contact, unless it is identical")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which column (0 is the first) holds what; None: there is none for it."""

    number: int
    name: int | None = None
    organisation: int | None = None
    note: int | None = None
    group: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReadRow:
    """A row as a contact that is not saved yet, and the groups that it names."""

    line: int
    contact: Contact = field(repr=False)
    groups: Sequence[str] = field(repr=False)
    #: Those of the address book with the same number.
    twins: Sequence[Contact] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class MisreadRow:
    """A row whose number can't be dialled: it is not imported."""

    line: int
    name: str = field(repr=False)
    number: str = field(repr=False)
    wrong: Wrong


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a table holds, every row of it in exactly one of the two."""

    rows: Sequence[ReadRow]
    misread: Sequence[MisreadRow]

    @property
    def known(self) -> Sequence[ReadRow]:
        """Rows whose number is in the address book already."""
        return [row for row in self.rows if row.twins]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """How many contacts came of it; the rows that are left changed nothing."""

    added: int
    changed: int


class ImportedBefore(Exception):
    """The file is not kept any more: it was imported, or discarded."""


def keep_file(text: str, *, by: AbstractUser) -> ContactImport:
    """Keep a file's text for its owner, in place of one before."""
    kept, _created = ContactImport.objects.update_or_create(
        owner_id=by.pk, defaults={"text": text, "created_at": timezone.now()}
    )
    return kept


def forget_old(now: datetime) -> None:
    """Forget files that nobody came back to."""
    ContactImport.objects.filter(created_at__lt=now - KEPT_FOR).delete()


def plan_import(table: Table, columns: Columns, *, by: AbstractUser, is_shared: bool) -> Plan:
    """Read each row against the contacts that it would join: a person's own, or the shared ones."""
    twins: dict[str, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.of_book(by, is_shared=is_shared).order_by("pk"):
        twins[contact.canonical].append(contact)
    rows: list[ReadRow] = []
    misread: list[MisreadRow] = []
    for row in table.rows:
        entry = Entry(
            name=row.cell(columns.name),
            number=row.cell(columns.number),
            organisation=row.cell(columns.organisation),
            note=row.cell(columns.note),
        )
        contact = Contact(owner_id=None if is_shared else by.pk)
        try:
            fill(contact, entry)
        except UnreadableNumber as unreadable:
            wrong, name = unreadable.wrong, entry.name or entry.organisation
            misread.append(MisreadRow(line=row.line, name=name, number=entry.number, wrong=wrong))
        else:
            groups = split_names(row.cell(columns.group))
            known = twins.get(contact.canonical, [])
            rows.append(ReadRow(line=row.line, contact=contact, groups=groups, twins=known))
    return Plan(rows=rows, misread=misread)


def import_contacts(
    kept: ContactImport,
    plan: Plan,
    *,
    known: Known,
    by: AbstractUser,
    is_shared: bool,
) -> Imported:
    """Import what was planned and forget the file. Raises `NotAllowedTo` and `ImportedBefore`."""
    check_can_keep(by, is_shared=is_shared)
    work = _sorted_out(plan.rows, known)
    with transaction.atomic():
        forgotten, _rows = ContactImport.objects.filter(pk=kept.pk).delete()
        if not forgotten:
            raise ImportedBefore
        Contact.objects.bulk_create(work.new, batch_size=_TOGETHER)
        for contact in work.changed.values():
            contact.save()
        _join(work.groups, owner=None if is_shared else by.pk)
        imported = Imported(added=len(work.new), changed=len(work.changed))
        if is_shared:
            audit_change(Change.IMPORTED, by=by, contacts=imported.added, changed=imported.changed)
    return imported


def cells_of(contact: Contact, groups: Iterable[str]) -> list[str]:
    """A contact as a row for others; an import reads the same from it."""
    names = join_names(groups)
    return [contact.name, contact.organisation, contact.number, contact.note, names]


def join_names(names: Iterable[str]) -> str:
    """Several names in one cell, with semicolons between; `split_names` reads them."""
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="").writerow(names)
    return written.getvalue()


def split_names(cell: str) -> list[str]:
    """The names that stand in one cell, with semicolons between."""
    try:
        names = next(csv.reader([cell], delimiter=";", skipinitialspace=True, strict=True), [])
    except csv.Error:
        names = [cell]
    in_line = (one_line(name, at_most=MAX_NAME) for name in names)
    return [name for name in in_line if fold(name)]


@dataclass(kw_only=True)
class _Work:
    """What is to be written, and which contacts go into which groups (by name)."""

    new: list[Contact] = field(default_factory=list)
    changed: dict[int, Contact] = field(default_factory=dict)
    groups: dict[str, list[Contact]] = field(default_factory=lambda: defaultdict(list))


def _sorted_out(rows: Sequence[ReadRow], known: Known) -> _Work:
    """Decide about each row; rows that are the same as another one become one contact."""
    work = _Work()
    seen: dict[tuple[str, str, str], Contact] = {}
    for row in rows:
        twin = _closest(row.contact, row.twins)
        if twin and known is Known.SKIP:
            continue
        if twin and (known is not Known.ADD or _same(twin) == _same(row.contact)):
            kept = twin
            if _take_over(twin, row.contact, replace=known is Known.REPLACE):
                work.changed[twin.pk] = twin
        else:
            kept = seen.setdefault(_same(row.contact), row.contact)
            if kept is row.contact:
                work.new.append(kept)
        for name in row.groups:
            work.groups[name].append(kept)
    return work


def _closest(contact: Contact, twins: Sequence[Contact]) -> Contact | None:
    """Of the contacts with its number the one that is the same, else one of its name, else any."""
    same = _same(contact)
    by_likeness = sorted(twins, key=lambda twin: (_same(twin) != same, _same(twin)[1] != same[1]))
    return by_likeness[0] if by_likeness else None


def _take_over(contact: Contact, row: Contact, *, replace: bool) -> bool:
    """Write what a row says into a contact: where it has nothing, or all. Whether it changed."""
    before = (contact.name, contact.organisation, contact.note)
    has_own_name = row.name not in (row.number, row.organisation)
    entry = Entry(
        name=row.name if replace and has_own_name else contact.name,
        number=contact.number,
        organisation=(row.organisation if replace else "")
        or contact.organisation
        or row.organisation,
        note=(row.note if replace else "") or contact.note or row.note,
    )
    fill(contact, entry)
    return before != (contact.name, contact.organisation, contact.note)


def _join(groups: dict[str, list[Contact]], *, owner: int | None) -> None:
    """Put contacts into groups of these names, which are made where they are not there."""
    there = {group.folded: group for group in ContactGroup.objects.filter(owner=owner)}
    memberships = []
    for name, contacts in groups.items():
        folded = folded_name(name)
        if folded not in there:
            there[folded] = ContactGroup.objects.create(owner_id=owner, name=name, folded=folded)
        group = there[folded]
        memberships += [_MEMBERSHIP(contactgroup=group, contact=contact) for contact in contacts]
    _MEMBERSHIP.objects.bulk_create(memberships, ignore_conflicts=True, batch_size=_TOGETHER)


_MEMBERSHIP = ContactGroup.members.through


def _same(contact: Contact) -> tuple[str, str, str]:
    """What makes two rows the same contact."""
    return contact.canonical, fold(contact.name), fold(contact.organisation)

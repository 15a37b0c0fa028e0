"""Importing contacts: every row lands where a person said, or is named."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from faxportal.accounts.models import User
from faxportal.contacts import importing
from faxportal.contacts.address_book import Entry, add_contact, fill
from faxportal.contacts.groups import add_group, folded_name
from faxportal.contacts.importing import Columns, Imported, ImportedBefore, Known, Plan
from faxportal.contacts.models import Contact, ContactGroup, ContactImport
from faxportal.contacts.permissions import NotAllowedTo
from faxportal.contacts.shared_changes import Change
from faxportal.text.csv_tables import harmless, read_table
from faxportal.text.folding import fold
from faxportal.text.phone_numbers import Wrong
from tests.contacts.conftest import Audited, kept, person, shared

COLUMNS = Columns(name=0, organisation=1, number=2, note=3, group=4)
HEADS = "Name,Organisation,Fax number,Note,Groups\n"


def plan_of(text: str, by: User, *, is_shared: bool = False) -> Plan:
    return importing.plan_import(read_table(text), COLUMNS, by=by, is_shared=is_shared)


def bring(text: str, by: User, known: Known = Known.FILL, *, is_shared: bool = False) -> Imported:
    file = importing.keep_file(text, by=by)
    plan = plan_of(text, by, is_shared=is_shared)
    return importing.import_contacts(file, plan, known=known, by=by, is_shared=is_shared)


def book_of(owner: User | None) -> set[tuple[str, ...]]:
    """All of an owner's contacts as an export has them."""
    contacts = Contact.objects.filter(owner=owner)
    return {
        tuple(importing.cells_of(one, [group.name for group in one.groups.by_name()]))
        for one in contacts
    }


def test_rows_become_contacts_in_groups_that_are_made(anna: User, audited: Audited) -> None:
    text = f"{HEADS}Meyer,Clinic,210,Ask first,Board; Clinics\nMüller,,+1 650 253 0000,,BOARD\n"
    assert bring(text, anna) == Imported(added=2, changed=0)
    assert book_of(anna) == {
        ("Meyer", "Clinic", "210", "Ask first", "Board;Clinics"),
        ("Müller", "", "+1 650 253 0000", "", "Board"),
    }
    assert audited.all == []
    assert not ContactImport.objects.exists()


def test_a_row_that_cant_be_dialled_is_named_by_its_line_and_keeps_no_other_from_coming(
    anna: User,
) -> None:
    text = f"{HEADS}Meyer,,210,,\nMüller,,call me,,\nNobody,,,,\n"
    plan = plan_of(text, anna)
    assert [(row.line, row.name, row.number) for row in plan.misread] == [
        (3, "Müller", "call me"),
        (4, "Nobody", ""),
    ]
    assert plan.misread[0].wrong is Wrong.LETTERS
    assert bring(text, anna).added == 1


@pytest.mark.parametrize(
    ("known", "expected", "counts"),
    [
        (Known.SKIP, {("Meyer", "", "0003*210", "old", "")}, (0, 0)),
        (Known.FILL, {("Meyer", "Clinic", "0003*210", "old", "Board")}, (0, 1)),
        (Known.REPLACE, {("Dr. Meyer", "Clinic", "0003*210", "new", "Board")}, (0, 1)),
        (
            Known.ADD,
            {
                ("Meyer", "", "0003*210", "old", ""),
                ("Dr. Meyer", "Clinic", "0003 * 210", "new", "Board"),
            },
            (1, 0),
        ),
    ],
)
def test_a_number_that_is_known_becomes_what_was_chosen(
    known: Known,
    expected: set[tuple[str, ...]],
    counts: tuple[int, int],
    anna: User,
) -> None:
    kept(anna, "Meyer", "0003*210", note="old")
    text = f"{HEADS}Dr. Meyer,Clinic,0003 * 210,new,Board\n"
    imported = bring(text, anna, known)
    assert (imported.added, imported.changed) == counts
    assert book_of(anna) == expected


def test_importing_the_same_file_again_changes_nothing(anna: User) -> None:
    text = f"{HEADS}Meyer,Clinic,210,,Board\nMeyer,Clinic,210,,Board\nMüller,,210,,\n"
    assert bring(text, anna).added == 2
    before = book_of(anna)
    for known in Known:
        assert bring(text, anna, known) == Imported(added=0, changed=0)
    assert book_of(anna) == before


def test_one_file_is_imported_once(anna: User) -> None:
    text = f"{HEADS}Meyer,,210,,\n"
    file = importing.keep_file(text, by=anna)
    plan = plan_of(text, anna)
    bring(text, anna)
    with pytest.raises(ImportedBefore):
        importing.import_contacts(file, plan, known=Known.ADD, by=anna, is_shared=False)
    assert Contact.objects.count() == 1


def test_other_peoples_contacts_and_groups_are_neither_seen_nor_touched(
    anna: User, ben: User, admin: User
) -> None:
    kept(ben, "Ben's", "210")
    add_group("Board", by=ben)
    shared(admin, "Common", "210")
    text = f"{HEADS}Meyer,,210,,Board\n"
    assert plan_of(text, anna).known == []
    assert bring(text, anna).added == 1
    assert ContactGroup.objects.get(owner=anna).members.get().owner == anna
    assert book_of(ben) == {("Ben's", "", "210", "", "")}


def test_an_admin_imports_shared_contacts_and_it_is_told(
    anna: User, admin: User, audited: Audited
) -> None:
    text = f"{HEADS}Meyer,,210,,Board\n"
    with pytest.raises(NotAllowedTo):
        bring(text, anna, is_shared=True)
    bring(text, admin, is_shared=True)
    assert ContactGroup.objects.shared().get().members.get().is_shared
    assert audited.all == [(Change.IMPORTED, {"contacts": 1, "changed": 0})]


@given(st.lists(st.text("a;\"'b ,=", min_size=1), max_size=4))
def test_names_of_groups_in_one_cell_are_read_as_they_were_written(names: list[str]) -> None:
    clean = [" ".join(name.split()) for name in names]
    clean = [name for name in clean if name]
    assert importing.split_names(importing.join_names(clean)) == clean


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.sampled_from(["+1 650 253 0000", "(650) 253-0000", "0003*210", "+49 30 1234567"])
exported = st.lists(
    st.tuples(texts | st.text("=+-@'a"), texts, numbers, texts, st.lists(texts, max_size=2)),
    max_size=6,
)


def said_of(contact: Contact) -> tuple[str, ...]:
    """What a contact is known again by."""
    return contact.canonical, fold(contact.name), fold(contact.organisation)


class RoundTrip(TestCase):
    @hypothesis_settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(exported)
    def test_an_export_imports_as_it_was(
        self, contacts: Sequence[tuple[str, str, str, str, list[str]]]
    ) -> None:
        anna, ben = person("anna"), person("ben")
        for name, organisation, number, note, groups in contacts:
            entry = Entry(name=name, organisation=organisation, number=number, note=note)
            twin = Contact(owner=anna)
            fill(twin, entry)
            if any(said_of(twin) == said_of(there) for there in Contact.objects.all()):
                continue  # the same contact twice is imported once, however its number is written
            added = add_contact(entry, by=anna)
            for group in importing.split_names(importing.join_names(groups)):
                folded = folded_name(group)
                made, _ = ContactGroup.objects.get_or_create(
                    owner=anna, folded=folded, defaults={"name": group}
                )
                made.members.add(added)
        written = io.StringIO()
        rows = [HEADS.strip().split(","), *sorted(book_of(anna))]
        csv.writer(written, lineterminator="\r\n").writerows(
            [harmless(cell) for cell in row] for row in rows
        )
        if contacts:
            bring(written.getvalue(), ben)
        assert book_of(ben) == book_of(anna)

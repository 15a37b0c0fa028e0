"""Importing contacts. Each row is imported as the person chose, or reported as left out."""

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
from faxportal.contacts.address_book import ContactDetails, add_contact, set_details
from faxportal.contacts.audit import SharedChange
from faxportal.contacts.exporting import cells_of
from faxportal.contacts.group_cells import join_names, split_names
from faxportal.contacts.groups import add_group, folded_name
from faxportal.contacts.import_columns import Columns
from faxportal.contacts.importing import (
    AlreadyImported,
    DuplicateRule,
    ImportPlan,
    ImportResult,
)
from faxportal.contacts.models import Contact, ContactGroup, ContactImport
from faxportal.contacts.permissions import NotAllowedTo
from faxportal.text.csv_tables import escape_formula, read_table
from faxportal.text.folding import fold
from faxportal.text.phone_numbers import NumberProblem
from tests.contacts.conftest import Audited, own_contact, person, shared_contact

COLUMNS = Columns(name=0, organisation=1, number=2, note=3, group=4)
HEADS = "Name,Organisation,Fax number,Note,Groups\n"


def plan_of(text: str, by: User, *, is_shared: bool = False) -> ImportPlan:
    return importing.plan_import(read_table(text), COLUMNS, by=by, is_shared=is_shared)


def import_text(
    text: str,
    by: User,
    on_duplicate: DuplicateRule = DuplicateRule.FILL,
    *,
    is_shared: bool = False,
) -> ImportResult:
    file = importing.store_file(text, by=by)
    plan = plan_of(text, by, is_shared=is_shared)
    return importing.import_contacts(
        file, plan, on_duplicate=on_duplicate, by=by, is_shared=is_shared
    )


def book_of(owner: User | None) -> set[tuple[str, ...]]:
    """The rows of an export of an owner's contacts. None stands for the shared contacts."""
    contacts = Contact.objects.filter(owner=owner)
    return {
        tuple(cells_of(one, [group.name for group in one.groups.by_name()])) for one in contacts
    }


def test_rows_become_contacts_and_their_missing_groups_are_created(
    anna: User, audited: Audited
) -> None:
    text = f"{HEADS}Meyer,Clinic,210,Ask first,Board; Clinics\nMüller,,+1 650 253 0000,,BOARD\n"
    assert import_text(text, anna) == ImportResult(added=2, changed=0)
    assert book_of(anna) == {
        ("Meyer", "Clinic", "210", "Ask first", "Board;Clinics"),
        ("Müller", "", "+1 650 253 0000", "", "Board"),
    }
    assert audited.all == []
    assert not ContactImport.objects.exists()


def test_a_row_that_cant_be_dialled_is_named_by_its_line_and_the_others_are_imported(
    anna: User,
) -> None:
    text = f"{HEADS}Meyer,,210,,\nMüller,,call me,,\nNobody,,,,\n"
    plan = plan_of(text, anna)
    assert [(row.line, row.name, row.number) for row in plan.invalid] == [
        (3, "Müller", "call me"),
        (4, "Nobody", ""),
    ]
    assert plan.invalid[0].problem is NumberProblem.LETTERS
    assert import_text(text, anna).added == 1


@pytest.mark.parametrize(
    ("on_duplicate", "expected", "counts"),
    [
        (DuplicateRule.SKIP, {("Meyer", "", "0003*210", "old", "")}, (0, 0)),
        (DuplicateRule.FILL, {("Meyer", "Clinic", "0003*210", "old", "Board")}, (0, 1)),
        (DuplicateRule.REPLACE, {("Dr. Meyer", "Clinic", "0003*210", "new", "Board")}, (0, 1)),
        (
            DuplicateRule.ADD,
            {
                ("Meyer", "", "0003*210", "old", ""),
                ("Dr. Meyer", "Clinic", "0003 * 210", "new", "Board"),
            },
            (1, 0),
        ),
    ],
)
def test_a_known_number_is_treated_as_the_person_chose(
    on_duplicate: DuplicateRule,
    expected: set[tuple[str, ...]],
    counts: tuple[int, int],
    anna: User,
) -> None:
    own_contact(anna, "Meyer", "0003*210", note="old")
    text = f"{HEADS}Dr. Meyer,Clinic,0003 * 210,new,Board\n"
    imported = import_text(text, anna, on_duplicate)
    assert (imported.added, imported.changed) == counts
    assert book_of(anna) == expected


def test_importing_the_same_file_again_changes_nothing(anna: User) -> None:
    text = f"{HEADS}Meyer,Clinic,210,,Board\nMeyer,Clinic,210,,Board\nMüller,,210,,\n"
    assert import_text(text, anna).added == 2
    before = book_of(anna)
    for on_duplicate in DuplicateRule:
        assert import_text(text, anna, on_duplicate) == ImportResult(added=0, changed=0)
    assert book_of(anna) == before


def test_one_file_is_imported_once(anna: User) -> None:
    text = f"{HEADS}Meyer,,210,,\n"
    file = importing.store_file(text, by=anna)
    plan = plan_of(text, anna)
    import_text(text, anna)
    with pytest.raises(AlreadyImported):
        importing.import_contacts(
            file, plan, on_duplicate=DuplicateRule.ADD, by=anna, is_shared=False
        )
    assert Contact.objects.count() == 1


def test_other_peoples_contacts_and_groups_are_neither_seen_nor_touched(
    anna: User, ben: User, admin: User
) -> None:
    own_contact(ben, "Ben's", "210")
    add_group("Board", by=ben)
    shared_contact(admin, "Common", "210")
    text = f"{HEADS}Meyer,,210,,Board\n"
    assert plan_of(text, anna).duplicates == []
    assert import_text(text, anna).added == 1
    assert ContactGroup.objects.get(owner=anna).members.get().owner == anna
    assert book_of(ben) == {("Ben's", "", "210", "", "")}


def test_only_an_admin_imports_shared_contacts_and_the_import_is_audited(
    anna: User, admin: User, audited: Audited
) -> None:
    text = f"{HEADS}Meyer,,210,,Board\n"
    with pytest.raises(NotAllowedTo):
        import_text(text, anna, is_shared=True)
    import_text(text, admin, is_shared=True)
    assert ContactGroup.objects.shared().get().members.get().is_shared
    assert audited.all == [(SharedChange.IMPORTED, {"contacts": 1, "changed": 0})]


@given(st.lists(st.text("a;\"'b ,=", min_size=1), max_size=4))
def test_names_of_groups_in_one_cell_are_read_as_they_were_written(names: list[str]) -> None:
    clean = [" ".join(name.split()) for name in names]
    clean = [name for name in clean if name]
    assert split_names(join_names(clean)) == clean


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.sampled_from(["+1 650 253 0000", "(650) 253-0000", "0003*210", "+49 30 1234567"])
exported = st.lists(
    st.tuples(texts | st.text("=+-@'a"), texts, numbers, texts, st.lists(texts, max_size=2)),
    max_size=6,
)


def identity_of(contact: Contact) -> tuple[str, ...]:
    """The values by which an import recognises a contact: equal values mean the same contact."""
    return contact.canonical, fold(contact.name), fold(contact.organisation)


class RoundTrip(TestCase):
    @hypothesis_settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(exported)
    def test_an_export_can_be_imported_unchanged(
        self, contacts: Sequence[tuple[str, str, str, str, list[str]]]
    ) -> None:
        anna, ben = person("anna"), person("ben")
        for name, organisation, number, note, groups in contacts:
            entry = ContactDetails(name=name, organisation=organisation, number=number, note=note)
            twin = Contact(owner=anna)
            set_details(twin, entry)
            if any(identity_of(twin) == identity_of(there) for there in Contact.objects.all()):
                continue  # an import would make one contact of the two
            added = add_contact(entry, by=anna)
            for group in split_names(join_names(groups)):
                folded = folded_name(group)
                made, _ = ContactGroup.objects.get_or_create(
                    owner=anna, folded=folded, defaults={"name": group}
                )
                made.members.add(added)
        written = io.StringIO()
        rows = [HEADS.strip().split(","), *sorted(book_of(anna))]
        csv.writer(written, lineterminator="\r\n").writerows(
            [escape_formula(cell) for cell in row] for row in rows
        )
        if contacts:
            import_text(written.getvalue(), ben)
        assert book_of(ben) == book_of(anna)
